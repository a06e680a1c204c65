import { Reader, Writer } from './bytes.ts';
import { type Features, featuresOf, kindOf } from './features.ts';
import { Mixer } from './mixer.ts';
import { NameIndex } from './name-index.ts';
import { longestRow, Rows } from './rows.ts';
import { Vocabulary } from './vocabulary.ts';

/** Features that are remembered, and numbers of 4 bytes that their rows take: 24 MB in all. */
const featureMemory = 262_144;
const rowMemory = 4_194_304;
const smoothing = 0.1;
const rate = 0.5;
const least = 0.02;
const rivals = 4;
const sure = 0.99;
const bayesOf = [1, 0.5, 1, 0, 0, 0, 0, 0];
const linearOf = [1, 1, 1, 0.5, 0.5, 0, 0, 0];
const lengthPower = 0.25;
const epsilon = 0.01;
const reservoirSize = 4096;
const replays = 1;

/** What a text says of each component, by index. The arrays are used again by the next call. */
export interface TextScores {
  /** Natural logarithms of probabilities that add up to 1: the channels below, mixed. */
  readonly logProbability: Float64Array;
  readonly bayes: Float64Array;
  readonly linear: Float64Array;
  readonly names: Float64Array;
}

export class TextModel {
  readonly #rows: Rows = new Rows(rowMemory);
  readonly #vocabulary: Vocabulary = new Vocabulary(featureMemory, (slot) => this.#rows.close(slot));
  readonly #names: NameIndex = new NameIndex();
  readonly mixer: Mixer = new Mixer();
  #size = 0;
  #cases: Float64Array = new Float64Array(0);
  #mass: Float64Array = new Float64Array(0);
  #bayes: Float64Array = new Float64Array(0);
  #linear: Float64Array = new Float64Array(0);
  #name: Float64Array = new Float64Array(0);
  #probability: Float64Array = new Float64Array(0);
  #log: Float64Array = new Float64Array(0);
  #gradient: Float64Array = new Float64Array(0);
  readonly #active: number[] = [];
  #reservoir: Uint32Array[] = [];
  #random = 1;
  visited = 0;

  register(component: number, name: string, words = ''): void {
    this.#widen(component + 1);
    this.#names.register(component, name, words);
  }

  featuresOf(text: string): Features {
    return featuresOf(text);
  }

