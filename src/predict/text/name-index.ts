import type { Reader, Writer } from './bytes.ts';
import { type Features, featuresOf, kindOf, kinds } from './features.ts';

const nameOf = [1, 1, 0.5, 0, 0.4, 0, 0, 0];
const serviceShare = 0.4;
const wordsShare = 0.4;

/** TF-IDF cosine between a text and the names of components (Salton & Buckley 1988). */
export class NameIndex {
  readonly #postings = new Map<number, { ids: number[]; weights: number[] }>();
  readonly #own: Map<number, number>[] = [];
  #norms: Float64Array = new Float64Array(0);
  #registered = 0;
  #stale = false;

  register(component: number, name: string, words: string): void {
    const own = new Map<number, number>();
    const dot = name.lastIndexOf('.');
    const add = (features: Features, share: number): void => {
      for (const feature of features) {
        const weight = nameOf[kindOf(feature)]! * share;
        if (weight > (own.get(feature) ?? 0)) own.set(feature, weight);
      }
    };
    add(featuresOf(name.slice(dot + 1)), 1);
    if (dot > 0) add(featuresOf(name.slice(0, dot)), serviceShare);
    add(featuresOf(words), wordsShare);
    this.#put(component, own);
  }

  #put(component: number, own: Map<number, number>): void {
    const old = this.#own[component];
    if (old) this.#remove(component, old);
    else this.#registered++;
    this.#own[component] = own;
    for (const [feature, weight] of own) {
      let posting = this.#postings.get(feature);
      if (!posting) this.#postings.set(feature, (posting = { ids: [], weights: [] }));
      posting.ids.push(component);
      posting.weights.push(weight);
    }
    this.#stale = true;
  }

  save(to: Writer): void {
    to.number(this.#registered);
    this.#own.forEach((own, component) => {
      to.number(component);
      to.array(Uint32Array.from(own.keys()));
      to.array(Float64Array.from(own.values()));
    });
  }

  load(from: Reader): void {
    for (let left = from.number(); left > 0; left--) {
      const component = from.number();
      const features = from.array(Uint32Array);
      const weights = from.array(Float64Array);
      this.#put(component, new Map(Array.from(features, (feature, i) => [feature, weights[i]!])));
    }
  }

  score(features: Features, into: Float64Array): boolean {
    if (this.#stale) this.#measure();
    into.fill(0);
    let norm = 0;
    let met = false;
    for (let f = 0; f < features.length; f++) {
      const feature = features[f]!;
      const kind = kindOf(feature);
      const x = nameOf[kind]!;
      if (x === 0) continue;
      const posting = this.#postings.get(feature);
      if (!posting) {
        if (kind === kinds.stem) norm += x * x;
        continue;
      }
      const idf = this.#idf(posting.ids.length);
      if (kind === kinds.stem) norm += x ** 2;
      met = true;
      const { ids, weights } = posting;
      for (let i = 0; i < ids.length; i++) if (ids[i]! < into.length) into[ids[i]!]! += x * idf * idf * weights[i]!;
    }
    if (!met) return false;
    const scale = 1 / Math.sqrt(Math.sqrt(norm) + 1);
    for (let id = 0; id < into.length; id++) if (into[id]! > 0) into[id]! *= scale / (this.#norms[id]! + 1e-9);
    return true;
  }

  #idf(holders: number): number {
    return Math.log(1 + this.#registered / holders) / Math.log(1 + this.#registered);
  }

  #measure(): void {
    this.#stale = false;
    this.#norms = new Float64Array(this.#own.length);
    this.#own.forEach((own, id) => {
      let sum = 0;
      for (const [feature, weight] of own) sum += (weight * this.#idf(this.#postings.get(feature)!.ids.length)) ** 2;
      this.#norms[id] = Math.sqrt(sum);
    });
  }

  #remove(component: number, own: Map<number, number>): void {
    for (const feature of own.keys()) {
      const posting = this.#postings.get(feature)!;
      const at = posting.ids.indexOf(component);
      posting.ids.splice(at, 1);
      posting.weights.splice(at, 1);
      if (posting.ids.length === 0) this.#postings.delete(feature);
    }
  }
}
