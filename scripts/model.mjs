// Checks the model of the ring's protocol with Spin: it holds, and each known mistake in it is found. Needs `spin` and `gcc`
// (Debian: apt-get install spin gcc); without them it is skipped. Usage: npm run model
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const model = fileURLToPath(new URL('../models/ring.pml', import.meta.url));
const right = [
  ['two producers, one consumer', []],
  ['room for one of two', ['LIMIT=1']],
  ['two consumers', ['CONSUMERS=2', 'ITEMS=1']],
  ['closed while they push', ['EARLY', 'ITEMS=1']],
  ['a producer dies anywhere', ['DIES', 'ITEMS=1']],
  ['a producer dies anywhere, room for one', ['DIES', 'ITEMS=1', 'LIMIT=1']],
  ['a producer dies before its claim', ['DIES_UNCLAIMED', 'ITEMS=3']],
];
const wrong = [
  ['the head is moved, then the slot written, no sequence numbers', ['NO_SEQUENCE']],
  ['of several full slots only the last is looked at', ['LAST_ONLY']],
  ['one that is about to sleep does not look again', ['NO_RECHECK']],
  ['a dead producer is not reaped', ['DIES', 'ITEMS=1', 'NO_REAP']],
  ['the reaper wakes nobody', ['DIES', 'ITEMS=1', 'LIMIT=1', 'SILENT_REAP']],
  ['the reaper does not look again', ['DIES_UNCLAIMED', 'ITEMS=3', 'HASTY_REAP']],
  ['the limit is not looked at', ['LIMIT=1', 'NO_LIMIT']],
];

const missing = ['spin', 'gcc'].filter((tool) => spawnSync(tool, ['--version']).error);
if (missing.length > 0) {
  process.stdout.write(`skipped: no ${missing.join(', no ')} (Debian: apt-get install spin gcc)\n`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'foreload-model-'));
function run(command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** What Spin says of the model with these flags, over all its states. */
function check(flags) {
  run('spin', '-a', ...flags.map((flag) => `-D${flag}`), model);
  run('gcc', '-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-o', 'pan', 'pan.c');
  const said = run('./pan', '-m100000');
  const found = /pan:1: (.*) \(at depth/.exec(said)?.[1];
  const states = Number(/(\d+) states, stored/.exec(said)?.[1]);
  // A search that was cut short has shown nothing.
  if (found === undefined && !(/errors: 0/.test(said) && !/max search depth too small|out of memory/.test(said))) {
    throw new Error(said);
  }
  return { found, states };
}

let failed = 0;
const tell = (name, well, { found, states }) => {
  if (!well) failed++;
  process.stdout.write(
    `${well ? 'ok  ' : 'FAIL'} ${name}: ${found ? `found: ${found}` : 'holds'} (${states.toLocaleString('en')} states)\n`,
  );
};
try {
  for (const [name, flags] of right) {
    const result = check(flags);
    tell(name, result.found === undefined, result);
  }
  process.stdout.write('mistakes that must be found:\n');
  for (const [name, flags] of wrong) {
    const result = check(flags);
    tell(name, result.found !== undefined, result);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const all = right.length + wrong.length;
process.stdout.write(`${all - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
