// A made-up stream of commands, the same for the same seed: users who mostly follow habits that all share, and else
// take a component by popularity.
import { seededRng } from '../../dist/time/clock.js';

const habit = 0.7;

/** Yields [user, component, now] without end. */
export function* stream({ users, components, seed }) {
  const rng = seededRng(seed);
  const names = Array.from({ length: components }, (_, i) => `c${i}`);
  const userNames = Array.from({ length: users }, (_, i) => `u${i}`);
  const last = new Int32Array(users);
  for (let now = 0; ; now += 1000) {
    const user = Math.floor(rng.next() * users);
    // Ranks by a cubed uniform number: the first of 1,000 is drawn a tenth of the time.
    const popular = Math.floor(rng.next() ** 3 * components);
    last[user] = rng.next() < habit ? (last[user] * 7 + 3) % components : popular;
    yield [userNames[user], names[last[user]], now];
  }
}
