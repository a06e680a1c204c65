// Kills writers of one store at random points, and looks for what was acknowledged and is not there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileStore } from '../../dist/store/file-store.js';
import { readHistory } from '../../dist/store/history.js';

const writer = fileURLToPath(new URL('writer.mjs', import.meta.url));

/**
 * @param rng draws when
 * @param writers how many write at the same time
 */
export async function killWriters(folder, rounds, rng, writers = 1, onRound = () => {}) {
  let acknowledged = 0;
  let lost = 0;
  let disordered = 0;
  let torn = 0;
  let damaged = 0;
  let failed = 0;
  for (let round = 0; round < rounds; round++) {
    const done = await Promise.all(
      Array.from({ length: writers }, (_, at) => killed(folder, `r${round}w${at}`, 20 + rng.next() * 150)),
    );
    try {
      const session = fileStore(folder).open(Date.now());
      // A kill may cut the line that is being written, which is not acknowledged yet. Nothing else may be damaged.
      for (const { where, what } of session.damage) {
        if (what.startsWith('its last line was cut off')) torn++;
        else {
          damaged++;
          process.stderr.write(`${where}: ${what}\n`);
        }
      }
      await session.close();
      const found = new Map();
      for (const entry of readHistory(folder)) {
        if (entry.kind !== 'command') continue;
        const n = Number(entry.text.split(' ')[0]);
        const numbers = found.get(entry.user) ?? [];
        if (numbers.length > 0 && n <= numbers.at(-1)) disordered++;
        numbers.push(n);
        found.set(entry.user, numbers);
      }
      for (const { user, last } of done) {
        acknowledged += last + 1;
        const numbers = new Set(found.get(user));
        for (let n = 0; n <= last; n++) if (!numbers.has(n)) lost++;
      }
    } catch (error) {
      failed++;
      process.stderr.write(`${error.stack}\n`);
    }
    onRound(round + 1);
  }
  return { rounds, acknowledged, lost, disordered, torn, damaged, failed };
}

/** Kills a writer so many ms after it began to write; what it acknowledged last. */
async function killed(folder, user, afterMs) {
  const acks = `${folder}.${user}.acks`;
  const child = spawn(process.execPath, [writer, folder, user, acks], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  await once(child, 'close');
  const said = existsSync(acks) ? readFileSync(acks, 'utf8') : '';
  rmSync(acks, { force: true });
  const whole = said.slice(0, Math.max(0, said.lastIndexOf('\n')));
  return { user, last: whole === '' ? -1 : Number(whole.slice(whole.lastIndexOf('\n') + 1)) };
}
