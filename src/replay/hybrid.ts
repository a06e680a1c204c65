import type { Outcome } from '../model/reason.ts';
import { IdleHistogram } from './idle-histogram.ts';
import { foundCodes, type RunResult } from './run-result.ts';
import type { Workload } from './workload.ts';

const cold = foundCodes.indexOf('cold');
const loading = foundCodes.indexOf('loading');
const warm = foundCodes.indexOf('warm');

/** One component of one device: when it is in memory next, and whether that was begun ahead. */
interface Residency {
  readonly idle: IdleHistogram;
  last: number;
  /** In memory from here, usable from `ready`, until `until`. */
  from: number;
  ready: number;
  until: number;
  ahead: boolean;
}

/**
 * The hybrid histogram policy of Shahrad et al., "Serverless in the Wild" (USENIX ATC 2020), as a baseline: each component
 * is unloaded and loaded again by what its own idle times were, whatever else is in memory. Every component keeps its own
 * time, so nothing of the engine is needed; there is no budget. The paper's ARIMA forecast is left out: where most idle
 * times are longer than the histogram reaches, the standard keep-alive stands in, as for histograms that say too little.
 */
export function hybrid(workload: Workload): RunResult {
  const run = new Hybrid(workload);
  for (let row = 0; row < workload.trace.rows; row++) run.row(row);
  return run.result();
}

class Hybrid {
  readonly #work: Workload;
  readonly #known = new Map<number, Residency>();
  readonly #found: Uint8Array;
  readonly #response: Float64Array;
  readonly #counts = [0, 0, 0];
  readonly #preloads: Record<Outcome | 'open', number> = {
    open: 0,
    timely: 0,
    late: 0,
    wasted: 0,
    failed: 0,
    cancelled: 0,
  };
  #idleMs = 0;

  constructor(workload: Workload) {
    this.#work = workload;
    this.#found = new Uint8Array(workload.trace.needs.length);
    this.#response = new Float64Array(workload.trace.rows).fill(Number.NaN);
  }

  row(row: number): void {
    const { trace, deviceOfRow, specs } = this.#work;
    const device = deviceOfRow(row);
    let waits = Number.NaN;
    for (let need = trace.firstNeed[row]!; need < trace.firstNeed[row + 1]!; need++) {
      const component = trace.needs[need]!;
      const wait = this.#demand(row, need, device * specs.length + component, specs[component]!.loadMs);
      waits = Number.isNaN(waits) ? wait : Math.max(waits, wait);
    }
    this.#response[row] = waits;
  }

  result(): RunResult {
    for (const [key, known] of this.#known) this.#end(key, known, Number.POSITIVE_INFINITY);
    const [cold, loading, warm] = this.#counts as [number, number, number];
    return {
      found: this.#found,
      response: this.#response,
      counts: { needs: cold + loading + warm, warm, loading, cold, preloads: this.#preloads, turnedAway: {} },
      memory: [],
      idleMs: this.#idleMs,
    };
  }

  /** Ms that the demand waits. */
  #demand(row: number, need: number, key: number, loadMs: number): number {
    const now = this.#work.trace.ts[row]!;
    const known = this.#known.get(key) ?? newResidency(now);
    this.#known.set(key, known);
    const present = now >= known.from && now < known.until;
    const found = !present ? cold : now < known.ready ? loading : warm;
    this.#found[need] = found;
    if (row >= this.#work.scoredFrom) this.#counts[found]!++;
    this.#end(key, known, now);
    known.idle.add(now - known.last);
    const ready = present ? Math.max(now, known.ready) : now + loadMs;
    const { after, keep } = known.idle.windows();
    known.last = now;
    known.ahead = after > 0;
    known.from = known.ahead ? now + after : now;
    known.ready = known.ahead ? now + after + loadMs : ready;
    known.until = Math.max(known.ready, now + after + keep);
    return ready - now;
  }

  /** What there was of the planned stay when a demand, or the end of the device, put an end to it. */
  #end(key: number, known: Residency, now: number): void {
    const { trace, specs, scoredFrom, firstRow, lastRow } = this.#work;
    const device = Math.floor(key / specs.length);
    if (lastRow[device]! < scoredFrom) return;
    const begin = Math.max(trace.ts[firstRow[device]!]!, trace.ts[Math.min(scoredFrom, trace.rows - 1)]!);
    const end = Math.min(now, trace.ts[lastRow[device]!]!);
    this.#idleMs += Math.max(0, Math.min(end, known.until) - Math.max(begin, known.ready));
    if (!known.ahead || known.from > end || known.from < begin) return;
    this.#preloads[now >= known.until ? 'wasted' : now < known.ready ? 'late' : 'timely']++;
  }
}

const newResidency = (now: number): Residency => ({
  idle: new IdleHistogram(),
  last: now,
  from: 0,
  ready: 0,
  until: 0,
  ahead: false,
});
