import { pressureResponses } from '../lanes/pressure.ts';
import { lanes, type PressureLevel } from '../model/reason.ts';
import { abandonAwaiting, abandonQueued, likelihoodOf, worthOf } from './preloads.ts';
import { dismiss } from './residence.ts';
import { canLeave } from './room.ts';
import type { Slot } from './slot.ts';
import { withdraw } from './speculation.ts';
import { type EngineState, tell } from './state.ts';
import { stopWarming } from './warming.ts';

/** Does what the response table asks for at a level of memory pressure. Also at the start, and each time it is told. */
export function respond(state: EngineState, level: PressureLevel): void {
  if (state.closing) return;
  state.level = level;
  state.response = pressureResponses[level];
  if (state.notices) tell(state, { kind: 'pressure', at: state.now, level });
  for (const entry of state.lanes.resize(state.response.laneShare)) {
    withdraw(state, state.slots[entry.component]!, 'pressure', true);
  }
  if (!state.response.preload) return stopPreloads(state);
  if (state.response.background) return;
  for (const slot of state.awaiting.slice()) {
    if (slot.preload?.lane === 'background') abandonAwaiting(state, slot, 'pressure');
  }
}

/** Nothing more is loaded ahead: what waits in a lane, for room or for its dependencies waits no more. */
export function stopPreloads(state: EngineState): void {
  stopWarming(state, 'pressure');
  for (const slot of state.awaiting.slice()) abandonAwaiting(state, slot, 'pressure');
  for (const lane of lanes) {
    for (const entry of state.lanes.entries(lane)) withdraw(state, state.slots[entry.component]!, 'pressure');
  }
  for (const slot of state.slots) if (slot.state === 'queued' && slot.preload) abandonQueued(state, slot, 'pressure');
}

/**
 * Unloads, least worth first, what may not stay at the present level. Runs after every event, so that what lapses,
 * warms up or is given back under pressure goes too. Dependants go before what they rest on.
 */
export function keepLevel(state: EngineState): void {
  const { unload } = state.response;
  if (unload === 'nothing' || state.closing) return;
  const goes = (slot: Slot): boolean => {
    if (unload === 'unleased') return true;
    if (slot.preload === null) return false;
    // What was asked for by name is no forecast that could lapse.
    if (unload === 'speculation') return true;
    const named = slot.preload.origin === 'warming' && !state.warmed.has(slot);
    return !named && likelihoodOf(state, slot) === 0;
  };
  const worth = (slot: Slot): number => worthOf(slot, likelihoodOf(state, slot));
  const leaving = state.slots.filter((slot) => canLeave(slot) && goes(slot));
  leaving.sort((a, b) => worth(a) - worth(b));
  for (const slot of leaving) dismiss(state, slot, 'pressure');
}
