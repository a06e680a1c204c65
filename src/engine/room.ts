import { type Priority, priorities } from '../model/component.ts';
import type { Slot } from './slot.ts';
import { closureOf, type EngineState } from './state.ts';
import { victimsInOrder } from './victims.ts';

/** Whether a component may be unloaded now: warm, in nobody's hands, and nothing rests on it. */
export const canLeave = (slot: Slot): boolean => slot.pins === 0 && isIdle(slot);

/** Warm and in nobody's hands; something may still rest on it. What is `core` must have been asked to go. */
export function isIdle(slot: Slot): boolean {
  if (slot.state !== 'warm' || slot.open.size > 0 || slot.waiting.length > 0) return false;
  return slot.spec.priority !== 'core' || slot.leaving;
}

/** Everything in memory or on its way there, as the eviction policy orders it. */
export const inMemory = (state: EngineState): Slot[] =>
  Array.from(state.policy.victims(state.now), (index) => state.slots[index]!);

/**
 * Who leaves so that `bytes` become free: low priority first, then in the policy's order, dependants before what they
 * rest on. Null if it can't be done. Only those that `mayLeave` allows are taken. The first of them can leave at once;
 * others may have to wait until what rests on them is gone.
 */
export function findVictims(state: EngineState, bytes: number, mayLeave: (slot: Slot) => boolean): Slot[] | null {
  const victims: Slot[] = [];
  if (bytes <= 0) return victims;
  const pins = new Map<Slot, number>();
  let found = 0;
  for (let rank = state.ranked ? 0 : strongest; rank <= strongest; rank++) {
    for (let progress = true; progress; ) {
      progress = false;
      for (const index of victimsInOrder(state)) {
        const slot = state.slots[index]!;
        if (rank < strongest && weakestFirst.indexOf(slot.spec.priority) > rank) continue;
        const unpinned = slot.pins === (pins.get(slot) ?? 0);
        if (!unpinned || victims.includes(slot) || !isIdle(slot) || !mayLeave(slot)) continue;
        victims.push(slot);
        found += slot.held;
        if (found >= bytes) return victims;
        for (const dependency of state.graph.dependencies[index]!) {
          const below = state.slots[dependency]!;
          pins.set(below, (pins.get(below) ?? 0) + 1);
          progress = true;
        }
      }
    }
  }
  return null;
}

const weakestFirst: readonly Priority[] = priorities.filter((priority) => priority !== 'core').toReversed();
const strongest = weakestFirst.length - 1;

/** What pinned components keep in memory for good: themselves and all they rest on. */
export function keptForGood(state: EngineState): Set<Slot> {
  const kept = new Set<Slot>();
  for (const slot of state.slots) {
    if (!isPinned(slot)) continue;
    for (const member of closureOf(state, slot)) kept.add(member);
  }
  return kept;
}

/** Never unloaded but by request: it is `core`, and in memory. */
export function isPinned(slot: Slot): boolean {
  if (slot.spec.priority !== 'core' || slot.leaving || slot.orphaned) return false;
  return slot.state === 'warm' || slot.state === 'loading';
}