  learn(features: Features, component: number): void {
    this.#widen(component + 1);
    if (features.length === 0) return;
    const scores = this.score(features, this.#size);
    if (scores) {
      this.mixer.learn(component, this.#size, this.#cases);
      for (let id = 0; id < this.#size; id++) this.#probability[id] = Math.exp(scores.logProbability[id]!);
    } else this.#probability.fill(1 / this.#size, 0, this.#size);
    this.#learnLinear(features, component);
    this.#count(features, component);
    this.#cases[component]!++;
    for (let i = 0; i < replays && this.#reservoir.length > 0; i++) {
      const old = this.#reservoir[this.#pick(this.#reservoir.length)]!;
      const oldFeatures = old.subarray(1);
      const known = this.score(oldFeatures, this.#size);
      if (!known) continue;
      for (let id = 0; id < this.#size; id++) this.#probability[id] = Math.exp(known.logProbability[id]!);
      this.#learnLinear(oldFeatures, old[0]!);
    }
    const example = new Uint32Array(features.length + 1);
    example[0] = component;
    example.set(features, 1);
    if (this.#reservoir.length < reservoirSize) this.#reservoir.push(example);
    else this.#reservoir[this.#pick(reservoirSize)] = example;
  }

  score(features: Features, size: number): TextScores | null {
    this.#widen(size);
    const known = this.#walk(features, size, true);
    const bayes = this.#bayes.subarray(0, size);
    const linear = this.#linear.subarray(0, size);
    const names = this.#name.subarray(0, size);
    const unseen = smoothing * Math.max(1, this.#vocabulary.known);
    const trust = known > 0 ? known ** -lengthPower : 0;
    for (let id = 0; id < size; id++) {
      bayes[id] = (bayes[id]! - known * Math.log(this.#mass[id]! + unseen)) * trust;
    }
    const named = this.#names.score(features, names);
    if (known === 0 && !named) return null;
    const logProbability = this.#log.subarray(0, size);
    this.mixer.mix(bayes, linear, names, this.#cases, logProbability);
    return { logProbability, bayes, linear, names };
  }

  snapshot(): Uint8Array {
    const to = new Writer();
    to.number(version);
    to.number(this.#size);
    to.number(this.#random);
    to.array(this.#cases.subarray(0, this.#size));
    to.array(this.#mass.subarray(0, this.#size));
    this.#vocabulary.save(to);
    this.#rows.save(to);
    this.#names.save(to);
    this.mixer.save(to);
    to.number(this.#reservoir.length);
    for (const example of this.#reservoir) to.array(example);
    return to.bytes();
  }

  static restore(bytes: Uint8Array): TextModel {
    const from = new Reader(bytes);
    const model = new TextModel();
    if (from.number() !== version) throw new RangeError('not a text model of this version');
    model.#widen(from.number());
    model.#random = from.number();
    model.#cases.set(from.array(Float64Array));
    model.#mass.set(from.array(Float64Array));
    model.#vocabulary.load(from);
    model.#rows.load(from);
    model.#names.load(from);
    model.mixer.load(from);
    const examples = from.number();
    for (let i = 0; i < examples; i++) model.#reservoir.push(from.array(Uint32Array));
    return model;
  }

  /** Sums the evidence of all features; returns how much of it naive Bayes could use. */
  #walk(features: Uint32Array, size: number, withBayes: boolean): number {
    const { ids, values, starts, lengths, capacities } = this.#rows;
    const bayes = this.#bayes;
    const linear = this.#linear;
    if (withBayes) bayes.fill(0, 0, size);
    linear.fill(0, 0, size);
    let norm = 0;
    let known = 0;
    for (let f = 0; f < features.length; f++) {
      const feature = features[f]!;
      const kind = kindOf(feature);
      const x = linearOf[kind]!;
      const b = withBayes ? bayesOf[kind]! : 0;
      norm += x * x;
      if (x === 0 && b === 0) continue;
      const slot = this.#vocabulary.find(feature);
      if (slot < 0) continue;
      const start = starts[slot]!;
      const length = lengths[slot]!;
      const capacity = capacities[slot]!;
      this.visited += length;
      const weights = start + 2 * capacity;
      for (let i = 0; i < length; i++) {
        const id = ids[start + i]!;
        if (id < size) linear[id]! += x * values[weights + i]!;
      }
      if (b === 0 || length >= longestRow) continue;
      known += b;
      const counts = start + capacity;
      for (let i = 0; i < length; i++) {
        const id = ids[start + i]!;
        const count = values[counts + i]!;
        if (id < size && count > 0) bayes[id]! += b * evidenceOf(count);
      }
    }
    const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
    for (let id = 0; id < size; id++) linear[id]! *= scale;
    return known;
  }

  #learnLinear(features: Uint32Array, component: number): void {
    const probability = this.#probability;
    const active = this.#active;
    const gradient = this.#gradient;
    if (probability[component]! > sure) return;
    active.length = 0;
    active.push(component);
    for (let id = 0; id < this.#size; id++) {
      const p = probability[id]!;
      if (id === component || p < least) continue;
      if (active.length > rivals) {
        let worst = 1;
        for (let k = 2; k < active.length; k++) if (probability[active[k]!]! < probability[active[worst]!]!) worst = k;
        if (probability[active[worst]!]! < p) active[worst] = id;
      } else active.push(id);
    }
    for (const id of active) gradient[id] = -probability[id]!;
    gradient[component]! += 1;
    let norm = 0;
    for (let f = 0; f < features.length; f++) norm += linearOf[kindOf(features[f]!)]! ** 2;
    const scale = 1 / Math.sqrt(norm);
    const rows = this.#rows;
    for (let f = 0; f < features.length; f++) {
      const feature = features[f]!;
      const x = linearOf[kindOf(feature)]! * scale;
      if (x === 0) continue;
      const slot = this.#obtain(feature);
      const { ids, values } = rows;
      const start = rows.starts[slot]!;
      const length = rows.lengths[slot]!;
      const capacity = rows.capacities[slot]!;
      const weights = start + 2 * capacity;
      let missing = active.length;
      for (let i = 0; i < length; i++) {
        let g = gradient[ids[start + i]!]!;
        if (g === 0) continue;
        g *= x;
        missing--;
        const spread = (values[weights + capacity + i]! += g * g);
        values[weights + i]! += (rate * g) / Math.sqrt(spread + epsilon);
      }
      if (missing === 0) continue;
      for (let k = 0; k < active.length; k++) {
        const id = active[k]!;
        if (ids.subarray(start, start + length).includes(id)) continue;
        const i = rows.add(slot, id);
        const at = rows.starts[slot]! + 2 * rows.capacities[slot]! + i;
        const g = gradient[id]! * x;
        rows.values[at + rows.capacities[slot]!] = g * g;
        rows.values[at] = (rate * g) / Math.sqrt(g * g + epsilon);
      }
    }
    for (const id of active) gradient[id] = 0;
  }

  #count(features: Features, component: number): void {
    const rows = this.#rows;
    for (let f = 0; f < features.length; f++) {
      const feature = features[f]!;
      const b = bayesOf[kindOf(feature)]!;
      if (b === 0) continue;
      const slot = this.#obtain(feature);
      const start = rows.starts[slot]!;
      const length = rows.lengths[slot]!;
      let i = 0;
      while (i < length && rows.ids[start + i] !== component) i++;
      if (i === length) i = rows.add(slot, component);
      rows.values[rows.starts[slot]! + rows.capacities[slot]! + i]!++;
      this.#mass[component]! += b;
    }
  }

  #obtain(feature: number): number {
    const slot = this.#vocabulary.obtain(feature);
    while (!this.#rows.hasRoom) this.#vocabulary.forgetOne();
    this.#rows.open(slot);
    return slot;
  }

  #pick(size: number): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#random / 4294967296) * size);
  }

  #widen(size: number): void {
    if (size <= this.#size) return;
    this.#size = size;
    if (size <= this.#cases.length) return;
    const wide = (old: Float64Array): Float64Array => {
      const grown = new Float64Array(Math.max(64, size * 2));
      grown.set(old);
      return grown;
    };
    this.#cases = wide(this.#cases);
    this.#mass = wide(this.#mass);
    this.#bayes = wide(this.#bayes);
    this.#linear = wide(this.#linear);
    this.#name = wide(this.#name);
    this.#probability = wide(this.#probability);
    this.#gradient = wide(this.#gradient);
    this.#log = wide(this.#log);
  }
}

const version = 1;

const evidenceOf = (count: number): number => logs[count] ?? Math.log((count + smoothing) / smoothing);
const logs: Float64Array = Float64Array.from({ length: 1024 }, (_, count) => Math.log((count + smoothing) / smoothing));
