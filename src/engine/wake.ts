import type { Millis } from '../model/ids.ts';
import { pend } from './pending.ts';
import { checkHealth } from './health.ts';
import { isExpected } from './foresight.ts';
import { idleDeadline, wakeBy } from './idle-time.ts';
import { dismiss } from './residence.ts';
import { canLeave } from './room.ts';
import { resize } from './sizing.ts';
import { withdraw } from './speculation.ts';
import type { EngineState } from './state.ts';
import { keepUntil } from './stay.ts';

/** A time that was waited for has come: the budget is looked at, hints lapse, and what has been idle for long enough goes. */
export function wake(state: EngineState): void {
  state.wakeAt = null;
  resize(state);
  for (const index of state.retries.due(state.now)) pend(state, state.slots[index]!);
  wakeBy(state, state.retries.earliest?.at ?? null);
  checkHealth(state);
  for (const index of state.hints.due(state.now)) {
    const slot = state.slots[index]!;
    const named = state.lanes.get(index)?.user === null;
    if (!named && !isExpected(state, slot)) withdraw(state, slot, 'lapsed');
  }
  wakeBy(state, state.hints.earliest?.at ?? null);
  for (const index of state.idleEnds.due(state.now)) {
    const slot = state.slots[index]!;
    if (slot.keepUntil <= state.now && slot.state === 'warm') slot.keepUntil = keepUntil(state, slot);
    const deadline = idleDeadline(state, slot);
    if (deadline === null) continue;
    if (deadline > state.now) state.idleEnds.set(index, deadline);
    else if (canLeave(slot)) dismiss(state, slot, 'idle');
  }
  wakeBy(state, nextIdleEnd(state));
}

/** The earliest end of an idle time. What was written down is never later than that, and is corrected here. */
function nextIdleEnd(state: EngineState): Millis | null {
  const { idleEnds } = state;
  for (let next = idleEnds.earliest; next; next = idleEnds.earliest) {
    const deadline = idleDeadline(state, state.slots[next.component]!);
    if (deadline === next.at) return deadline;
    if (deadline === null) idleEnds.delete(next.component);
    else idleEnds.set(next.component, deadline);
  }
  return null;
}
