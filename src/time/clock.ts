import type { Millis } from '../model/ids.ts';

/** Tells the time. Milliseconds since an origin of its own choice; never goes back. */
export interface Clock {
  now(): Millis;
}

/**
 * The one door to timers: `run` is called once, `after` ms from now, unless cancelled first. The process stays alive for
 * a timer only if it is `awaited`: the limit of work that somebody waits for.
 */
export interface Timers {
  start(after: Millis, run: () => void, awaited?: boolean): () => void;
}

/** A seeded source of random numbers, 0 <= next() < 1. */
export interface Rng {
  next(): number;
}

/** A small fast generator with 32 bits of state (mulberry32, Tommy Ettinger, public domain). */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
