// Kills a process that writes to a store at 200 random points, then two at a time, then fills a small disk (Linux, as root). Fails
// if a store can't be opened, or if anything that was acknowledged is not there.
// Usage: npm run soak:store [-- --rounds 200] [--seed 1] [--json]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killWriters } from '../bench/store/kills.mjs';
import { fileStore } from '../dist/store/file-store.js';
import { readHistory } from '../dist/store/history.js';
import { seededRng } from '../dist/time/clock.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const rng = seededRng(Number(values.seed));
const scratch = mkdtempSync(join(tmpdir(), 'foreload-soak-'));
const say = (line) => values.json || process.stdout.write(`${line}\n`);
const report = (name, { rounds, acknowledged, lost, disordered, torn, damaged, failed }) =>
  say(
    `${name}: ${rounds} kills, ${acknowledged} entries acknowledged, ${lost} lost, ${disordered} out of order, ${torn} torn ends repaired, ${damaged} damaged otherwise, ${failed} failed opens`,
  );

/** A disk of 1 MB is filled, then emptied: null where none can be mounted. */
function fullDisk() {
  const disk = join(scratch, 'disk');
  try {
    execFileSync('mkdir', [disk]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  try {
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(600_000));
    const folder = join(disk, 'store');
    const session = fileStore(folder).open(Date.now());
    const kept = [];
    let refused = 0;
    for (let n = 0; n < 20_000; n++) {
      if (n === 15_000) rmSync(join(disk, 'ballast'));
      try {
        session.append({ kind: 'command', at: Date.now(), user: `u${n}` });
        kept.push(`u${n}`);
      } catch {
        refused++;
      }
    }
    const found = [...readHistory(folder)].map(({ user }) => user);
    return {
      kept: kept.length,
      refused,
      lost: kept.filter((user, at) => user !== found[at]).length,
      extra: found.length - kept.length,
    };
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}

/** A fresh store every so many rounds: each round reads all that is in it. */
async function inTurns(rounds, run) {
  const sum = { rounds: 0, acknowledged: 0, lost: 0, disordered: 0, torn: 0, damaged: 0, failed: 0 };
  while (sum.rounds < rounds) {
    const part = await run(sum.rounds, Math.min(25, rounds - sum.rounds));
    for (const key of Object.keys(sum)) sum[key] += part[key];
  }
  return sum;
}

try {
  const progress = (round) => process.stderr.isTTY && process.stderr.write(`\r${round}`);
  const one = await inTurns(rounds, (done, part) =>
    killWriters(join(scratch, `one${done}`), part, rng, 1, (round) => progress(done + round)),
  );
  report('one writer', one);
  const two = await killWriters(join(scratch, 'two'), Math.ceil(rounds / 10), rng, 2, progress);
  report('two at a time', two);
  const full = fullDisk();
  say(
    full
      ? `full disk: ${full.refused} refused, ${full.kept} kept, ${full.lost} of them lost`
      : 'full disk: not tried (needs Linux and root)',
  );
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ name: 'soak-store', seed: Number(values.seed), results: { one, two, full } })}\n`,
    );
  const bad =
    [one, two].some(({ lost, disordered, damaged, failed }) => lost + disordered + damaged + failed > 0) ||
    (full !== null && (full.lost !== 0 || full.extra !== 0 || full.refused === 0));
  process.exitCode = bad ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
