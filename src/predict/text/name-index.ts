import type { Reader, Writer } from '../bytes.ts';
import { byKind, type Features, featuresOf, kindOf, kinds } from './features.ts';
import { Meanings } from './meanings.ts';

/** What a feature counts for. */
const share = byKind({ word: 0.5, stem: 1, pair: 0.5, prefix: 0.4 });
/** What else counts beside the method: the service, which `service.method` names before its last dot; a description; */
const serviceShare = 0.5;
const wordsShare = 0.4;
/** and other words for those of the method. */
const meaningShare = 0.3;
/** A long text meets more names by chance. */
const textPower = 0.25;

/** What was told of a component: its features and what each counts for. */
interface Own {
  readonly features: Uint32Array;
  readonly shares: Float32Array;
}

/** The components that have one feature, and what it says for each. */
interface Posting {
  readonly ids: Int32Array;
  readonly values: Float64Array;
  /** How many are filled in. */
  length: number;
}

/**
 * How well the names of components, and what is told of them, fit a text: the cosine of TF-IDF vectors (Salton & Buckley
 * 1988) over stems, pairs of stems and beginnings of words, the method of a name weighing more than its service.
 */
export class NameIndex {
  readonly #meanings = new Meanings();
  readonly #own = new Map<number, Own>();
  readonly #postings = new Map<number, Posting>();
  #stale = false;

  register(component: number, name: string, words: string): void {
    const shares = new Map<number, number>();
    const add = (text: string, part: number): void => {
      for (const feature of featuresOf(text)) {
        const value = share[kindOf(feature)]! * part;
        if (value > (shares.get(feature) ?? 0)) shares.set(feature, value);
      }
    };
    const dot = name.lastIndexOf('.');
    add(name.slice(dot + 1), 1);
    if (dot > 0) add(name.slice(0, dot), serviceShare);
    add(words, wordsShare);
    add(this.#meanings.of(name.slice(dot + 1)), meaningShare);
    this.#own.set(component, {
      features: Uint32Array.from(shares.keys()),
      shares: Float32Array.from(shares.values()),
    });
    this.#stale = true;
  }

  /** Puts the fit of each component into `into`; returns false if no name fits. */
  score(features: Features, into: Float64Array): boolean {
    if (this.#stale) this.#index();
    into.fill(0);
    let met = false;
    const scale = (1 + countOf(features, kinds.stem)) ** -textPower;
    for (let f = 0; f < features.length; f++) {
      const value = share[kindOf(features[f]!)]! * scale;
      if (value === 0) continue;
      const posting = this.#postings.get(features[f]!);
      if (!posting) continue;
      met = true;
      const { ids, values } = posting;
      for (let i = 0; i < ids.length; i++) if (ids[i]! < into.length) into[ids[i]!]! += value * values[i]!;
    }
    return met;
  }

  save(to: Writer): void {
    to.number(this.#own.size);
    for (const [component, { features, shares }] of this.#own) {
      to.number(component);
      to.array(features);
      to.array(shares);
    }
  }

  load(from: Reader): void {
    for (let left = from.number(); left > 0; left--) {
      const component = from.number();
      this.#own.set(component, { features: from.array(Uint32Array), shares: from.array(Float32Array) });
    }
    this.#stale = true;
  }

  /** Computes anew what depends on all names: how rare each feature is, and how long each component's vector. */
  #index(): void {
    this.#stale = false;
    this.#postings.clear();
    const holders = new Map<number, number>();
    for (const { features } of this.#own.values()) {
      for (const feature of features) holders.set(feature, (holders.get(feature) ?? 0) + 1);
    }
    const all = Math.log(1 + this.#own.size);
    const rarity = (feature: number): number => Math.log(1 + this.#own.size / holders.get(feature)!) / all;
    for (const [component, { features, shares }] of this.#own) {
      const vector = Array.from(features, (feature, i) => shares[i]! * rarity(feature));
      const length = Math.hypot(...vector);
      vector.forEach((value, i) => {
        let posting = this.#postings.get(features[i]!);
        if (!posting) {
          const size = holders.get(features[i]!)!;
          posting = { ids: new Int32Array(size), values: new Float64Array(size), length: 0 };
          this.#postings.set(features[i]!, posting);
        }
        posting.ids[posting.length] = component;
        posting.values[posting.length++] = value / length;
      });
    }
  }
}

function countOf(features: Features, kind: number): number {
  let count = 0;
  for (let f = 0; f < features.length; f++) if (kindOf(features[f]!) === kind) count++;
  return count;
}
