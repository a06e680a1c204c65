import { priorities } from '../model/component.ts';
import type { EngineState } from './state.ts';
import type { Slot } from './slot.ts';

/** Whether a component may be unloaded now: warm, in nobody's hands, and nothing rests on it. */
export const canLeave = (slot: Slot): boolean => slot.pins === 0 && isIdle(slot);

/** Warm and in nobody's hands; something may still rest on it. */
function isIdle(slot: Slot): boolean {
  return slot.state === 'warm' && slot.open.size === 0 && slot.waiting.length === 0 && slot.spec.priority !== 'core';
}

/**
 * Who leaves so that `bytes` become free: low priority first, then in the policy's order, dependants before what they
 * rest on. Null if it can't be done. Only those that `mayLeave` allows are taken.
 */
export function findVictims(state: EngineState, bytes: number, mayLeave: (slot: Slot) => boolean): Slot[] | null {
  const victims: Slot[] = [];
  if (bytes <= 0) return victims;
  const pins = new Map<Slot, number>();
  let found = 0;
  for (const rank of state.ranked ? weakestFirst : [null]) {
    for (let progress = true; progress; ) {
      progress = false;
      for (const index of state.policy.victims(state.now)) {
        const slot = state.slots[index]!;
        if (rank !== null && slot.spec.priority !== rank) continue;
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

const weakestFirst = priorities.filter((priority) => priority !== 'core').toReversed();
