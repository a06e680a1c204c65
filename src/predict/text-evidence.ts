import { Followers } from './followers.ts';
import { Generations } from './generations.ts';
import { hashedWords, hashWord } from './words.ts';

/** Words beyond this many in one text add little; a bound keeps the cost of one command bounded. */
const wordLimit = 64;
/** Different words and word pairs that are remembered. The longest unused are forgotten first. */
const vocabularyLimit = 200_000;
const smoothing = 0.1;

/**
 * Which components a text speaks for: multinomial naive Bayes over hashed words and word pairs, learned online
 * (McCallum & Nigam 1998). Words of one text are far from independent, so their evidence is scaled down by its length.
 */
export class TextEvidence {
  readonly #words = new Generations<number, Followers>(vocabularyLimit);
  readonly #seen: number[] = [];
  #gain: Float64Array = new Float64Array(64);

  static featuresOf(text: string): number[] {
    const words = hashedWords(text).slice(0, wordLimit);
    const features = words.slice();
    for (let i = 1; i < words.length; i++) {
      features.push((Math.imul(words[i - 1]!, 0x9e3779b1) ^ words[i]!) >>> 0);
    }
    return [...new Set(features)];
  }

  /** A tag is a word that no text can hold. */
  static featureOfTag(tag: string): number {
    return hashWord(`#${tag}`);
  }

  learn(features: readonly number[], component: number): void {
    for (const feature of features) {
      let followers = this.#words.get(feature);
      if (!followers) {
        followers = new Followers();
        this.#words.set(feature, followers);
      }
      followers.total++;
      followers.add(component);
    }
    this.#seen[component] = (this.#seen[component] ?? 0) + features.length;
  }

  /** Log-odds that the text adds to each of `size` components; null if it says nothing. */
  gains(features: readonly number[], size: number): Float64Array | null {
    if (features.length === 0 || this.#words.size === 0) return null;
    if (this.#gain.length < size) this.#gain = new Float64Array(size * 2);
    const gain = this.#gain;
    const unseen = smoothing * this.#words.size;
    gain.fill(0, 0, size);
    let known = 0;
    for (const feature of features) {
      const followers = this.#words.get(feature);
      if (!followers) continue;
      known++;
      const { ids, counts } = followers;
      for (let i = 0; i < ids.length; i++) gain[ids[i]!]! += evidenceOf(counts[i]!);
    }
    if (known === 0) return null;
    for (let id = 0; id < size; id++) gain[id]! -= known * Math.log((this.#seen[id] ?? 0) + unseen);
    const trust = 1 / Math.sqrt(Math.sqrt(known));
    for (let id = 0; id < size; id++) gain[id]! *= trust;
    return gain;
  }
}

/** log((count + smoothing) / smoothing), from a table for the counts that nearly all are. */
const evidenceOf = (count: number): number => logs[count] ?? Math.log((count + smoothing) / smoothing);
const logs: Float64Array = Float64Array.from({ length: 1024 }, (_, count) => Math.log((count + smoothing) / smoothing));
