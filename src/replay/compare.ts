import {
  covered,
  gapClosed,
  idleHours,
  pollution,
  quantile,
  responseFigures,
  type PolicyFigures,
  warmRate,
  wastedShare,
} from '../metrics/figures.ts';
import type { MemoryTotals } from '../metrics/memory-meter.ts';
import { clairvoyant } from './clairvoyant.ts';
import { hybrid } from './hybrid.ts';
import { type PolicySpec, parsePolicy } from './policy-spec.ts';
import { run } from './run.ts';
import type { RunOptions } from './run-options.ts';
import { foundCodes, type RunResult } from './run-result.ts';
import type { Workload } from './workload.ts';

export type { PolicyFigures } from '../metrics/figures.ts';

export interface CompareOptions extends Omit<RunOptions, 'watch'> {
  /** Whom to tell of a policy's run; policies that come down to one run share the first one's listener. */
  readonly watch?: (policy: string) => NonNullable<RunOptions['watch']>;
  readonly policies: readonly string[];
  /** Runs `foreload` without loading ahead. */
  readonly noSpeculation: boolean;
}

/** Every policy's run and figures, in the order given. */
export interface Comparison {
  readonly results: Readonly<Record<string, PolicyFigures>>;
  readonly runs: ReadonlyMap<string, RunResult>;
}

/** Runs policies over the same workload and sets their figures beside each other. */
export async function compare(workload: Workload, options: CompareOptions): Promise<Comparison> {
  const specs = [...new Set(options.policies)].map(parsePolicy);
  const planned = specs.map((spec) => (options.noSpeculation ? { ...spec, speculation: false } : spec));
  const memo = new Map<string, Promise<RunResult>>();
  const total = runsNeeded(planned);
  const runOnce = (spec: PolicySpec, watched: boolean): Promise<RunResult> => {
    const key = keyOf(spec);
    const known = memo.get(key);
    if (known) return known;
    const done = memo.size;
    const { watch, ...others } = options;
    const onProgress = (share: number): void | Promise<void> => options.onProgress?.((done + share) / total);
    const result =
      spec.eviction === 'clairvoyant'
        ? Promise.resolve(clairvoyant(workload))
        : spec.eviction === 'hybrid'
          ? Promise.resolve(hybrid(workload))
          : run(workload, spec, { ...others, ...(watched && watch ? { watch: watch(spec.name) } : {}), onProgress });
    memo.set(key, result);
    return result;
  };
  const runs = new Map<string, RunResult>();
  for (const spec of planned) runs.set(spec.name, await runOnce(spec, true));
  const results: Record<string, PolicyFigures> = {};
  for (const spec of planned) {
    const without = isForeload(spec) ? await runOnce({ ...spec, speculation: false }, false) : null;
    results[spec.name] = figuresOf(workload, spec, runs, without);
  }
  return { results, runs };
}

const keyOf = ({ eviction, forecast, speculation, idleMs, keep }: PolicySpec): string =>
  `${eviction} ${forecast} ${speculation} ${idleMs} ${keep}`;

/** It loads ahead: what that spoils is seen beside the same without. */
const isForeload = ({ name }: PolicySpec): boolean => /^foreload(:|$)/.test(name);

function runsNeeded(specs: readonly PolicySpec[]): number {
  const keys = new Set(specs.map(keyOf));
  for (const spec of specs) if (isForeload(spec)) keys.add(keyOf({ ...spec, speculation: false }));
  return keys.size;
}

