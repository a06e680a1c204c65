// What came last comes again: a user's most recent different components. The first five are what a cache of five holds.
import { Counts } from './counts.mjs';

export class Recency {
  #own = [];
  #all = new Counts();
  #fill;
  #cases = 0;
  #came = [];

  /** @param fill goes on with the most popular components of all once the user's own are listed */
  constructor(fill) {
    this.#fill = fill;
  }

  learn(user, _past, id) {
    const own = this.#own[user] ?? [];
    const place = own.indexOf(id);
    this.#cases++;
    if (place >= 0) this.#came[place] = (this.#came[place] ?? 0) + 1;
    this.#all.add(id);
    this.#own[user] = [id, ...own.filter((other) => other !== id)].slice(0, places);
  }

  /** A place's probability is how often what came stood there so far; the popular ones share what is left. */
  next(user, _past, limit) {
    const own = (this.#own[user] ?? []).slice(0, limit);
    let least = 1;
    let left = 1;
    const list = own.map((id, place) => {
      least = Math.min(least, (this.#came[place] ?? 0) / Math.max(1, this.#cases));
      left -= least;
      return [id, least];
    });
    if (!this.#fill) return list;
    for (const [id, count] of this.#all.top(limit)) {
      if (list.length === limit) break;
      if (own.includes(id)) continue;
      least = Math.min(least, (left * count) / this.#all.total);
      list.push([id, least]);
    }
    return list;
  }
}

const places = 32;
