import { isExpected } from './foresight.ts';
import { dismiss, patience } from './residence.ts';
import { canLeave } from './room.ts';
import type { EngineState } from './state.ts';
import { MB } from '../model/bytes.ts';

/** Bytes that may be held by what was loaded ahead and never demanded, whether or not it is still expected. */
const tolerated = 150 * MB;

/**
 * What was loaded ahead long ago, and nobody demanded, goes once no forecast names it, even if nothing else needs the room:
 * while more is held that way than loading ahead should cost. Each is looked at once in so many loads for demands.
 */
export function lapseUnused(state: EngineState): void {
  if (state.meter.speculative <= tolerated) return;
  for (const [index, until] of state.unused) {
    if (until > state.loads) return;
    const slot = state.slots[index]!;
    const rested = state.now - slot.idleSince >= (slot.spec.minIdleMs ?? 0);
    if (canLeave(slot) && rested && !isExpected(state, slot)) {
      dismiss(state, slot, 'idle');
      continue;
    }
    state.unused.delete(index);
    state.unused.set(index, state.loads + patience);
  }
}
