import { ms } from '../model/ids.ts';
import type { Clock, Timers } from '../time/clock.ts';

/** Ms from one look at the event loop to the next, and by how much a look may come late while the loop counts as idle. */
const beat = ms(5);
const latenessMs = 5;

/** Looks in a row that must come on time. */
const quietLooks = 2;

/** Ms after which a load begins all the same: a loop that is never idle must not keep it from ever loading ahead. */
const longestMs = 2000;

/**
 * Resolves once the event loop is idle, after two seconds at the latest, or when the signal fires. A load on the main
 * thread stops the loop for nearly as long as it takes, so that nobody waits for it is not enough: it should not begin
 * while others are being served. Work comes in bursts; a loop that has just been idle is the best guess of one that will be.
 */
export function idleGate(clock: Clock, timers: Timers, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const since = clock.now();
    let quiet = 0;
    let cancel = (): void => undefined;
    const open = (): void => {
      cancel();
      until.removeEventListener('abort', open);
      resolve();
    };
    const look = (): void => {
      const due = clock.now() + beat;
      cancel = timers.start(beat, () => {
        quiet = clock.now() - due <= latenessMs ? quiet + 1 : 0;
        if (quiet >= quietLooks || clock.now() - since >= longestMs) open();
        else look();
      });
    };
    if (until.aborted) return resolve();
    until.addEventListener('abort', open);
    look();
  });
}
