// Shows that the soak catches bugs: puts each of a list into a copy of the compiled engine and searches until some
// invariant or promise breaks. Fails if one survives, or if the text to replace is not there any more.
// Usage: npm run mutants [-- --events 300000] [--seed 1] [--only TEXT] [--json]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { print } from './machine.mjs';
import { faults } from './soak/faults.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '300000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean' },
  },
});
const soak = fileURLToPath(new URL('soak.mjs', import.meta.url));
const distribution = fileURLToPath(new URL('../dist/', import.meta.url));
/** Longer than any search takes, shrinking included: what takes longer hangs, which is caught too. */
const limitMs = 600_000;

const results = faults
  .filter(({ name }) => name.includes(values.only))
  .map((fault) => {
    const result = tried(fault);
    process.stderr.write(`${lineOf(result)}\n`);
    return result;
  });
const left = results.filter(({ outcome }) => outcome !== 'caught');
// What catches everything proves nothing: the engine as it is keeps every promise for at least as long.
const most = Math.max(0, ...results.map(({ events = 0 }) => events));
const sound = searched(pathToFileURL(distribution), 10 * most).outcome === 'survives';
if (!sound) process.stderr.write('the engine as it is breaks a promise too: see npm run soak\n');
print('mutants', Number(values.seed), results, [
  ...results.map(lineOf),
  `${results.length - left.length} of ${results.length} caught`,
]);
process.exitCode = sound && left.length === 0 && results.length > 0 ? 0 : 1;

function tried({ name, edits }) {
  const folder = mkdtempSync(join(tmpdir(), 'foreload-mutant-'));
  try {
    cpSync(distribution, join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [file, text, instead] of edits) {
      const path = join(folder, 'dist', file);
      const source = readFileSync(path, 'utf8');
      if (source.split(text).length !== 2) return { name, outcome: 'does not apply', file };
      writeFileSync(
        path,
        source.replace(text, () => instead),
      );
    }
    return { name, ...searched(pathToFileURL(join(folder, 'dist/'))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function searched(from, events = Number(values.events)) {
  const asked = [soak, '--json', '--from', String(from), '--events', String(events), '--seed', values.seed];
  const { stdout, stderr, error } = spawnSync(process.execPath, asked, { encoding: 'utf8', timeout: limitMs });
  if (error?.code === 'ETIMEDOUT') return { outcome: 'caught', by: 'it hangs', events: 0, length: 0 };
  if (!stdout) throw new Error(stderr);
  const { failure, events: done } = JSON.parse(stdout).results;
  if (!failure) return { outcome: 'survives', events: done };
  const by = failure.text.split('\n')[0].replace(/ \(seed \d+\)$/, '');
  return { outcome: 'caught', seed: failure.seed, length: failure.length, events: done, by };
}

function lineOf({ name, outcome, file, seed, length, events, by }) {
  if (outcome === 'does not apply') return `DOES NOT APPLY to ${file}: ${name}`;
  if (outcome === 'survives') return `SURVIVES ${events} events: ${name}`;
  return `caught by seed ${seed} after ${events} events, ${length} actions: ${name}\n    ${by}`;
}
