/**
 * Holds the values of the `limit` keys used last; a key used for the first time gets a new value, and the one unused
 * for longest leaves. For small limits: V8 makes taking the oldest key of a large `Map` slow.
 */
export class Recent<K, V> {
  readonly #limit: number;
  readonly #make: () => V;
  readonly #leave: (value: V) => void;
  /** The key used last comes last. */
  readonly #values = new Map<K, V>();
  #latest: { readonly key: K; readonly value: V } | null = null;

  constructor(limit: number, make: () => V, leave: (value: V) => void = () => undefined) {
    this.#limit = limit;
    this.#make = make;
    this.#leave = leave;
  }

  /** The value of a key, which is the one used last now. */
  use(key: K): V {
    if (this.#latest?.key === key) return this.#latest.value;
    const known = this.#values.get(key);
    const value = known ?? this.#make();
    if (known !== undefined) this.#values.delete(key);
    else if (this.#values.size >= this.#limit) this.#drop();
    this.#values.set(key, value);
    this.#latest = { key, value };
    return value;
  }

  /** The value of a key that is held; it is used no more than before. */
  find(key: K): V | undefined {
    return this.#values.get(key);
  }

  /** The one used last first. */
  entries(): [K, V][] {
    return [...this.#values].toReversed();
  }

  #drop(): void {
    for (const [key, value] of this.#values) {
      this.#values.delete(key);
      this.#leave(value);
      return;
    }
  }
}
