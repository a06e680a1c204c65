// One replay in a process of its own: what `foreload replay --json` says.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tracePath } from '../data.mjs';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The options of a run, as they would be typed; the second half is scored. */
export function optionsOf({ scope, budget, first }, { lead, waste }) {
  const rows = first === undefined ? [] : ['--first', String(first)];
  return ['--scope', scope, '--budget', budget, '--lead', String(lead), '--waste', String(waste), ...rows];
}

/** Null if no folder has the trace. A replay that fails has said why, and ends the benchmark. */
export function replay(run, settings, more = []) {
  const path = tracePath(run.trace);
  if (!path) return null;
  const options = [...optionsOf(run, settings), ...more];
  const begin = performance.now();
  process.stderr.write(`${run.trace} ${options.join(' ')} ... `);
  try {
    const json = execFileSync(process.execPath, [main, 'replay', path, ...options, '--score-from', '0.5', '--json'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
    return JSON.parse(json);
  } catch (error) {
    if (typeof error.status === 'number') process.exit(error.status);
    throw error;
  }
}
