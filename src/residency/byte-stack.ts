/**
 * An LRU stack that tells how deep something lay, in bytes: a Fenwick tree (Fenwick 1994) over the order of latest uses,
 * each place holding the bytes of what was used last there. When places run out, those in use move together.
 */
export class ByteStack {
  readonly #places: number;
  readonly #tree: Float64Array;
  /** Place and bytes of each, the longest unused first. */
  readonly #uses = new Map<number, { place: number; bytes: number }>();
  #next = 1;

  /** @param most how many it holds at most. */
  constructor(most: number) {
    this.#places = 4 * most;
    this.#tree = new Float64Array(this.#places + 1);
  }

  /** Puts something on top. Returns the bytes of all that lay above it and its own; Infinity if it was not there. */
  use(key: number, bytes: number): number {
    const before = this.#uses.get(key);
    let depth = Number.POSITIVE_INFINITY;
    if (before) {
      depth = this.#upTo(this.#next - 1) - this.#upTo(before.place) + bytes;
      this.remove(key);
    }
    if (this.#next > this.#places) this.#compact();
    const place = this.#next++;
    this.#uses.set(key, { place, bytes });
    this.#add(place, bytes);
    return depth;
  }

  remove(key: number): void {
    const use = this.#uses.get(key);
    if (!use) return;
    this.#uses.delete(key);
    this.#add(use.place, -use.bytes);
  }

  #compact(): void {
    this.#tree.fill(0);
    this.#next = 1;
    for (const use of this.#uses.values()) {
      use.place = this.#next++;
      this.#add(use.place, use.bytes);
    }
  }

  #add(place: number, bytes: number): void {
    for (let at = place; at <= this.#places; at += at & -at) this.#tree[at]! += bytes;
  }

  #upTo(place: number): number {
    let sum = 0;
    for (let at = place; at > 0; at -= at & -at) sum += this.#tree[at]!;
    return sum;
  }
}
