import type { LeaseId } from '../model/ids.ts';

/** A place for each of the latest leases: a power of two. */
const places = 64;

/**
 * What is known of each of some leases. The latest have a place of their own, found without hashing: most leases come and
 * go one at a time, for which V8 would rebuild a `Map` every few.
 */
export class ByLease<T extends { readonly lease: LeaseId }> {
  readonly #latest: (T | null)[] = Array.from({ length: places }, () => null);
  /** Those whose place went to a later one. */
  readonly #others = new Map<LeaseId, T>();
  #placed = 0;

  get size(): number {
    return this.#placed + this.#others.size;
  }

  get(lease: LeaseId): T | undefined {
    const placed = this.#latest[lease & (places - 1)];
    return placed?.lease === lease ? placed : this.#others.get(lease);
  }

  has(lease: LeaseId): boolean {
    return this.get(lease) !== undefined;
  }

  /** Its lease must not be there yet. */
  add(one: T): void {
    const at = one.lease & (places - 1);
    const before = this.#latest[at];
    if (before) this.#others.set(before.lease, before);
    else this.#placed++;
    this.#latest[at] = one;
  }

  /** What was there. */
  delete(lease: LeaseId): T | undefined {
    const at = lease & (places - 1);
    const placed = this.#latest[at];
    if (placed?.lease !== lease) {
      const other = this.#others.get(lease);
      if (other) this.#others.delete(lease);
      return other;
    }
    this.#latest[at] = null;
    this.#placed--;
    return placed;
  }

  /** In no order. */
  *values(): Iterable<T> {
    for (const one of this.#latest) if (one) yield one;
    yield* this.#others.values();
  }
}
