// What followed a user's latest components, counted apart for several lengths of the past, for the user and for everyone.
import { Counts } from './counts.mjs';

export class Contexts {
  #levels;

  /** @param levels `u2`: what followed the user's own last two components, `g1`: what followed the last one of anyone */
  constructor(levels) {
    this.#levels = levels.split(' ').map((level) => ({
      own: level[0] === 'u',
      order: Number(level.slice(1)),
      counts: new Map(),
    }));
  }

  learn(user, past, id) {
    for (const level of this.#levels) {
      const key = keyOf(level, user, past);
      let counts = level.counts.get(key);
      if (!counts) {
        counts = new Counts();
        level.counts.set(key, counts);
      }
      counts.add(id);
    }
  }

  /** The counts of every level that knows the present context, in the order the levels were given. */
  of(user, past) {
    const known = [];
    for (const level of this.#levels) {
      const counts = level.counts.get(keyOf(level, user, past));
      if (counts) known.push(counts);
    }
    return known;
  }
}

/** What lies before a user's first component is a context too: users begin alike. */
function keyOf({ own, order }, user, past) {
  let key = own ? `${user}:` : ':';
  for (let back = 1; back <= order; back++) key += `${past[past.length - back] ?? ''},`;
  return key;
}
