import type { UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';
import { awaitIdleEnd } from './idle-time.ts';
import type { Slot } from './slot.ts';
import { keepUntil, stayOf } from './stay.ts';
import type { EngineState } from './state.ts';

/**
 * A forecast prolongs the stay of what a user's next command is expected to demand, and ends that of what it no longer
 * is. Returns what is cold and would be worth its memory from now on, with the probability that it is demanded in that
 * time; null: memory has no price.
 */
export function prolong(
  state: EngineState,
  user: UserId,
  predictions: readonly Prediction[],
): Map<Slot, number> | null {
  if (!state.keeping) return null;
  const worthLoading = new Map<Slot, number>();
  const expected = new Map<number, number>();
  for (const { component, step, probability } of predictions) {
    const index = state.graph.indexOf.get(component);
    if (step === 1 && index !== undefined) expected.set(index, probability);
  }
  for (const index of state.keeping.expect(user, expected, state.now)) {
    const slot = state.slots[index]!;
    if (slot.state === 'warm') {
      slot.keepUntil = keepUntil(state, slot);
      awaitIdleEnd(state, slot);
    } else if (slot.state === 'cold') {
      const { ms, probability } = stayOf(state, slot)!;
      if (ms > 0) worthLoading.set(slot, probability);
    }
  }
  return worthLoading;
}
