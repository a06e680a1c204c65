import { foundCodes, type RunResult } from './run-result.ts';
import type { Workload } from './workload.ts';

const cold = foundCodes.indexOf('cold');
const warm = foundCodes.indexOf('warm');

/**
 * A bound that no schedule can beat, however much it knows of the future. Each row is judged by itself, with two facts
 * only: nothing loads before the device exists, so a need is warm at best if a load begun then has ended; and what is
 * warm in one row is in memory together as the row begins, because nothing loads ahead between its needs. The
 * relaxation lets memory be refilled from row to row in no time, so it is loose where rows follow each other faster
 * than components load. Warm counts and response times are bounded separately.
 */
export function clairvoyant(workload: Workload): RunResult {
  const { trace, specs, budgets, firstRow, deviceOfRow } = workload;
  const found = new Uint8Array(trace.needs.length).fill(cold);
  const response = new Float64Array(trace.rows).fill(Number.NaN);
  const outside = new OutsideLoads(specs.length);
  for (let row = 0; row < trace.rows; row++) {
    const from = trace.firstNeed[row]!;
    const to = trace.firstNeed[row + 1]!;
    if (from === to) continue;
    const device = deviceOfRow(row);
    const budget = budgets[device]!;
    const age = trace.ts[row]! - trace.ts[firstRow[device]!]!;
    const possible: number[] = [];
    let wait = 0;
    let total = 0;
    let fastest = Number.POSITIVE_INFINITY;
    for (let need = from; need < to; need++) {
      const { bytes, loadMs } = specs[trace.needs[need]!]!;
      if (bytes > budget) {
        wait = Math.max(wait, outside.demand(device, trace.needs[need]!, trace.ts[row]!, loadMs));
        continue;
      }
      wait = Math.max(wait, loadMs - age);
      if (row === firstRow[device]) continue;
      total += bytes;
      fastest = Math.min(fastest, loadMs);
      if (age >= loadMs) possible.push(need);
    }
    response[row] = total > budget ? Math.max(wait, fastest) : wait;
    for (const need of fitting(possible, (need) => specs[trace.needs[need]!]!.bytes, budget)) found[need] = warm;
  }
  return { found, response, counts: countsOf(workload, found), memory: [], idleMs: 0 };
}

/** Loads of what is larger than the budget: begun by a demand, joined by those that come meanwhile, never kept. */
class OutsideLoads {
  readonly #components: number;
  readonly #ends = new Map<number, number>();

  constructor(components: number) {
    this.#components = components;
  }

  /** Ms that a demand has to wait. */
  demand(device: number, component: number, now: number, loadMs: number): number {
    const key = device * this.#components + component;
    const end = this.#ends.get(key) ?? now;
    if (end > now) return end - now;
    this.#ends.set(key, now + loadMs);
    return loadMs;
  }
}

/** As many as fit at once: the smallest ones. */
function fitting(needs: readonly number[], sizeOf: (need: number) => number, budget: number): number[] {
  let free = budget;
  return [...needs]
    .sort((a, b) => sizeOf(a) - sizeOf(b))
    .filter((need) => {
      free -= sizeOf(need);
      return free >= 0;
    });
}

function countsOf({ trace, scoredFrom }: Workload, found: Uint8Array): RunResult['counts'] {
  const first = trace.firstNeed[Math.min(scoredFrom, trace.rows)]!;
  let warmOnes = 0;
  for (let need = first; need < found.length; need++) if (found[need] === warm) warmOnes++;
  const needs = found.length - first;
  const preloads = { open: 0, timely: 0, late: 0, wasted: 0, failed: 0, cancelled: 0 };
  return { needs, warm: warmOnes, loading: 0, cold: needs - warmOnes, preloads, turnedAway: {} };
}
