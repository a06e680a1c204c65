import type { Reader, Writer } from '../bytes.ts';

/** Passes of the hand that the most used slot outlasts. */
const longestWound = 3;
const none = -1;

/**
 * Numbers features from 0 and forgets those unused for long: an open hash table over a bounded number of slots, whose
 * victims a clock hand chooses. Each use winds a slot up, each pass of the hand down (GCLOCK, Smith 1978), so that what
 * came once goes before what comes often.
 */
export class Vocabulary {
  readonly #limit: number;
  readonly #onForget: (slot: number) => void;
  #mask = 0;
  /** Open addressing: at each place a feature and its slot + 1, or two zeros. */
  #table: Uint32Array = new Uint32Array(0);
  /** By slot: its feature, how far it is wound, and whether it is held. */
  #features: Uint32Array = new Uint32Array(1024);
  #wound: Uint8Array = new Uint8Array(1024);
  #held: Uint8Array = new Uint8Array(1024);
  /** Slots given out so far, and those of them that are vacant again. */
  #size = 0;
  #vacant: number[] = [];
  #hand = 0;

  constructor(limit: number, onForget: (slot: number) => void) {
    this.#limit = limit;
    this.#onForget = onForget;
    this.#index();
  }

  /** How many features have a slot. */
  get known(): number {
    return this.#size - this.#vacant.length;
  }

  /** The slot of a feature; -1: none. */
  find(feature: number): number {
    const table = this.#table;
    for (let at = placeOf(feature) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = table[2 * at + 1]!;
      if (slot === 0) return none;
      if (table[2 * at] === feature) return slot - 1;
    }
  }

  /** Notes that a slot was used. */
  use(slot: number): void {
    if (this.#wound[slot]! < longestWound) this.#wound[slot]!++;
  }

  /** The slot of a feature that has none yet. */
  add(feature: number): number {
    if (this.known === this.#limit) this.forgetOne();
    if (this.#vacant.length === 0 && this.#size === this.#features.length) this.#grow();
    const slot = this.#vacant.pop() ?? this.#size++;
    this.#features[slot] = feature;
    this.#wound[slot] = 0;
    this.#held[slot] = 1;
    this.#insert(slot);
    return slot;
  }

  /** Makes room for one more. There must be one to forget. */
  forgetOne(): void {
    for (;;) {
      const slot = this.#hand;
      this.#hand = (this.#hand + 1) % this.#size;
      if (this.#held[slot] === 0) continue;
      if (this.#wound[slot]! > 0) {
        this.#wound[slot]!--;
        continue;
      }
      this.#remove(slot);
      this.#held[slot] = 0;
      this.#vacant.push(slot);
      this.#onForget(slot);
      return;
    }
  }

  save(to: Writer): void {
    to.number(this.#size);
    to.number(this.#hand);
    to.array(this.#features);
    to.array(this.#wound);
    to.array(this.#held);
    to.array(Int32Array.from(this.#vacant));
  }

  load(from: Reader): void {
    const size = from.number();
    this.#hand = from.number();
    this.#features = from.array(Uint32Array);
    if (!(size >= 0 && size <= this.#features.length)) throw new RangeError('the vocabulary does not fit together');
    this.#size = size;
    this.#wound = from.array(Uint8Array);
    this.#held = from.array(Uint8Array);
    this.#vacant = [...from.array(Int32Array)];
    this.#index();
  }

  #insert(slot: number): void {
    const feature = this.#features[slot]!;
    let at = placeOf(feature) & this.#mask;
    while (this.#table[2 * at + 1] !== 0) at = (at + 1) & this.#mask;
    this.#table[2 * at] = feature;
    this.#table[2 * at + 1] = slot + 1;
  }

  /** Backward-shift deletion: what follows moves up, so that no tombstones are needed. */
  #remove(slot: number): void {
    const table = this.#table;
    let hole = placeOf(this.#features[slot]!) & this.#mask;
    while (table[2 * hole + 1] !== slot + 1) hole = (hole + 1) & this.#mask;
    for (let at = (hole + 1) & this.#mask; table[2 * at + 1] !== 0; at = (at + 1) & this.#mask) {
      const home = placeOf(table[2 * at]!) & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      table[2 * hole] = table[2 * at]!;
      table[2 * hole + 1] = table[2 * at + 1]!;
      hole = at;
    }
    table[2 * hole] = 0;
    table[2 * hole + 1] = 0;
  }

  #grow(): void {
    const size = this.#features.length * 2;
    const features = new Uint32Array(size);
    features.set(this.#features);
    this.#features = features;
    const wound = new Uint8Array(size);
    wound.set(this.#wound);
    this.#wound = wound;
    const held = new Uint8Array(size);
    held.set(this.#held);
    this.#held = held;
    this.#index();
  }

  #index(): void {
    const places = this.#features.length * 2;
    this.#mask = places - 1;
    this.#table = new Uint32Array(places * 2);
    for (let slot = 0; slot < this.#size; slot++) if (this.#held[slot] === 1) this.#insert(slot);
  }
}

function placeOf(feature: number): number {
  const mixed = Math.imul(feature ^ (feature >>> 16), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
