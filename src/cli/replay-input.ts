import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CostTable, costsFor } from '../replay/costs.ts';
import { readCosts } from '../trace/read-costs.ts';
import { readTrace } from '../trace/read-trace.ts';
import type { Trace } from '../trace/trace.ts';

/** The measured catalogue that the package carries. */
const catalogue = fileURLToPath(new URL('../../data/components.csv', import.meta.url));

/** Reads a trace and what its components cost: from the table given, or the one beside the trace, or drawn. */
export async function readInput(
  path: string,
  costsPath: string | null,
  first: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly trace: Trace; readonly costs: CostTable }> {
  const given = costsPath !== null;
  const table = costsPath ?? tableBeside(path);
  // Before the trace: a mistake in a small file should not show only after a large one is read.
  const costs = table === null ? null : { costs: await readCosts(table), source: given ? table : besideName(table) };
  const measured = await readCosts(catalogue);
  const trace = await readTrace(path, first, signal);
  return { trace, costs: costsFor(trace, costs, measured, given) };
}

/** `name.components.csv`, or the same as gzip, beside `name.csv`; null: there is none. */
function tableBeside(path: string): string | null {
  if (path === '-') return null;
  const stem = `${path.replace(/\.csv(\.gz)?$/, '')}.components.csv`;
  return [stem, `${stem}.gz`].find((name) => existsSync(name)) ?? null;
}

const besideName = (path: string): string => `${basename(path)} beside the trace`;
