/**
 * A map that forgets what has not been used for long, at constant cost: two generations of at most half the limit each.
 * What is used moves to the young one; when that is full it becomes the old one, and what the old one still held is
 * forgotten. Holds at least the `limit / 2` keys used last, and never more than `limit`.
 */
export class Generations<K, V> {
  readonly #half: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  /** At least the number of keys held; a key in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Each key once, those unused for longest first. Using none of them. */
  *entries(): Iterable<[K, V]> {
    for (const entry of this.#old) if (!this.#young.has(entry[0])) yield entry;
    yield* this.#young;
  }

  *keys(): Iterable<K> {
    yield* this.#young.keys();
    yield* this.#old.keys();
  }
}
