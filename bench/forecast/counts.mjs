// How often each component came in one situation.

export class Counts {
  total = 0;
  /** In order of first sight. */
  ids = [];
  counts = [];
  #at = new Map();

  add(id) {
    this.total++;
    const at = this.#at.get(id);
    if (at !== undefined) this.counts[at]++;
    else {
      this.#at.set(id, this.ids.push(id) - 1);
      this.counts.push(1);
    }
  }

  get distinct() {
    return this.ids.length;
  }

  of(id) {
    const at = this.#at.get(id);
    return at === undefined ? 0 : this.counts[at];
  }

  /** The `limit` most frequent, as [id, count]. */
  top(limit) {
    return best(this.ids, this.counts, limit);
  }
}

/** The `limit` ids of the highest values, as [id, value], highest first; of equal ones the earlier. */
export function best(ids, values, limit) {
  const list = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < ids.length; from++) {
    const value = values[from];
    if (list.length === limit && value <= least) continue;
    let at = list.length < limit ? list.length : limit - 1;
    while (at > 0 && list[at - 1][1] < value) {
      list[at] = list[at - 1];
      at--;
    }
    list[at] = [ids[from], value];
    least = list[list.length - 1][1];
  }
  return list;
}
