import type { Found } from '../model/reason.ts';
import { abandonAwaiting } from './preloads.ts';
import { conclude } from './residence.ts';
import { foundIn, type Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** A demand decides the preloads of what it demands: of the component itself and of all it rests on. */
export function settlePreloads(state: EngineState, slot: Slot, found: Found): void {
  for (const node of state.graph.closureOf(slot.index)) {
    const member = state.slots[node]!;
    if (!member.preload) continue;
    if (cancelWaiting(state, member)) continue;
    conclude(state, member, (member === slot ? found : foundIn(member)) === 'warm' ? 'timely' : 'late');
  }
}

/** A demand takes over what a preload only waited to do. */
export function cancelWaiting(state: EngineState, slot: Slot): boolean {
  if (abandonAwaiting(state, slot, 'demanded')) return true;
  if (!state.lanes.remove(slot.index)) return false;
  if (slot.preload) conclude(state, slot, 'cancelled');
  state.ledger.turnedAway('demanded');
  return true;
}
