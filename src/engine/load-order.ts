import { chainsAbove } from '../graph/critical-path.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/**
 * Cold components that are about to load together, in the order in which to begin: critical path first, by the measured load
 * times. Each is told how much work waits for it, so that what can begin later keeps to the same order. They are given, and
 * returned, dependencies first. Why not a better plan than this one: DECISIONS "Load order".
 */
export function inLoadOrder(state: EngineState, slots: readonly Slot[]): readonly Slot[] {
  if (slots.length < 2) {
    for (const slot of slots) slot.chain = slot.loadMs;
    return slots;
  }
  const nodes = slots.map((slot) => slot.index);
  const chains = chainsAbove(state.graph, nodes, (node) => state.slots[node]!.loadMs);
  for (const slot of slots) slot.chain = chains.get(slot.index)!;
  return slots.toSorted(longestChainFirst);
}

export const longestChainFirst = (a: Slot, b: Slot): number => b.chain - a.chain;
