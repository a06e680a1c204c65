// What a figure was measured on, and how a benchmark prints it.
import { cpus, totalmem } from 'node:os';

export const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
};

/** Prints lines for people, or with `--json` one object; the object is always the last line. */
export function print(name, seed, results, lines) {
  if (!process.argv.includes('--json')) process.stdout.write(`${lines.join('\n')}\n`);
  process.stdout.write(`${JSON.stringify({ name, seed, machine, results })}\n`);
}

/** The value at rank ceil(q x n). */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}
