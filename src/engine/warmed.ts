import type { Preload } from '../metrics/preload.ts';
import type { Millis } from '../model/ids.ts';
import type { Slot } from './slot.ts';

/** What was chosen at the start and is still to be loaded. */
export interface WarmPlan {
  /** The longest chain of loads first; each with the probability that it is demanded. */
  readonly waiting: Map<Slot, number>;
  /** When what was expected then is no longer to be expected. */
  readonly until: Millis;
}

/** What was warmed at the start and has met no demand yet. */
export class Warmed {
  readonly #preloads = new Map<Slot, Preload>();

  /** Its load begins. */
  add(slot: Slot, preload: Preload): void {
    this.#preloads.set(slot, preload);
  }

  has(slot: Slot): boolean {
    return slot.preload !== null && this.#preloads.get(slot) === slot.preload;
  }

  /** Bytes that they hold. */
  bytes(): number {
    let held = 0;
    for (const [slot, preload] of this.#preloads) {
      if (slot.preload === preload) held += slot.held;
      else this.#preloads.delete(slot);
    }
    return held;
  }
}
