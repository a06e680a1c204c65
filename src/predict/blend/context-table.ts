import type { Reader, Writer } from '../bytes.ts';

/** Rows that one key may stand in. */
const ways = 4;
/** A row: its key, in how many cases anything followed, then its followers. */
const header = 2;
const countBits = 10;
const mostCounted = (1 << countBits) - 1;

/** The component of a follower, and how often it followed. */
export const followerOf = (entry: number): number => (entry >>> countBits) - 1;
export const countOf = (entry: number): number => entry & mostCounted;

/**
 * What followed each context: rows of at most `width` followers with their counts, the latest follower first. A row
 * stands in one of four places that its key allows, as in PAQ's hash tables (Mahoney 2005): where all are taken the row
 * with the fewest cases makes way, once the table has grown to its limit. One Int32Array holds it all: a row takes
 * 8 + 4 x width bytes, and a table grows by doubling from 16 rows.
 *
 * A key is 32 bits; contexts whose keys agree are taken for one, which is rare and only blurs a count.
 */
export class ContextTable {
  readonly width: number;
  readonly #limit: number;
  readonly #stride: number;
  #rows: number;
  #used = 0;
  /** Rows by place; read `entries[row + 2 + i]` for the i-th follower. */
  entries: Int32Array;

  /** @param limit most rows, a power of two from 16 up @param width most followers of a row */
  constructor(limit: number, width: number, entries?: Int32Array) {
    this.width = width;
    this.#limit = limit;
    this.#stride = header + width;
    this.#rows = entries ? entries.length / this.#stride : 16;
    this.entries = entries ?? new Int32Array(this.#rows * this.#stride);
    for (let row = 0; entries && row < entries.length; row += this.#stride) if (entries[row] !== 0) this.#used++;
  }

  static load(from: Reader): ContextTable {
    const [limit, width, rows] = [from.number(), from.number(), from.number()];
    const places = from.array(Int32Array);
    const kept = from.array(Int32Array);
    const stride = header + width;
    const entries = new Int32Array(rows * stride);
    places.forEach((place, at) => entries.set(kept.subarray(at * stride, (at + 1) * stride), place));
    return new ContextTable(limit, width, entries);
  }

  /** Only rows in use are saved, each with its place: where a row stands decides who makes way for whom. */
  save(to: Writer): void {
    const places = new Int32Array(this.#used);
    const kept = new Int32Array(this.#used * this.#stride);
    let at = 0;
    for (let row = 0; row < this.entries.length; row += this.#stride) {
      if (this.entries[row] === 0) continue;
      kept.set(this.entries.subarray(row, row + this.#stride), at * this.#stride);
      places[at++] = row;
    }
    for (const number of [this.#limit, this.width, this.#rows]) to.number(number);
    to.array(places);
    to.array(kept);
  }

  get bytes(): number {
    return this.entries.byteLength;
  }

  /** Rows in use. */
  get size(): number {
    return this.#used;
  }

  /** Where the row of a context begins; -1: nothing is known of it. */
  find(key: number): number {
    const { entries } = this;
    const check = key | 1;
    const first = this.#home(check);
    for (let at = 0, row = first; at < ways; at++, row += this.#stride) if (entries[row] === check) return row;
    return -1;
  }

  /** In how many cases anything followed the context of a row. */
  cases(row: number): number {
    return this.entries[row + 1]!;
  }

  /** Counts that a component followed a context. */
  learn(key: number, component: number): void {
    let row = this.find(key);
    if (row < 0) row = this.#place(key | 1);
    const { entries, width } = this;
    const from = row + header;
    entries[row + 1]!++;
    let at = 0;
    while (at < width && entries[from + at] !== 0 && followerOf(entries[from + at]!) !== component) at++;
    let count = 1;
    if (at === width) at = this.#rarest(from);
    else count += countOf(entries[from + at]!);
    entries.copyWithin(from + 1, from, from + at);
    entries[from] = ((component + 1) << countBits) | count;
    if (count === mostCounted) this.#halve(row);
  }

  /** Counts that something followed a context that a row has no name for. */
  learnOther(key: number): void {
    const row = this.find(key);
    this.entries[(row < 0 ? this.#place(key | 1) : row) + 1]!++;
  }

  /** Takes back what another table of the same width or less counted under the same keys. */
  withdraw(other: ContextTable): void {
    for (let theirs = 0; theirs < other.entries.length; theirs += other.#stride) {
      const row = other.entries[theirs] === 0 ? -1 : this.find(other.entries[theirs]!);
      if (row < 0) continue;
      for (let at = theirs + header; at < theirs + other.#stride && other.entries[at] !== 0; at++) {
        this.#subtract(row, followerOf(other.entries[at]!), countOf(other.entries[at]!));
      }
    }
  }

  #subtract(row: number, component: number, count: number): void {
    const { entries, width } = this;
    const from = row + header;
    for (let at = 0; at < width && entries[from + at] !== 0; at++) {
      if (followerOf(entries[from + at]!) !== component) continue;
      const less = Math.min(count, countOf(entries[from + at]!));
      entries[row + 1] = Math.max(0, entries[row + 1]! - less);
      entries[from + at]! -= less;
      if (countOf(entries[from + at]!) === 0) {
        entries.copyWithin(from + at, from + at + 1, from + width);
        entries[from + width - 1] = 0;
      }
      break;
    }
    if (entries[from] === 0) {
      entries.fill(0, row, from);
      this.#used--;
    }
  }

  /** Counts are kept small: what was long ago counts half. */
  #halve(row: number): void {
    const { entries } = this;
    entries[row + 1]! >>= 1;
    for (let at = row + header; at < row + this.#stride && entries[at] !== 0; at++) {
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

  #home(check: number): number {
    const hash = Math.imul(check, 0x9e3779b1);
    return ((hash ^ (hash >>> 15)) & (this.#rows - 1) & ~(ways - 1)) * this.#stride;
  }

  /** An empty row for a key that has none. */
  #place(check: number): number {
    const { entries } = this;
    let row = this.#home(check);
    let least = row;
    for (let at = 0; at < ways; at++, row += this.#stride) {
      if (entries[row] === 0) {
        this.#used++;
        entries[row] = check;
        return row;
      }
      if (entries[row + 1]! < entries[least + 1]!) least = row;
    }
    if (this.#rows < this.#limit) {
      this.#grow();
      return this.#place(check);
    }
    entries.fill(0, least, least + this.#stride);
    entries[least] = check;
    return least;
  }

  #grow(): void {
    const old = this.entries;
    this.#rows *= 2;
    this.#used = 0;
    this.entries = new Int32Array(this.#rows * this.#stride);
    for (let row = 0; row < old.length; row += this.#stride) {
      if (old[row] === 0) continue;
      const to = this.#home(old[row]!);
      this.#moveIn(old, row, to);
    }
  }

  #moveIn(old: Int32Array, from: number, home: number): void {
    let row = home;
    for (let at = 0; at < ways && this.entries[row] !== 0; at++) row += this.#stride;
    // Four rows of a home spread over two homes of four: there is room.
    this.entries.set(old.subarray(from, from + this.#stride), row);
    this.#used++;
  }
}
