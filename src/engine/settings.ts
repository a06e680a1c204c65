import { preloadFloor } from '../lanes/routing.ts';
import type { Settings } from '../model/settings.ts';
import { Keeping } from '../residency/keeping.ts';
import { awaitIdleEnd } from './idle-time.ts';
import { stopPreloads } from './pressure.ts';
import { setBudget } from './sizing.ts';
import { withdraw } from './speculation.ts';
import type { EngineState } from './state.ts';
import { keepUntil } from './stay.ts';

/** Other settings hold from now on. What has begun goes on; what waits and may not any more waits no longer. */
export function settle(state: EngineState, { budget, waste, lanes, routing, keepPrice, speculation }: Settings): void {
  if (budget !== undefined) setBudget(state, budget, 'asked');
  if (routing) state.routing = routing;
  if (keepPrice !== undefined) priceMemory(state, keepPrice);
  const floor = routing || keepPrice !== undefined ? preloadFloor(state.keeping !== null, state.routing) : undefined;
  state.waste?.aimAt(waste, floor);
  if (lanes) {
    for (const entry of state.lanes.limit(lanes)) withdraw(state, state.slots[entry.component]!, 'lane-full', true);
  }
  if (speculation && speculation !== state.speculation) {
    state.speculation = speculation;
    if (speculation === 'observe') stopPreloads(state);
  }
}

/** @param price null: what is idle is kept until memory is needed */
function priceMemory(state: EngineState, price: number | null): void {
  state.keeping = price === null ? null : (state.keeping ?? new Keeping());
  state.keepPrice = price ?? 0;
  for (const slot of state.slots) {
    if (slot.state !== 'warm') continue;
    slot.keepUntil = keepUntil(state, slot);
    awaitIdleEnd(state, slot);
  }
}
