import type { Millis } from '../model/ids.ts';
import type { Stay } from '../residency/keeping.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** Until when an idle component is worth its memory at the price that is asked; now: it is not. Never ends without a price, or if no memory comes back. */
export function keepUntil(state: EngineState, slot: Slot): Millis {
  if (!state.keeping || slot.spec.keepsMemory || slot.preload?.origin === 'warming')
    return Number.POSITIVE_INFINITY as Millis;
  const hinted = state.hints.get(slot.index) ?? 0;
  return Math.max(hinted, state.now + stayOf(state, slot)!.ms) as Millis;
}

/** How long a component is worth its memory from now on; null: no price is asked. */
export function stayOf({ keeping, keepPrice, now }: EngineState, { index, bytes, loadMs }: Slot): Stay | null {
  // An instant load counts as 1 ms, as in what a preload is worth.
  return keeping?.stay(index, now, (keepPrice * bytes) / (loadMs + 1) / hour) ?? null;
}

const hour = 3_600_000;
