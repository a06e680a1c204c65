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
  readonly #preloads = new Set<Preload>();
  #bytes = 0;

  /** Bytes that they hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Its load begins; it holds nothing yet. */
  add(preload: Preload): void {
    this.#preloads.add(preload);
  }

  has(preload: Preload | null): boolean {
    return preload !== null && this.#preloads.has(preload);
  }

  /** A component holds so many bytes more; those of a preload that was warmed count. */
  charge(preload: Preload | null, by: number): void {
    if (this.has(preload)) this.#bytes += by;
  }

  /** A preload ends, while it holds so many bytes. */
  ended(preload: Preload, held: number): void {
    if (this.#preloads.delete(preload)) this.#bytes -= held;
  }
}
