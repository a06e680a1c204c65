// Markov with all contexts mixed by Witten-Bell smoothing: a context with n cases of d different followers has weight
// n / (n + d), and the less specific ones share the rest.
import { Contexts } from './contexts.mjs';
import { best } from './counts.mjs';

export class Mixed {
  #contexts;

  /** @param levels as for `Contexts`, the most specific first */
  constructor(levels) {
    this.#contexts = new Contexts(levels);
  }

  learn(user, past, id) {
    this.#contexts.learn(user, past, id);
  }

  next(user, past, limit) {
    const sums = new Map();
    let left = 1;
    for (const counts of this.#contexts.of(user, past)) {
      const whole = counts.total + counts.distinct;
      for (const [id, count] of counts) sums.set(id, (sums.get(id) ?? 0) + (left * count) / whole);
      left *= counts.distinct / whole;
    }
    return best(sums, limit);
  }
}
