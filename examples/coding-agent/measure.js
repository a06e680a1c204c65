/**
 * Loads every component alone, in a fresh process each, three times in a row, and uses it. Prints what each costs,
 * and fails if an answer is wrong or anything is left running. `node measure.js ls-json eslint` does only those.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { components } from './components.js';
import { costOf } from './cost.js';

const rounds = 3;
const folder = fileURLToPath(new URL('.', import.meta.url));

const ids = process.argv.slice(2);
const chosen = components.filter(({ id }) => ids.length === 0 || ids.includes(id));
console.log('| component | kind | load ms | first use ms | warm use ms | MB | host RSS MB | unload ms | answer |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const { id, kind } of chosen) {
  const { load, first, warm, held, host, unload, answer } = await costOf(id, { rounds });
  const sizes = [held === null ? '' : megabytes(held), megabytes(host)];
  const row = [id, kind, Math.round(load), first.toFixed(1), warm.toFixed(1), ...sizes, Math.round(unload)];
  console.log(`| ${[...row, answer.replaceAll('|', '\\|')].join(' | ')} |`);
  const left = runningPrograms();
  if (left.length > 0) throw new Error(`${id} left behind: ${left.join('; ')}`);
}
console.log(`\n${chosen.length} components, each loaded ${rounds} times; no process left.`);

function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/** The command lines of all processes that run a program of this folder, but for this script. Only Linux can tell. */
function runningPrograms() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((command) => command.includes(folder) && !command.includes('measure.js'));
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It ended while we looked.
    return '';
  }
}
