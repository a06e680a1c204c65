import type { Reader, Writer } from './bytes.ts';

/** Passes of the hand that the most used place outlasts. */
const longestWound = 3;

/**
 * Numbers features from 0 and forgets those unused for long: an open hash table over a fixed number of places, whose
 * victims a clock hand chooses. Each use winds a place up, each pass of the hand down (GCLOCK, Smith 1978), so that what
 * came once goes before what comes often.
 */
export class Vocabulary {
  readonly limit: number;
  readonly #onForget: (slot: number) => void;
  #mask: number;
  /** Open addressing: slot + 1 at the feature's place; 0: empty. */
  #table: Int32Array;
  #features: Uint32Array;
  #wound: Uint8Array;
  #held: Uint8Array;
  #size = 0;
  #hand = 0;
  #vacant: number[] = [];

  constructor(limit: number, onForget: (slot: number) => void) {
    this.limit = limit;
    this.#onForget = onForget;
    this.#mask = 2047;
    this.#table = new Int32Array(this.#mask + 1);
    this.#features = new Uint32Array(1024);
    this.#wound = new Uint8Array(1024);
    this.#held = new Uint8Array(1024);
  }

  /** Slots given out so far; each slot is below. */
  get size(): number {
    return this.#size;
  }

  get known(): number {
    return this.#size - this.#vacant.length;
  }

  find(feature: number): number {
    for (let at = placeOf(feature) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = this.#table[at]! - 1;
      if (slot < 0 || this.#features[slot] === feature) return slot;
    }
  }

  /** Notes that a slot was used. */
  use(slot: number): void {
    if (this.#wound[slot]! < longestWound) this.#wound[slot]!++;
  }

  /** The slot of a feature that has none yet. */
  add(feature: number): number {
    if (this.#size === this.limit && this.#vacant.length === 0) this.forgetOne();
    if (this.#vacant.length === 0 && this.#size === this.#features.length) this.#grow();
    const slot = this.#vacant.pop() ?? this.#size++;
    this.#features[slot] = feature;
    this.#wound[slot] = 0;
    this.#held[slot] = 1;
    this.#insert(slot);
    return slot;
  }

  /** Makes room for one more. */
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
    this.#size = from.number();
    this.#hand = from.number();
    this.#features = from.array(Uint32Array);
    this.#wound = from.array(Uint8Array);
    this.#held = from.array(Uint8Array);
    this.#vacant = [...from.array(Int32Array)];
    this.#index();
  }

  #insert(slot: number): void {
    let at = placeOf(this.#features[slot]!) & this.#mask;
    while (this.#table[at] !== 0) at = (at + 1) & this.#mask;
    this.#table[at] = slot + 1;
  }

  /** Backward-shift deletion: what follows moves up, so that no tombstones are needed. */
  #remove(slot: number): void {
    let hole = placeOf(this.#features[slot]!) & this.#mask;
    while (this.#table[hole] !== slot + 1) hole = (hole + 1) & this.#mask;
    for (let at = (hole + 1) & this.#mask; this.#table[at] !== 0; at = (at + 1) & this.#mask) {
      const home = placeOf(this.#features[this.#table[at]! - 1]!) & this.#mask;
      if (((at - home) & this.#mask) >= ((at - hole) & this.#mask)) {
        this.#table[hole] = this.#table[at]!;
        hole = at;
      }
    }
    this.#table[hole] = 0;
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
    this.#mask = this.#features.length * 2 - 1;
    this.#table = new Int32Array(this.#mask + 1);
    for (let slot = 0; slot < this.#size; slot++) if (this.#held[slot] === 1) this.#insert(slot);
  }
}

const placeOf = (feature: number): number => {
  const mixed = Math.imul(feature ^ (feature >>> 16), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};
