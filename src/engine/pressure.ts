import { pressureResponses } from '../lanes/pressure.ts';
import { lanes, type PressureLevel } from '../model/reason.ts';
import { abandonAwaiting } from './preloads.ts';
import { dismiss } from './residence.ts';
import { canLeave } from './room.ts';
import type { Slot } from './slot.ts';
import { withdraw } from './speculation.ts';
import { type EngineState, tell } from './state.ts';
import { worthOf } from './preloads.ts';

/** Does what the response table asks for at a level of memory pressure. Also at the start, and each time it is told. */
export function respond(state: EngineState, level: PressureLevel): void {
  state.level = level;
  state.response = pressureResponses[level];
  if (state.notices) tell(state, { kind: 'pressure', at: state.now, level });
  for (const entry of state.lanes.resize(state.response.laneShare)) {
    withdraw(state, state.slots[entry.component]!, 'pressure', true);
  }
  if (!state.response.preload) {
    for (const { slot } of state.awaiting.slice()) abandonAwaiting(state, slot, 'pressure');
    for (const lane of lanes) {
      for (const entry of state.lanes.entries(lane)) withdraw(state, state.slots[entry.component]!, 'pressure');
    }
  }
  unloadFor(state);
}

/** Unloads, least worth first, what may not stay at the present level. Dependants go before what they rest on. */
function unloadFor(state: EngineState): void {
  const { unload } = state.response;
  if (unload === 'nothing') return;
  const goes = (slot: Slot): boolean => {
    if (unload === 'unleased') return true;
    return slot.preload !== null && (unload === 'speculation' || !state.likely.has(slot.index));
  };
  const worth = (slot: Slot): number => worthOf(slot, state.likely.get(slot.index) ?? 0);
  const leaving = state.slots.filter((slot) => slot.state === 'warm' && goes(slot));
  leaving.sort((a, b) => a.pins - b.pins || worth(a) - worth(b));
  for (const slot of leaving) if (canLeave(slot)) dismiss(state, slot, 'pressure');
}

/** At a level that keeps nothing idle, what becomes idle or warm leaves too. */
export function keepLevel(state: EngineState): void {
  if (state.level === 'emergency' || state.level === 'critical') unloadFor(state);
}
