import { likelihoodOf, worthOf } from './foresight.ts';
import type { EngineState } from './state.ts';

/** How many of those that the policy would miss least are weighed by what forecasts say of them. */
const weighed = 64;

/**
 * Who should leave first: the policy's order; where forecasts have a say, its first ones least worth first, and last of
 * them what was demanded since the latest forecast, of which that says nothing.
 */
export function victimsInOrder(state: EngineState): Iterable<number> {
  return state.foresight && state.outlook ? foresighted(state) : state.policy.victims(state.now);
}

function* foresighted(state: EngineState): Iterable<number> {
  const old: { readonly index: number; readonly worth: number }[] = [];
  const fresh: number[] = [];
  const rest = state.policy.victims(state.now)[Symbol.iterator]();
  for (let next = rest.next(); !next.done; next = rest.next()) {
    const slot = state.slots[next.value]!;
    if (slot.lastUse > state.foretold) fresh.push(slot.index);
    else old.push({ index: slot.index, worth: worthOf(slot, likelihoodOf(state, slot)) });
    if (old.length + fresh.length === weighed) break;
  }
  for (const { index } of old.sort((a, b) => a.worth - b.worth)) yield index;
  yield* fresh;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}
