import { likelihoodOf, worthOf } from './foresight.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** How many of those that the policy would miss least are weighed by what forecasts say of them. */
const weighed = 64;

/** The first in the policy's order, each told its place there; nobody else's place is up to date. */
export function* firstVictims(state: EngineState): Iterable<Slot> {
  const most = Math.min(weighed, state.residents);
  let place = 0;
  for (const index of state.policy.victims(state.now)) {
    const slot = state.slots[index]!;
    slot.rank = ++place / most;
    yield slot;
    if (place === most) return;
  }
}

/**
 * Who should leave first: the policy's order; where forecasts have a say, and have lately been right, its first ones
 * least worth first, and last of them what was demanded since the latest forecast, of which that says nothing.
 */
export function victimsInOrder(state: EngineState): Iterable<number> {
  return state.foresight && state.outlook && state.duel.second ? foresighted(state) : state.policy.victims(state.now);
}

/** What has to leave: would the order that is not followed have chosen another? */
export function compareOrders(state: EngineState, victims: readonly Slot[], mayLeave: (slot: Slot) => boolean): void {
  const [victim] = victims;
  if (!victim || !state.foresight || !state.outlook) return;
  for (const index of state.duel.second ? state.policy.victims(state.now) : foresighted(state)) {
    const slot = state.slots[index]!;
    if (victims.includes(slot)) return;
    if (mayLeave(slot)) return state.duel.differ(victim.index, index);
  }
}

function* foresighted(state: EngineState): Iterable<number> {
  const old: { readonly index: number; readonly worth: number }[] = [];
  const fresh: number[] = [];
  for (const slot of firstVictims(state)) {
    if (slot.lastUse > state.foretold) fresh.push(slot.index);
    else old.push({ index: slot.index, worth: worthOf(slot, likelihoodOf(state, slot)) });
  }
  for (const { index } of old.sort((a, b) => a.worth - b.worth)) yield index;
  yield* fresh;
  let passed = old.length + fresh.length;
  for (const index of state.policy.victims(state.now)) if (--passed < 0) yield index;
}
