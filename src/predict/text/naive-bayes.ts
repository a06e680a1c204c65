import type { Reader, Writer } from '../bytes.ts';
import { type Features, kindOf } from './features.ts';
import type { Memory } from './memory.ts';
import { longestRow, type Rows } from './rows.ts';

const smoothing = 0.15;
/** Features of one text are far from independent: the more there are, the less each one says. */
const lengthPower = 0.5;
/** The vocabulary may grow by this share before what depends on its size is computed anew. */
const staleness = 1.02;

/**
 * Multinomial naive Bayes (McCallum & Nigam 1998), its features weighted by kind and its evidence scaled down by the
 * length of the text. As in TF-IDF a feature says the less the more components it came with; one that came with all,
 * or with {@link longestRow}, says nothing.
 */
export class NaiveBayes {
  readonly #memory: Memory;
  readonly #rows: Rows;
  readonly #share: Float64Array;
  /** By component: features counted so far, and the logarithm that follows from it. */
  #mass: Float64Array = new Float64Array(0);
  #logMass: Float64Array = new Float64Array(0);
  #size = 0;
  /** Components that came at all. */
  #seen = 0;
  #unseen = smoothing;

  /**
   * @param rows of the memory, that are this model's own
   * @param share what a feature counts for, by kind
   */
  constructor(memory: Memory, rows: Rows, share: Float64Array) {
    this.#share = share;
    this.#memory = memory;
    this.#rows = rows;
  }

  /** Puts the log-likelihood of each component into `into`, their mean 0; returns false if nothing is known. */
  score(features: Features, slots: Int32Array, into: Float64Array): boolean {
    const size = into.length;
    this.#widen(size);
    const { ids, starts, lengths, capacities } = this.#rows;
    const shares = this.#share;
    into.fill(0);
    const all = this.#seen + 1;
    const whole = Math.log(all);
    const common = Math.min(longestRow, all);
    let known = 0;
    let sum = 0;
    for (let f = 0; f < features.length; f++) {
      const share = shares[kindOf(features[f]!)]!;
      const slot = slots[f]!;
      if (share === 0 || slot < 0) continue;
      const length = lengths[slot]!;
      if (length === 0 || length >= common) continue;
      const part = share * (1 - logOf[length]! / whole);
      known += part;
      const start = starts[slot]!;
      const counts = start + capacities[slot]!;
      for (let i = 0; i < length; i++) {
        const id = ids[start + i]!;
        if (id >= size) continue;
        const evidence = part * evidenceOf(ids[counts + i]!);
        into[id]! += evidence;
        sum += evidence;
      }
    }
    if (known === 0) return false;
    const mean = (sum - known * this.#logs(size)) / size;
    const trust = known ** -lengthPower;
    for (let id = 0; id < size; id++) into[id] = (into[id]! - known * this.#logMass[id]! - mean) * trust;
    return true;
  }

  learn(features: Features, slots: Int32Array, component: number): void {
    this.#widen(component + 1);
    const rows = this.#rows;
    let mass = 0;
    for (let f = 0; f < features.length; f++) {
      const share = this.#share[kindOf(features[f]!)]!;
      const slot = slots[f]!;
      if (share === 0 || slot < 0) continue;
      mass += share;
      rows.open(slot);
      const length = rows.lengths[slot]!;
      if (length === longestRow) continue;
      const start = rows.starts[slot]!;
      let index = 0;
      while (index < length && rows.ids[start + index] !== component) index++;
      if (index === length) index = rows.add(slot, component);
      // A count is kept as a whole number.
      rows.ids[rows.starts[slot]! + rows.capacities[slot]! + index]!++;
    }
    if (this.#mass[component] === 0 && mass > 0) this.#seen++;
    this.#mass[component]! += mass;
    const unseen = smoothing * this.#memory.known;
    if (unseen > this.#unseen * staleness || unseen < this.#unseen) this.#measure(unseen);
    else this.#logMass[component] = Math.log(this.#mass[component]! + this.#unseen);
  }

  save(to: Writer): void {
    to.number(this.#unseen);
    to.array(this.#mass.subarray(0, this.#size));
  }

  load(from: Reader): void {
    const unseen = from.number();
    const mass = from.array(Float64Array);
    this.#widen(mass.length);
    this.#mass.set(mass);
    this.#seen = mass.filter((counted) => counted > 0).length;
    this.#measure(unseen);
  }

  /** The logarithms of all masses, summed. */
  #logs(size: number): number {
    let sum = 0;
    for (let id = 0; id < size; id++) sum += this.#logMass[id]!;
    return sum;
  }

  #measure(unseen: number): void {
    this.#unseen = unseen;
    for (let id = 0; id < this.#size; id++) this.#logMass[id] = Math.log(this.#mass[id]! + unseen);
  }

  #widen(size: number): void {
    if (size <= this.#size) return;
    if (size > this.#mass.length) {
      const mass = new Float64Array(size * 2);
      mass.set(this.#mass);
      this.#mass = mass;
      this.#logMass = new Float64Array(size * 2);
    }
    this.#size = size;
    this.#measure(this.#unseen);
  }
}

/** log((count + smoothing) / smoothing), from a table for the counts that nearly all are. */
const evidenceOf = (count: number): number =>
  count < logs.length ? logs[count]! : Math.log((count + smoothing) / smoothing);
const logs: Float64Array = Float64Array.from({ length: 1024 }, (_, count) => Math.log((count + smoothing) / smoothing));

const logOf: Float64Array = Float64Array.from({ length: longestRow + 1 }, (_, n) => Math.log(n));
