import type { LedgerCounts } from '../metrics/ledger.ts';
import type { MemoryTotals } from '../metrics/memory-meter.ts';
import type { Found } from '../model/reason.ts';

/** Codes of {@link RunResult.found}. */
export const foundCodes: readonly Found[] = ['cold', 'loading', 'warm'];

/** What one policy did on a workload. */
export interface RunResult {
  /** For each need of the trace where the component was: index into {@link foundCodes}. */
  readonly found: Uint8Array;
  /** For each row ms until all it demands is usable; NaN for rows that demand nothing. */
  readonly response: Float64Array;
  /** Scored needs and preloads. */
  readonly counts: LedgerCounts;
  /** Of each device that has a scored stretch. */
  readonly memory: readonly MemoryTotals[];
  /** Ms that components were warm while nobody held them, all devices' scored stretches together. */
  readonly idleMs: number;
}
