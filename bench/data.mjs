// Where benchmarks find traces: `--data DIR`, else FORELOAD_DATA, else the traces shipped in data/traces.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shipped = fileURLToPath(new URL('../data/traces', import.meta.url));
const flag = process.argv.indexOf('--data');
const folders = [flag > 0 ? process.argv[flag + 1] : undefined, process.env.FORELOAD_DATA, shipped].filter(Boolean);

/** The path of a trace, or null, said aloud, if no folder has it. */
export function tracePath(name) {
  const paths = folders.map((folder) => join(folder, `${name}.csv.gz`));
  const found = paths.find((path) => existsSync(path));
  if (!found) process.stderr.write(`skipped: ${name}.csv.gz is in none of ${folders.join(', ')}\n`);
  return found ?? null;
}
