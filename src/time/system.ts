import { performance } from 'node:perf_hooks';
import { type Millis, ms } from '../model/ids.ts';
import type { Clock, Timers } from './clock.ts';

const { timeOrigin } = performance;

/** Wall-clock time that never goes back: the time of day at start, advanced by the monotonic clock. */
export const systemClock: Clock = { now: () => ms(timeOrigin + performance.now()) };

/** Timers that keep the process alive only where they are awaited. */
export const systemTimers: Timers = {
  start(after: Millis, run: () => void, awaited = false) {
    // Node turns delays over 2^31 - 1 ms into 1 ms.
    const timer = setTimeout(run, Math.min(Math.max(0, after), 2_147_483_647));
    if (!awaited) timer.unref();
    return () => clearTimeout(timer);
  },
};
