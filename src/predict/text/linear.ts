import { byKind, type Features, kindOf } from './features.ts';
import type { Memory } from './memory.ts';

/** The value of a feature. */
const valueOf = byKind({ stem: 1, pair: 1, prefix: 0.5, filler: 0.7 });
const rate = 0.5;
/** What an entry's squared gradients begin with: it bounds the first steps. */
const firstSpread = 0.01;
/** An example that is foreseen with this probability teaches nothing more. */
const sure = 0.9;
/** Components that an example speaks against: the likeliest ones, if at least so likely. */
const rivalLimit = 4;
const leastRival = 0.02;

/**
 * Softmax regression over the features of a text, learned online with one rate an entry (AdaGrad: Duchi, Hazan & Singer
 * 2011). It learns what the mix of all channels still got wrong, as a stage of boosting does (Friedman 2001), and only
 * for the component that came and its likeliest rivals, so that rows stay short.
 */
export class Linear {
  readonly #memory: Memory;
  /** The components to learn for, how far each was missed, and by component its place in these lists; 0: in none. */
  readonly #touched: number[] = [];
  readonly #missed: Float64Array = new Float64Array(rivalLimit + 1);
  #places: Uint8Array = new Uint8Array(0);

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Puts what the weights add to each component into `into`; returns false if there are none. */
  score(features: Features, slots: Int32Array, into: Float64Array): boolean {
    const size = into.length;
    const { ids, values, starts, lengths, capacities } = this.#memory.weights;
    into.fill(0);
    let met = false;
    const scale = scaleOf(features);
    for (let f = 0; f < features.length; f++) {
      const value = valueOf[kindOf(features[f]!)]! * scale;
      const slot = slots[f]!;
      if (value === 0 || slot < 0) continue;
      const start = starts[slot]!;
      const length = lengths[slot]!;
      const weights = start + capacities[slot]!;
      met ||= length > 0;
      for (let i = 0; i < length; i++) {
        const id = ids[start + i]!;
        if (id < size) into[id]! += value * values[weights + i]!;
      }
    }
    return met;
  }

  /** @param probability of each component, as foreseen by all channels together */
  learn(features: Features, slots: Int32Array, component: number, probability: Float64Array): void {
    if (probability[component]! > sure) return;
    this.#aim(component, probability);
    const scale = scaleOf(features);
    for (let f = 0; f < features.length; f++) {
      const value = valueOf[kindOf(features[f]!)]! * scale;
      if (value !== 0 && slots[f]! >= 0) this.#step(slots[f]!, value);
    }
    for (const id of this.#touched) this.#places[id] = 0;
  }

  /** Chooses the components to learn for and how far each was missed. */
  #aim(component: number, probability: Float64Array): void {
    if (this.#places.length < probability.length) this.#places = new Uint8Array(probability.length * 2);
    const touched = this.#touched;
    touched.length = 0;
    touched.push(component);
    for (let id = 0; id < probability.length; id++) {
      if (id === component || probability[id]! < leastRival) continue;
      if (touched.length <= rivalLimit) {
        touched.push(id);
        continue;
      }
      let least = 1;
      for (let k = 2; k < touched.length; k++) {
        if (probability[touched[k]!]! < probability[touched[least]!]!) least = k;
      }
      if (probability[touched[least]!]! < probability[id]!) touched[least] = id;
    }
    for (let k = 0; k < touched.length; k++) {
      this.#places[touched[k]!] = k + 1;
      this.#missed[k] = (k === 0 ? 1 : 0) - probability[touched[k]!]!;
    }
  }

  #step(slot: number, value: number): void {
    const rows = this.#memory.weights;
    rows.open(slot);
    const { ids, values } = rows;
    const start = rows.starts[slot]!;
    const length = rows.lengths[slot]!;
    const capacity = rows.capacities[slot]!;
    let met = 0;
    for (let at = start; at < start + length; at++) {
      const place = this.#places[ids[at]!]!;
      if (place === 0) continue;
      met |= 1 << place;
      const gradient = this.#missed[place - 1]! * value;
      const spread = (values[at + 2 * capacity]! += gradient * gradient);
      values[at + capacity]! += (rate * gradient) / Math.sqrt(spread + firstSpread);
    }
    for (let k = 0; k < this.#touched.length; k++) {
      if ((met & (2 << k)) !== 0) continue;
      const gradient = this.#missed[k]! * value;
      const index = rows.add(slot, this.#touched[k]!);
      const at = rows.starts[slot]! + rows.capacities[slot]! + index;
      rows.values[at] = (rate * gradient) / Math.sqrt(gradient * gradient + firstSpread);
      rows.values[at + rows.capacities[slot]!] = gradient * gradient;
    }
  }
}

function scaleOf(features: Features): number {
  let norm = 0;
  for (let f = 0; f < features.length; f++) {
    const value = valueOf[kindOf(features[f]!)]!;
    norm += value * value;
  }
  return norm > 0 ? 1 / Math.sqrt(norm) : 0;
}
