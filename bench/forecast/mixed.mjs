// Markov with all contexts mixed by Witten-Bell smoothing: a context with n cases of d different followers has weight
// n / (n + d), and the less specific ones share the rest.
import { Contexts } from './contexts.mjs';
import { best } from './counts.mjs';

export class Mixed {
  #contexts;
  /** By component; all 0 between forecasts. */
  #sums = [];

  /** @param levels as for `Contexts`, the most specific first */
  constructor(levels) {
    this.#contexts = new Contexts(levels);
  }

  learn(user, past, id) {
    this.#contexts.learn(user, past, id);
  }

  next(user, past, limit) {
    const ids = [];
    let left = 1;
    for (const known of this.#contexts.of(user, past)) {
      const whole = known.total + known.distinct;
      for (let at = 0; at < known.distinct; at++) {
        const id = known.ids[at];
        if (this.#sums[id] > 0) this.#sums[id] += (left * known.counts[at]) / whole;
        else {
          ids.push(id);
          this.#sums[id] = (left * known.counts[at]) / whole;
        }
      }
      left *= known.distinct / whole;
    }
    const values = ids.map((id) => this.#sums[id]);
    for (const id of ids) this.#sums[id] = 0;
    return best(ids, values, limit);
  }
}
