import { type Priority, priorities } from '../model/component.ts';
import type { Slot } from './slot.ts';
import { closureOf } from './slot-graph.ts';
import type { EngineState } from './state.ts';
import { victimsInOrder } from './victims.ts';

/** Whether a component may be unloaded now: warm, in nobody's hands, and nothing rests on it. */
export const canLeave = (slot: Slot): boolean => slot.pins === 0 && isIdle(slot);

/** Whether unloading it now would give its memory back. */
export const frees = (slot: Slot): boolean => canLeave(slot) && slot.spec.keepsMemory !== true;

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
 * rest on. Null if it can't be done. Only those that `mayLeave` allows are taken, and none before its minimum idle
 * time. The first of them can leave at once; others may have to wait until what rests on them is gone. Of each priority
 * no more than the first `most` are looked at: all of memory, unless told otherwise, but only where fewer do not suffice.
 */
export function findVictims(
  state: EngineState,
  bytes: number,
  mayLeave: (slot: Slot) => boolean,
  most: number = Number.POSITIVE_INFINITY,
): Slot[] | null {
  const restedEnough = (slot: Slot): boolean => {
    const least = slot.spec.minIdleMs;
    return least === undefined || slot.pins > 0 || state.now - slot.idleSince >= least;
  };
  return search(state, bytes, (slot) => restedEnough(slot) && mayLeave(slot), most);
}

/**
 * As {@link findVictims}; where that is not enough, minimum idle times don't count. Where that is not enough either, those go
 * too that keep their memory: a demand does not wait for what nobody uses.
 */
export function findVictimsOfAnyAge(
  state: EngineState,
  bytes: number,
  mayLeave: (slot: Slot) => boolean,
): Slot[] | null {
  const giving = (slot: Slot): boolean => slot.spec.keepsMemory !== true && mayLeave(slot);
  const found =
    findVictims(state, bytes, giving) ?? (state.rested ? search(state, bytes, giving, Number.POSITIVE_INFINITY) : null);
  return found ?? (state.keeps ? search(state, bytes, mayLeave, Number.POSITIVE_INFINITY) : null);
}

function search(state: EngineState, bytes: number, mayLeave: (slot: Slot) => boolean, most: number): Slot[] | null {
  const victims = new Set<Slot>();
  if (bytes <= 0) return [];
  const unpinned = new Map<Slot, number>();
  let found = 0;
  for (let rank = state.ranked ? 0 : strongest; rank <= strongest; rank++) {
    /** Those that may leave once what rests on them does. */
    let pinned: Slot[] = [];
    let freed = false;
    const consider = (slot: Slot): boolean => {
      if (rank < strongest && weakestFirst.indexOf(slot.spec.priority) > rank) return false;
      if (victims.has(slot) || !isIdle(slot) || !mayLeave(slot)) return false;
      if (slot.pins > (unpinned.get(slot) ?? 0)) {
        pinned.push(slot);
        return false;
      }
      victims.add(slot);
      found += slot.held;
      for (const dependency of state.graph.dependencies[slot.index]!) {
        const below = state.slots[dependency]!;
        unpinned.set(below, (unpinned.get(below) ?? 0) + 1);
        freed = true;
      }
      return found >= bytes;
    };
    let looked = 0;
    for (const index of victimsInOrder(state)) {
      if (consider(state.slots[index]!)) return [...victims];
      if (++looked >= most) break;
    }
    while (freed) {
      const again = pinned;
      pinned = [];
      freed = false;
      for (const slot of again) if (consider(slot)) return [...victims];
    }
  }
  return null;
}

const weakestFirst: readonly Priority[] = priorities.filter((priority) => priority !== 'core').toReversed();
const strongest = weakestFirst.length - 1;

/** What pinned components keep in memory for good: themselves and all they rest on. */
export function keptForGood(state: EngineState): Set<Slot> {
  const kept = new Set<Slot>();
  for (const slot of state.core) {
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
