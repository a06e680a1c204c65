import { ForeloadError } from '../model/errors.ts';
import type { ComponentId } from '../model/ids.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** Slots by the name of their component, and by what it rests on. */

/** The slot of a component. @throws ForeloadError `unknown-component`. */
export function slotOf(state: EngineState, component: ComponentId): Slot {
  const index = state.graph.indexOf.get(component);
  const slot = index === undefined ? undefined : state.slots[index];
  if (slot) return slot;
  throw new ForeloadError('unknown-component', {
    what: `no component is named "${component}"`,
    remedy: 'register it, or correct the name',
  });
}

/** A component's closure: all it rests on, and last itself. */
export function closureOf(state: EngineState, slot: Slot): Slot[] {
  return state.graph.closureOf(slot.index).map((node) => state.slots[node]!);
}

/** A component and all that rests on it, directly or not, and is not cold; the nearest first. */
export function withDependants(state: EngineState, slot: Slot): Slot[] {
  const found = new Set([slot]);
  for (const member of found) {
    for (const node of state.graph.dependants[member.index]!) {
      if (state.slots[node]!.state !== 'cold') found.add(state.slots[node]!);
    }
  }
  return [...found];
}
