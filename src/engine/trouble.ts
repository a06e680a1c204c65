import type { Millis } from '../model/ids.ts';
import type { Rng } from '../time/clock.ts';

/** What follows from loads for demands that fail. */
export interface FaultOptions {
  /** How often such a load is tried again before its demands are refused. */
  readonly retries: number;
  /** Ms before the first of these, about; each time twice as long, but no longer than `longestBackoffMs`. */
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
  /** After so many failures in a row demands are refused at once: the circuit is open. */
  readonly openAfter: number;
  /** Ms until one load may try again; each time that fails twice as long, but no longer than `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
  /** Spreads retries, so that those that failed together do not come back together. */
  readonly rng: Rng;
}

/** What went wrong with one component since it last worked. Loads ahead of demands leave no trace here. */
export interface Trouble {
  /** Failed loads for demands in a row, and crashes soon after a load. */
  failures: number;
  /** Crashes in a row, each soon after a load: a load that ends well does not excuse them. */
  crashes: number;
  /** Retries that the demands have used up. */
  attempts: number;
  /** Before this no demand begins a load; null: it may. */
  retryAt: Millis | null;
  /** Since when demands are refused, and until when; null: they are not. From then on one load may try: half open. */
  open: { readonly since: Millis; readonly until: Millis } | null;
  /** How often in a row the circuit opened. */
  opened: number;
  error: Error;
}

export const newTrouble = (error: Error): Trouble => ({
  failures: 0,
  crashes: 0,
  attempts: 0,
  retryAt: null,
  open: null,
  opened: 0,
  error,
});

/**
 * A load for a demand failed.
 * @returns whether it is to be tried again, at `retryAt`: after an exponential back-off, of which half is drawn at random
 *   ("equal jitter", Brooker, AWS Architecture Blog 2015)
 */
export function noteFailure(
  trouble: Trouble,
  error: Error,
  again: boolean,
  now: Millis,
  options: FaultOptions,
): boolean {
  trouble.failures++;
  trouble.error = error;
  if (trouble.open || trouble.failures >= options.openAfter) {
    openCircuit(trouble, now, options);
    return false;
  }
  if (!again || trouble.attempts >= options.retries) {
    trouble.attempts = 0;
    trouble.retryAt = null;
    return false;
  }
  const wait = Math.min(options.backoffMs * 2 ** trouble.attempts, options.longestBackoffMs);
  trouble.attempts++;
  trouble.retryAt = (now + wait * (0.5 + 0.5 * options.rng.next())) as Millis;
  return true;
}

/** It crashed; `soon`: before it had been warm for as long as a circuit stays open. */
export function noteCrash(trouble: Trouble, error: Error, soon: boolean, now: Millis, options: FaultOptions): void {
  trouble.crashes = soon ? trouble.crashes + 1 : 1;
  trouble.failures = trouble.crashes;
  trouble.error = error;
  if (trouble.crashes >= options.openAfter) openCircuit(trouble, now, options);
}

/** A load ended well. Crashes are remembered: whether it lasts is not known yet. */
export function noteSuccess(trouble: Trouble): Trouble | null {
  if (trouble.crashes === 0) return null;
  trouble.failures = trouble.crashes;
  trouble.attempts = 0;
  trouble.retryAt = null;
  trouble.open = null;
  return trouble;
}

/** Opens it, or keeps it open for longer (circuit breaker: Nygard, "Release It!", 2007). */
function openCircuit(trouble: Trouble, now: Millis, options: FaultOptions): void {
  const lasts = Math.min(options.openMs * 2 ** trouble.opened, options.longestOpenMs);
  trouble.opened++;
  trouble.attempts = 0;
  trouble.retryAt = null;
  trouble.open = { since: trouble.open?.since ?? now, until: (now + lasts) as Millis };
}
