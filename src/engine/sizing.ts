import type { Bytes, Millis } from '../model/ids.ts';
import type { BudgetReason } from '../model/reason.ts';
import { nextBudget, often, type Sizing } from '../residency/sizing.ts';
import { wakeBy } from './idle-time.ts';
import { keptForGood } from './room.ts';
import type { Slot } from './slot.ts';
import { type EngineState, tell } from './state.ts';

/** A demand teaches what memory is worth. */
export function weigh(state: EngineState, slot: Slot): void {
  const { sizing, now } = state;
  if (!sizing) return;
  // An instant load counts as 1 ms, as in what a preload is worth.
  sizing.curve.demand(slot.index, slot.bytes, slot.loadMs + 1, now);
  if (sizing.at !== null && sizing.every === often) return;
  sizing.every = often;
  lookAgain(state, sizing);
}

/** Moves the budget a step, if it is time to and if that pays. */
export function resize(state: EngineState): void {
  const { sizing, now, budget } = state;
  if (!sizing || sizing.at === null || state.closing) return;
  if (sizing.at > now) return wakeBy(state, sizing.at as Millis);
  const next = nextBudget(sizing.curve, sizing.limits, budget, heldForUse(state), now);
  if (next === budget) sizing.every *= 2;
  else {
    sizing.every = often;
    setBudget(state, next, next > budget ? 'pays' : 'does-not-pay');
  }
  lookAgain(state, sizing);
}

/** Another budget holds from now on. What leases hold beyond it goes as they end. */
export function setBudget(state: EngineState, bytes: number, reason: BudgetReason): void {
  const from = state.budget as Bytes;
  state.budget = bytes;
  state.policy.budget(bytes);
  state.duel.budget(bytes);
  state.strain.overdrawn = false;
  state.excused = state.meter.resident > bytes;
  if (state.notices) tell(state, { kind: 'budget-changed', at: state.now, from, to: bytes as Bytes, reason });
}

function lookAgain(state: EngineState, sizing: Sizing): void {
  sizing.at = state.now + sizing.every;
  wakeBy(state, sizing.at as Millis);
}

/**
 * Bytes of what can't leave: in somebody's hands, being loaded, core, and all that these rest on. Looks through all
 * components, every five minutes at most.
 */
function heldForUse(state: EngineState): number {
  const good = keptForGood(state);
  let bytes = 0;
  for (const slot of state.slots) {
    const inUse = slot.open.size > 0 || slot.waiting.length > 0 || slot.pins > 0 || good.has(slot);
    if (inUse || slot.state === 'loading' || slot.state === 'queued') bytes += slot.held;
  }
  return bytes;
}
