/** Counts what followed one context, the frequent ones near the front, and in how many cases anything did. */
export class Followers {
  total = 0;
  #ids = none;
  #counts = none;

  get ids(): readonly number[] {
    return this.#ids;
  }

  get counts(): readonly number[] {
    return this.#counts;
  }

  add(id: number): void {
    if (this.#ids === none) {
      this.#ids = [];
      this.#counts = [];
    }
    const ids = this.#ids;
    const counts = this.#counts;
    let at = 0;
    while (at < ids.length && ids[at] !== id) at++;
    if (at === ids.length) {
      ids.push(id);
      counts.push(1);
      return;
    }
    const count = ++counts[at]!;
    // Kept roughly in order of count, so that the usual search is short.
    if (at > 0 && counts[at - 1]! < count) {
      ids[at] = ids[at - 1]!;
      counts[at] = counts[at - 1]!;
      ids[at - 1] = id;
      counts[at - 1] = count;
    }
  }
}

/** Shared by all that are still empty: most contexts are met once and never again. */
const none: number[] = [];