function figuresOf(
  workload: Workload,
  spec: PolicySpec,
  runs: ReadonlyMap<string, RunResult>,
  without: RunResult | null,
): PolicyFigures {
  const own = runs.get(spec.name)!;
  const lru = runs.get('lru');
  const bound = runs.get('clairvoyant');
  const warm = warmRate(own.counts);
  const relaxed = spec.eviction === 'clairvoyant';
  const { open, ...preloads } = own.counts.preloads;
  return {
    warmRate: warm,
    covered: lru ? coveredShare(workload, own, lru, relaxed) : null,
    gapClosed: lru && bound ? gapClosed(warm, warmRate(lru.counts), warmRate(bound.counts)) : null,
    wastedShare: wastedShare(own.counts),
    ...memoryFigures(own.memory, relaxed || spec.eviction === 'hybrid'),
    idleHours: relaxed ? null : idleHours(own.idleMs),
    pollution: without ? pollutionShare(workload, own, without) : null,
    responseMs: responseFigures(scoredResponses(workload, own)),
    preloads: { ...preloads, wasted: preloads.wasted + open },
  };
}

const cold = foundCodes.indexOf('cold');
const warm = foundCodes.indexOf('warm');

/** Of a bound it is only known how many needs of a row can be warm: at best they are those that LRU missed. */
function coveredShare(
  { trace, scoredFrom }: Workload,
  own: RunResult,
  lru: RunResult,
  relaxed: boolean,
): number | null {
  let missed = 0;
  let warmHere = 0;
  for (let row = scoredFrom; row < trace.rows; row++) {
    let missedInRow = 0;
    let warmInRow = 0;
    for (let need = trace.firstNeed[row]!; need < trace.firstNeed[row + 1]!; need++) {
      const missedThere = lru.found[need] !== warm;
      if (missedThere) missedInRow++;
      if (own.found[need] === warm && (relaxed || missedThere)) warmInRow++;
    }
    missed += missedInRow;
    warmHere += Math.min(warmInRow, missedInRow);
  }
  return covered(warmHere, missed);
}

function pollutionShare({ trace, scoredFrom }: Workload, own: RunResult, without: RunResult): number | null {
  let onlyHere = 0;
  const first = trace.firstNeed[scoredFrom]!;
  for (let need = first; need < own.found.length; need++) {
    if (own.found[need] === cold && without.found[need] !== cold) onlyHere++;
  }
  return pollution(onlyHere, own.found.length - first);
}

/** Scored response times, sorted. */
export function scoredResponses({ scoredFrom }: Workload, { response }: RunResult): Float64Array {
  return response
    .subarray(scoredFrom)
    .filter((took) => !Number.isNaN(took))
    .sort();
}

/** Scored response times at `count` evenly spaced quantiles from 0 to 1; empty where nothing was demanded. */
export function responseQuantiles(workload: Workload, result: RunResult, count: number): number[] {
  const sorted = scoredResponses(workload, result);
  if (sorted.length === 0) return [];
  return Array.from({ length: count }, (_, i) => quantile(sorted, i / (count - 1)));
}

/** Means over all devices' own time; peaks of the largest device. A relaxation holds no memory that could be told. */
function memoryFigures(
  memory: readonly MemoryTotals[],
  relaxed: boolean,
): Pick<PolicyFigures, 'overheadMeanBytes' | 'overheadPeakBytes' | 'residentMeanBytes' | 'residentPeakBytes'> {
  if (relaxed) {
    return { overheadMeanBytes: null, overheadPeakBytes: null, residentMeanBytes: null, residentPeakBytes: null };
  }
  let span = 0;
  let area = 0;
  let residentArea = 0;
  let overheadPeak = 0;
  let residentPeak = 0;
  for (const totals of memory) {
    span += totals.span;
    area += totals.speculativeArea;
    residentArea += totals.residentArea;
    overheadPeak = Math.max(overheadPeak, totals.speculativePeak);
    residentPeak = Math.max(residentPeak, totals.residentPeak);
  }
  const mean = (part: number): number | null => (span > 0 ? part / span : null);
  return {
    overheadMeanBytes: mean(area),
    overheadPeakBytes: overheadPeak,
    residentMeanBytes: mean(residentArea),
    residentPeakBytes: residentPeak,
  };
}
