import { policyNamed, policyNames } from '../residency/policies.ts';
import { Shadow } from '../residency/shadow.ts';
import { likelihoodOf, worthOf } from './foresight.ts';
import { costOf, type Slot } from './slot.ts';
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
  const order = state.policy.victims(state.now);
  return state.foresight && state.outlook && state.duel.second ? foresighted(state, order) : order;
}

/** Memory runs out: from now on the policy's order is compared with that of forecasts, where these have a say. */
export function compareOrders(state: EngineState): void {
  if (state.duel.begun || !state.foresight || !state.outlook) return;
  const name = policyNames.find((known) => known === state.policy.name);
  if (!name) return;
  const alone = new Shadow(policyNamed(name));
  const led = new Shadow(policyNamed(name), (order) => foresighted(state, order));
  const held = [...state.policy.victims(state.now)];
  for (const shadow of [alone, led]) {
    shadow.budget(state.budget);
    for (const index of held) {
      const slot = state.slots[index]!;
      shadow.demand(index, slot.held, costOf(slot), state.now);
    }
  }
  state.duel.begin(alone, led);
}

/** The first in an order least worth first, last of them what was demanded since the latest forecast; then the rest. */
function* foresighted(state: EngineState, order: Iterable<number>): Iterable<number> {
  const most = Math.min(weighed, state.residents);
  const first: number[] = [];
  const rest = order[Symbol.iterator]();
  while (first.length < most) {
    const next = rest.next();
    if (next.done) break;
    first.push(next.value);
  }
  const old: { readonly index: number; readonly worth: number }[] = [];
  const fresh: number[] = [];
  for (const [place, index] of first.entries()) {
    const slot = state.slots[index]!;
    if (slot.lastUse > state.foretold) fresh.push(index);
    else old.push({ index, worth: worthAt(state, slot, (place + 1) / most) });
  }
  for (const { index } of old.sort((a, b) => a.worth - b.worth)) yield index;
  yield* fresh;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

/** What a component is worth to keep, if it stood at this place in the policy's order. */
function worthAt(state: EngineState, slot: Slot, rank: number): number {
  const before = slot.rank;
  slot.rank = rank;
  const worth = worthOf(slot, likelihoodOf(state, slot));
  slot.rank = before;
  return worth;
}
