import type { Reader, Writer } from '../bytes.ts';

/** Rows that one key may stand in. */
const ways = 4;
const leastRows = 16;
const countBits = 10;
const mostCounted = (1 << countBits) - 1;

/** The component of a follower, and how often it followed. */
export const followerOf = (entry: number): number => (entry >>> countBits) - 1;
export const countOf = (entry: number): number => entry & mostCounted;

/**
 * What followed each context: rows of at most `width` followers with their counts, the latest follower first. A row
 * stands in one of four places that its key allows, as in PAQ's hash tables (Mahoney 2005): where all are taken the row
 * with the fewest cases makes way, once the table has grown to its limit. A row takes 8 + 4 x width bytes; a table grows
 * by doubling from 16 rows.
 *
 * A key is 32 bits; contexts whose keys agree are taken for one, which is rare and only blurs a count.
 */
export class ContextTable {
  readonly width: number;
  readonly #limit: number;
  readonly #stride: number;
  #used = 0;
  /** The key of each row, 0 for an empty one; apart from the rows, so that a search touches little memory. */
  #keys: Int32Array;
  /** By row: in how many cases anything followed, then the followers, 0 behind the last. */
  entries: Int32Array;

  /** @param limit most rows, a power of two from 16 up @param width most followers of a row */
  constructor(limit: number, width: number, rows: number = leastRows) {
    this.width = width;
    this.#limit = limit;
    this.#stride = 1 + width;
    this.#keys = new Int32Array(rows);
    this.entries = new Int32Array(rows * this.#stride);
  }

  /** @throws RangeError where the bytes can't be a table of this limit and width */
  static load(from: Reader, limit: number, width: number): ContextTable {
    const rows = from.small(limit);
    const places = from.array(Int32Array);
    const keys = from.array(Int32Array);
    const kept = from.array(Int32Array);
    const stride = 1 + width;
    const fits = rows >= leastRows && (rows & (rows - 1)) === 0 && places.every((place) => place >= 0 && place < rows);
    if (!fits || keys.length !== places.length || kept.length !== places.length * stride) {
      throw new RangeError('a table of contexts does not fit together');
    }
    const table = new ContextTable(limit, width, rows);
    for (let at = 0; at < places.length; at++) {
      table.#keys[places[at]!] = keys[at]!;
      table.entries.set(kept.subarray(at * stride, (at + 1) * stride), places[at]! * stride);
    }
    table.#used = places.length;
    return table;
  }

  /** Only rows in use are saved, each with its place: where a row stands decides who makes way for whom. */
  save(to: Writer): void {
    const places = Int32Array.from(this.#keys.keys()).filter((row) => this.#keys[row] !== 0);
    const kept = new Int32Array(places.length * this.#stride);
    places.forEach((row, at) => kept.set(this.#row(row), at * this.#stride));
    to.number(this.#keys.length);
    to.array(places);
    to.array(places.map((row) => this.#keys[row]!));
    to.array(kept);
  }

  get bytes(): number {
    return this.#keys.byteLength + this.entries.byteLength;
  }

  /** Rows in use. */
  get size(): number {
    return this.#used;
  }

  /** Where the row of a context begins in `entries`; -1: nothing is known of it. */
  find(key: number): number {
    const keys = this.#keys;
    const check = key | 1;
    const home = this.#home(check);
    for (let row = home; row < home + ways; row++) if (keys[row] === check) return row * this.#stride;
    return -1;
  }

  /** In how many cases anything followed the context of a row. */
  cases(row: number): number {
    return this.entries[row]!;
  }

  /** How often a component followed the context of a row. */
  count(row: number, component: number): number {
    const { entries } = this;
    for (let at = row + 1; at < row + this.#stride && entries[at] !== 0; at++) {
      if (followerOf(entries[at]!) === component) return countOf(entries[at]!);
    }
    return 0;
  }

  /** Counts that a component followed a context. */
  learn(key: number, component: number): void {
    const row = this.#obtain(key);
    const { entries, width } = this;
    const from = row + 1;
    entries[row]!++;
    let at = 0;
    while (at < width && entries[from + at] !== 0 && followerOf(entries[from + at]!) !== component) at++;
    let count = 1;
    if (at === width) at = this.#rarest(from);
    else count += countOf(entries[from + at]!);
    for (; at > 0; at--) entries[from + at] = entries[from + at - 1]!;
    entries[from] = ((component + 1) << countBits) | count;
    if (count === mostCounted) this.#halve(row);
  }

  /** Counts that something followed a context that a row has no name for. */
  learnOther(key: number): void {
    const row = this.#obtain(key);
    this.entries[row]!++;
  }

  /** Takes back, of each follower, as often as `share` says for the count that another table has under the same key. */
  withdraw(other: ContextTable, share: (count: number) => number = (count) => count): void {
    for (let at = 0; at < other.#keys.length; at++) {
      const row = other.#keys[at] === 0 ? -1 : this.find(other.#keys[at]!);
      if (row < 0) continue;
      for (const entry of other.#row(at).subarray(1)) {
        if (entry !== 0) this.#subtract(row, followerOf(entry), share(countOf(entry)));
      }
    }
  }

  #row(row: number): Int32Array {
    return this.entries.subarray(row * this.#stride, (row + 1) * this.#stride);
  }

  #subtract(row: number, component: number, count: number): void {
    const { entries } = this;
    const end = row + this.#stride;
    for (let at = row + 1; at < end && entries[at] !== 0; at++) {
      if (followerOf(entries[at]!) !== component) continue;
      const less = Math.min(count, countOf(entries[at]!));
      entries[row] = Math.max(0, entries[row]! - less);
      entries[at]! -= less;
      if (countOf(entries[at]!) > 0) break;
      entries.copyWithin(at, at + 1, end);
      entries[end - 1] = 0;
      break;
    }
    if (entries[row + 1] !== 0) return;
    entries[row] = 0;
    this.#keys[row / this.#stride] = 0;
    this.#used--;
  }

  /** Counts are kept small: what was long ago counts half. */
  #halve(row: number): void {
    const { entries } = this;
    entries[row]! >>= 1;
    for (let at = row + 1; at < row + this.#stride && entries[at] !== 0; at++) {
      const entry = entries[at]!;
      entries[at] = (entry & ~mostCounted) | ((countOf(entry) + 1) >> 1);
    }
  }

  /** Of the followers with the lowest count the longest unseen. */
  #rarest(from: number): number {
    let rarest = this.width - 1;
    for (let at = rarest - 1; at >= 0; at--) {
      if (countOf(this.entries[from + at]!) < countOf(this.entries[from + rarest]!)) rarest = at;
    }
    return rarest;
  }

  /** The first of the places that a key may stand in. */
  #home(check: number): number {
    const hash = Math.imul(check, 0x9e3779b1);
    return (hash ^ (hash >>> 15)) & (this.#keys.length - 1) & ~(ways - 1);
  }

  /** The row of a context, an empty one where it had none. */
  #obtain(key: number): number {
    const known = this.find(key);
    if (known >= 0) return known;
    const keys = this.#keys;
    const check = key | 1;
    const home = this.#home(check);
    let least = home;
    for (let row = home; row < home + ways; row++) {
      if (keys[row] === 0) {
        this.#used++;
        keys[row] = check;
        return row * this.#stride;
      }
      if (this.entries[row * this.#stride]! < this.entries[least * this.#stride]!) least = row;
    }
    if (keys.length < this.#limit) {
      this.#grow();
      return this.#obtain(key);
    }
    this.#row(least).fill(0);
    keys[least] = check;
    return least * this.#stride;
  }

  #grow(): void {
    const [keys, entries] = [this.#keys, this.entries];
    this.#keys = new Int32Array(keys.length * 2);
    this.entries = new Int32Array(entries.length * 2);
    for (let old = 0; old < keys.length; old++) {
      if (keys[old] === 0) continue;
      // The rows of one home spread over two: there is room.
      let row = this.#home(keys[old]!);
      while (this.#keys[row] !== 0) row++;
      this.#keys[row] = keys[old]!;
      this.#row(row).set(entries.subarray(old * this.#stride, (old + 1) * this.#stride));
    }
  }
}
