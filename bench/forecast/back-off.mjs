// Markov with back-off: the followers of the most specific known context in order of count, then those of the next ones
// that are not listed yet.
import { Contexts } from './contexts.mjs';

/**
 * The order of the list is plain back-off's. Probabilities are PPM's with escape method C and exclusion (Moffat 1990),
 * lowered where they would contradict that order.
 */
export class BackOff {
  #contexts;

  /** @param levels as for `Contexts`, the most specific first */
  constructor(levels) {
    this.#contexts = new Contexts(levels);
  }

  learn(user, past, id) {
    this.#contexts.learn(user, past, id);
  }

  next(user, past, limit) {
    const list = [];
    const listed = new Set();
    let left = 1;
    let least = 1;
    for (const counts of this.#contexts.of(user, past)) {
      let { total, distinct } = counts;
      for (const id of listed) {
        const excluded = counts.of(id);
        total -= excluded;
        if (excluded > 0) distinct--;
      }
      const whole = total + distinct;
      for (const [id, count] of counts.top(limit)) {
        if (listed.has(id)) continue;
        least = Math.min(least, (left * count) / whole);
        list.push([id, least]);
        listed.add(id);
        if (list.length === limit) return list;
      }
      if (whole > 0) left *= distinct / whole;
    }
    return list;
  }
}
