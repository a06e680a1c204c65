// How often each component came in one situation.

export class Counts {
  total = 0;
  #of = new Map();

  add(id) {
    this.total++;
    this.#of.set(id, (this.#of.get(id) ?? 0) + 1);
  }

  get distinct() {
    return this.#of.size;
  }

  of(id) {
    return this.#of.get(id) ?? 0;
  }

  [Symbol.iterator]() {
    return this.#of[Symbol.iterator]();
  }

  /** The `limit` most frequent, as [id, count]. */
  top(limit) {
    return best(this.#of, limit);
  }
}

/** The `limit` highest of [id, value] entries, highest first; of equal ones the earlier. */
export function best(entries, limit) {
  const list = [];
  for (const entry of entries) {
    if (list.length === limit && entry[1] <= list[limit - 1][1]) continue;
    let at = list.length < limit ? list.length : limit - 1;
    while (at > 0 && list[at - 1][1] < entry[1]) {
      list[at] = list[at - 1];
      at--;
    }
    list[at] = entry;
  }
  return list;
}
