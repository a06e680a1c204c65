// The search of the soak and of the mutants: worlds one after the other, each from a seed of its own, until enough events.
import { setImmediate } from 'node:timers/promises';
import { worldsOf } from './world.mjs';

const distribution = new URL('../../dist/', import.meta.url);
/** Ms between two lines of progress, and between two turns of the event loop, where Ctrl-C is heard. */
const often = 5000;
const turn = 100;

/**
 * @param from where the compiled library is
 * @returns what was done, and the first failure with its seed and the shortest schedule found that still fails
 */
export async function soak({ events, seed, length, from = distribution, stopped = () => false, progress = () => {} }) {
  const { describeFailure, explore } = await import(new URL('testing/explore.js', from));
  const make = await worldsOf(from);
  const start = performance.now();
  let told = start;
  let turned = start;
  let done = 0;
  let worlds = 0;
  let failure = null;
  const status = () => {
    const seconds = (performance.now() - start) / 1000;
    return { events: done, worlds, seconds, perSecond: Math.round(done / seconds) };
  };
  const enough = () => done >= events || failure !== null || stopped();
  while (!enough()) {
    const found = explore(seed + worlds, length, make, (handled) => (done += handled));
    worlds++;
    if (found) failure = { seed: found.seed, length: found.actions.length, text: describeFailure(found) };
    if (performance.now() - turned < turn) continue;
    await setImmediate();
    turned = performance.now();
    if (turned - told < often) continue;
    told = turned;
    progress(status());
  }
  return { ...status(), failure };
}
