import type { Reader, Writer } from '../bytes.ts';

/** Entries of the longest row. What speaks for more components than this tells them apart too little to be worth it. */
export const longestRow = 32;
const sizes = 5;
const smallest = 2;
const noRow = -1;

/**
 * Sparse rows of entries, one row a slot, all in one arena of bounded size. An entry is a component and one or two
 * numbers, whole or not; a row of capacity K lies in one piece: K components, then K first numbers, then K second ones.
 * A full row moves to a piece of twice the size, and the freed piece is used again by the next row of its size.
 */
export class Rows {
  readonly #planes: number;
  readonly #limit: number;
  #used = 0;
  /** First free piece of each size; each holds the place of the next in its first word. */
  readonly #free: Int32Array = new Int32Array(sizes).fill(noRow);
  /** The arena, as whole numbers and as fractions. */
  ids: Int32Array = new Int32Array(0);
  values: Float32Array = new Float32Array(0);
  /** By slot: where the row begins, or -1; its entries; its capacity. */
  starts: Int32Array = new Int32Array(1024).fill(noRow);
  lengths: Uint8Array = new Uint8Array(1024);
  capacities: Uint8Array = new Uint8Array(1024);

  /**
   * @param numbers of an entry, besides its component
   * @param limit words of 4 bytes that the arena takes at most
   */
  constructor(numbers: 1 | 2, limit: number) {
    this.#planes = numbers + 1;
    this.#limit = limit;
    this.#resize(Math.min(limit, 4096));
  }

  /** Whether so many new rows can be opened. */
  hasRoomFor(rows: number): boolean {
    let room = Math.floor((this.#limit - this.#used) / this.#wordsOf(0));
    for (let size = 0; size < sizes; size++) {
      for (let piece = this.#free[size]!; room < rows && piece !== noRow; piece = this.ids[piece]!) room += 1 << size;
    }
    return room >= rows;
  }

  /** Makes sure that a slot has a row. */
  open(slot: number): void {
    if (slot >= this.starts.length) this.#widen(slot);
    if (this.starts[slot] !== noRow) return;
    this.starts[slot] = this.#take(0);
    this.lengths[slot] = 0;
    this.capacities[slot] = smallest;
  }

  close(slot: number): void {
    const start = this.starts[slot]!;
    if (start !== noRow) this.#give(start, classOf(this.capacities[slot]!));
    this.starts[slot] = noRow;
    this.lengths[slot] = 0;
  }

  /** Adds an entry for a component that has none and returns its index; in a full row it takes the place of the least. */
  add(slot: number, component: number): number {
    const length = this.lengths[slot]!;
    let index = length;
    if (length === this.capacities[slot] && !this.#enlarge(slot)) index = this.#least(slot);
    else this.lengths[slot] = length + 1;
    const start = this.starts[slot]!;
    const capacity = this.capacities[slot]!;
    this.ids[start + index] = component;
    for (let plane = 1; plane < this.#planes; plane++) this.values[start + plane * capacity + index] = 0;
    return index;
  }

  save(to: Writer): void {
    to.number(this.#used);
    to.array(this.#free);
    to.array(this.ids.subarray(0, this.#used));
    to.array(this.starts);
    to.array(this.lengths);
    to.array(this.capacities);
  }

  load(from: Reader): void {
    this.#used = from.small(this.#limit);
    this.#free.set(from.array(Int32Array));
    const ids = from.array(Int32Array);
    this.#resize(Math.max(Math.min(this.#limit, 4096), ids.length));
    this.ids.set(ids);
    this.starts = from.array(Int32Array);
    this.lengths = from.array(Uint8Array);
    this.capacities = from.array(Uint8Array);
  }

  #enlarge(slot: number): boolean {
    const capacity = this.capacities[slot]!;
    if (capacity === longestRow) return false;
    const from = this.starts[slot]!;
    const to = this.#take(classOf(capacity) + 1);
    if (to === noRow) return false;
    for (let plane = 0; plane < this.#planes; plane++) {
      this.ids.copyWithin(to + plane * capacity * 2, from + plane * capacity, from + (plane + 1) * capacity);
    }
    this.#give(from, classOf(capacity));
    this.starts[slot] = to;
    this.capacities[slot] = capacity * 2;
    return true;
  }

  /** The entry whose first number is nearest to 0. */
  #least(slot: number): number {
    const capacity = this.capacities[slot]!;
    const from = this.starts[slot]! + capacity;
    let least = 0;
    for (let i = 1; i < capacity; i++) {
      if (Math.abs(this.values[from + i]!) < Math.abs(this.values[from + least]!)) least = i;
    }
    return least;
  }

  /** A piece: a free one, else a new one, else half of the next size; -1 if there is none. */
  #take(size: number): number {
    const piece = this.#free[size]!;
    if (piece !== noRow) {
      this.#free[size] = this.ids[piece]!;
      return piece;
    }
    const words = this.#wordsOf(size);
    if (this.#used + words <= this.#limit) {
      if (this.#used + words > this.ids.length) this.#resize(Math.min(this.#limit, this.ids.length * 2));
      this.#used += words;
      return this.#used - words;
    }
    if (size + 1 === sizes) return noRow;
    const twice = this.#take(size + 1);
    if (twice !== noRow) this.#give(twice + words, size);
    return twice;
  }

  #wordsOf(size: number): number {
    return (smallest << size) * this.#planes;
  }

  #give(piece: number, size: number): void {
    this.ids[piece] = this.#free[size]!;
    this.#free[size] = piece;
  }

  #resize(words: number): void {
    const ids = new Int32Array(words);
    ids.set(this.ids.subarray(0, Math.min(words, this.#used)));
    this.ids = ids;
    this.values = new Float32Array(ids.buffer);
  }

  #widen(slot: number): void {
    const size = Math.max(slot + 1, this.starts.length * 2);
    const starts = new Int32Array(size).fill(noRow);
    starts.set(this.starts);
    this.starts = starts;
    const lengths = new Uint8Array(size);
    lengths.set(this.lengths);
    this.lengths = lengths;
    const capacities = new Uint8Array(size);
    capacities.set(this.capacities);
    this.capacities = capacities;
  }
}

const classOf = (capacity: number): number => 30 - Math.clz32(capacity);
