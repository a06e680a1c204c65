/**
 * A doubly linked list of component indices, in two arrays by index: constant time to join, to leave from anywhere, and to
 * find the oldest, and nothing to allocate for each.
 */
export class IndexQueue {
  oldest: number = none;
  newest: number = none;
  #older = new Int32Array(0);
  #newer = new Int32Array(0);

  has(index: number): boolean {
    return index < this.#older.length && this.#older[index]! !== absent;
  }

  /** The one that joined next after a member; {@link none} after the newest. */
  after(index: number): number {
    return this.#newer[index]!;
  }

  /** Joins as the newest; it must not be a member. */
  push(index: number): void {
    if (index >= this.#older.length) this.#grow(index + 1);
    this.#older[index] = this.newest;
    this.#newer[index] = none;
    if (this.newest === none) this.oldest = index;
    else this.#newer[this.newest] = index;
    this.newest = index;
  }

  /** A member leaves. */
  delete(index: number): void {
    const older = this.#older[index]!;
    const newer = this.#newer[index]!;
    if (older === none) this.oldest = newer;
    else this.#newer[older] = newer;
    if (newer === none) this.newest = older;
    else this.#older[newer] = older;
    this.#older[index] = absent;
  }

  #grow(least: number): void {
    const length = Math.max(64, 2 ** Math.ceil(Math.log2(least)));
    const older = new Int32Array(length).fill(absent);
    const newer = new Int32Array(length);
    older.set(this.#older);
    newer.set(this.#newer);
    this.#older = older;
    this.#newer = newer;
  }
}

export const none = -1;
const absent = -2;
