/** Counts what followed one context, the frequent ones near the front, and in how many cases anything did. */
export class Followers {
  total = 0;
  readonly ids: number[] = [];
  readonly counts: number[] = [];

  add(id: number): void {
    const { ids, counts } = this;
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
