import { wakeBy } from './idle-time.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** Whether what is idle still works is asked now and then; what is in use shows it by itself. */

const isChecked = (slot: Slot): boolean => slot.state === 'warm' && slot.open.size === 0 && slot.pins === 0;

/** It has become idle: it will be checked when it has been for its interval. */
export function awaitCheck(state: EngineState, slot: Slot): void {
  const { checkMs } = slot.spec;
  if (checkMs === undefined || !isChecked(slot)) return;
  const at = (state.now + checkMs) as typeof state.now;
  state.checks.set(slot.index, at);
  wakeBy(state, at);
}

/** Has everything checked whose time has come. An answer comes only if it no longer works: as a crash. */
export function checkHealth(state: EngineState): void {
  for (const index of state.checks.due(state.now)) {
    const slot = state.slots[index]!;
    if (!isChecked(slot) || slot.load === null) continue;
    state.out.push({ kind: 'check', component: slot.spec.id, load: slot.load });
    awaitCheck(state, slot);
  }
  wakeBy(state, state.checks.earliest?.at ?? null);
}
