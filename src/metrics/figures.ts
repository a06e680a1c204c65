/**
 * Every ratio that Foreload prints, computed here and nowhere else. Definitions: docs/METRICS.md.
 * A ratio with nothing below its line is null, never 0 or 1.
 */
import type { Outcome } from '../model/reason.ts';
import type { LedgerCounts } from './ledger.ts';

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** Needs that were warm at the moment of their demand / all needs. */
export const warmRate = (counts: LedgerCounts): number | null => share(counts.warm, counts.needs);

/** Wasted / (timely + late + wasted); a preload still open counts as wasted. */
export function wastedShare({ preloads }: LedgerCounts): number | null {
  const wasted = preloads.wasted + preloads.open;
  return share(wasted, preloads.timely + preloads.late + wasted);
}

/** Of the needs that the reference run missed, the share that was warm here. */
export const covered = (missedThereWarmHere: number, missedThere: number): number | null =>
  share(missedThereWarmHere, missedThere);

/** (warm - reference) / (bound - reference): how much of the way from the reference to the bound was gone. */
export function gapClosed(warm: number | null, reference: number | null, bound: number | null): number | null {
  if (warm === null || reference === null || bound === null || bound <= reference) return null;
  return (warm - reference) / (bound - reference);
}

/** Needs that were cold here but not in the run without speculation / all needs. */
export const pollution = (coldOnlyHere: number, needs: number): number | null => share(coldOnlyHere, needs);

/** Hours that components were warm while nobody held them, added up, of so many ms. */
export const idleHours = (ms: number): number => ms / 3_600_000;

/** Response times: null where no command demanded anything. */
export interface ResponseFigures {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** One policy's figures; null where undefined. */
export interface PolicyFigures {
  readonly warmRate: number | null;
  readonly covered: number | null;
  readonly gapClosed: number | null;
  readonly wastedShare: number | null;
  readonly overheadMeanBytes: number | null;
  readonly overheadPeakBytes: number | null;
  readonly residentMeanBytes: number | null;
  readonly residentPeakBytes: number | null;
  readonly idleHours: number | null;
  readonly pollution: number | null;
  readonly responseMs: ResponseFigures;
  readonly preloads: Readonly<Record<Outcome, number>>;
}

export function responseFigures(sorted: Float64Array): ResponseFigures {
  if (sorted.length === 0) return { mean: null, p50: null, p95: null, p99: null };
  let sum = 0;
  for (const value of sorted) sum += value;
  return {
    mean: sum / sorted.length,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
  };
}

/** The value at rank ceil(q x n) of sorted values (nearest rank: always a value that occurred). */
export function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
}
