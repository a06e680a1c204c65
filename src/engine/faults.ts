import { type ErrorCode, ForeloadError, reasonOf } from '../model/errors.ts';
import type { Millis } from '../model/ids.ts';
import { dependencyFailed } from './dependency-failed.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';
import { newTrouble, noteCrash, noteFailure } from './trouble.ts';

/** When what failed is tried again, and when it is not. */

/** What trying again can't mend. */
const final: ReadonlySet<ErrorCode> = new Set([
  'optional-missing',
  'load-empty',
  'invalid-option',
  'closed',
  'aborted',
]);

/** A load for a demand failed. True: its demands wait for another. */
export function triesAgain(state: EngineState, slot: Slot, error: ForeloadError): boolean {
  const { faults } = state;
  if (!faults || state.closing) return false;
  slot.trouble ??= newTrouble(error);
  return noteFailure(slot.trouble, error, !final.has(error.code), state.now, faults);
}

/** A warm component ended by itself. */
export function crashedAgain(state: EngineState, slot: Slot, error: Error): void {
  const { faults } = state;
  if (!faults) return;
  slot.trouble ??= newTrouble(error);
  noteCrash(slot.trouble, error, state.now - slot.warmSince < faults.openMs, state.now, faults);
}

/** Whether it failed or crashed so lately that nothing is loaded ahead: each time in a row that lasts twice as long. */
export function failedLately(state: EngineState, slot: Slot): boolean {
  if (slot.failures === 0) return false;
  const { faults } = state;
  if (!faults) return true;
  return state.now < slot.failedAt + Math.min(faults.openMs * 2 ** (slot.failures - 1), faults.longestOpenMs);
}

/**
 * What keeps a demand from beginning these loads: the error to refuse it with, if the circuit of one is open; the time to
 * wait for, if one is tried again later; or nothing.
 */
export function heldBack(state: EngineState, slot: Slot, missing: readonly Slot[]): ForeloadError | Millis | null {
  let until: Millis | null = null;
  for (const member of missing) {
    const { open, retryAt } = member.trouble ?? { open: null, retryAt: null };
    if (open && state.now < open.until) {
      const error = circuitOpen(state, member);
      return member === slot ? error : dependencyFailed(chainTo(state, slot, member), error);
    }
    if (retryAt !== null && retryAt > state.now && retryAt > (until ?? 0)) until = retryAt;
  }
  return until;
}

/** Nobody waits any more for what failed: the next demand has all its retries. */
export function forgetRetry(state: EngineState, slot: Slot): void {
  if (state.retries.size === 0 || slot.waiting.length > 0 || !state.retries.has(slot.index)) return;
  state.retries.delete(slot.index);
  for (const node of state.graph.closureOf(slot.index)) {
    const { trouble } = state.slots[node]!;
    if (trouble) trouble.attempts = 0;
  }
}

function circuitOpen(state: EngineState, slot: Slot): ForeloadError {
  const { failures, open, error } = slot.trouble!;
  const { since, until } = open!;
  return new ForeloadError('circuit-open', {
    what: `component "${slot.spec.id}" failed ${failures} times in a row and is not loaded for now`,
    where: `for ${seconds(state.now - since)}; it may be tried again in ${seconds(until - state.now)}`,
    found: reasonOf(error.cause ?? error),
    remedy: 'see the cause, or demand it again then',
    cause: error,
  });
}

const seconds = (span: number): string => `${Math.ceil(span / 100) / 10} s`;

/** Ids from a component down to one that it rests on. */
function chainTo(state: EngineState, from: Slot, to: Slot): readonly string[] {
  const chains = new Map<number, readonly string[]>([[from.index, [from.spec.id]]]);
  for (const [node, chain] of chains) {
    if (node === to.index) break;
    for (const below of state.graph.dependencies[node]!) {
      if (!chains.has(below)) chains.set(below, [...chain, state.slots[below]!.spec.id]);
    }
  }
  return chains.get(to.index)!;
}
