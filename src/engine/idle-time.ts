import type { Millis } from '../model/ids.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** When an idle component's time is up; null: it has no limit. */
export function idleDeadline(state: EngineState, slot: Slot): Millis | null {
  if (slot.state !== 'warm' || slot.open.size > 0 || slot.pins > 0 || slot.spec.priority === 'core') return null;
  const limit = slot.spec.idleMs ?? state.idleMs ?? Number.POSITIVE_INFINITY;
  const deadline = Math.min(slot.idleSince + limit, slot.keepUntil);
  return deadline === Number.POSITIVE_INFINITY ? null : (deadline as Millis);
}

/** Asks to be woken when an idle component's time is up. To be called whenever that may be earlier than it was. */
export function awaitIdleEnd(state: EngineState, slot: Slot): void {
  const deadline = idleDeadline(state, slot);
  if (deadline === null) return;
  state.idleEnds.set(slot.index, deadline);
  wakeBy(state, deadline);
}

/** Asks to be woken at `at`, unless an earlier wish stands. */
export function wakeBy(state: EngineState, at: Millis | null): void {
  if (at === null || (state.wakeAt !== null && state.wakeAt <= at)) return;
  state.wakeAt = at;
  state.out.push({ kind: 'wake', at });
}
