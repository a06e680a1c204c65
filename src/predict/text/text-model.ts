import { Reader, Writer } from '../bytes.ts';
import { byKind, type Features, featureLimit, featuresOf } from './features.ts';
import { likeliest } from './likeliest.ts';
import { Linear } from './linear.ts';
import { Memory } from './memory.ts';
import { Mixer } from './mixer.ts';
import { NaiveBayes } from './naive-bayes.ts';
import { NameIndex } from './name-index.ts';
import { ServiceBayes } from './service-bayes.ts';
import type { TextScores } from './text-scores.ts';

export type { TextScores } from './text-scores.ts';
export type { Features } from './features.ts';

/** What a feature counts for in naive Bayes. */
const share = byKind({ word: 0.5, stem: 1, pair: 1, gram: 0.1, prefix: 0.3, skip: 0.3, first: 0.3, filler: 0.5 });

/**
 * Which components a text speaks for, learned online from the first example on: by what was counted, by what was
 * weighed, and by the components' names, which say something before there is any example.
 *
 * Holds at most 262,144 features (words, pairs and pieces of words), only as hashes and in at most 40 MB; the names of
 * components and of their services come on top. Of a text the first 64 words count, up to 2,048 characters.
 *
 * @example
 * const model = new TextModel();
 * model.register(0, 'weather.current');
 * model.register(1, 'mail.send', 'write a message to somebody');
 * model.learn(model.featuresOf('will it rain'), 0);
 * model.score(model.featuresOf('rain tomorrow'), 2)?.probability; // Float64Array [ 0.76.., 0.23.. ]
 */
export class TextModel {
  readonly #memory: Memory = new Memory();
  readonly #bayes: NaiveBayes = new NaiveBayes(this.#memory, this.#memory.counts, share);
  readonly #services: ServiceBayes = new ServiceBayes(this.#memory);
  readonly #linear: Linear = new Linear(this.#memory);
  readonly #names: NameIndex = new NameIndex();
  readonly #mixer: Mixer = new Mixer();
  readonly #slots: Int32Array = new Int32Array(featureLimit);
  #size = 0;
  #scores: TextScores = this.#mixer.scores(0);
  /** What `#scores` were computed from; null: something was learned since. */
  #scored: Features | null = null;
  /** Whether they told the channels anything. */
  #says = false;

  /** Tells a component's name and, where there is one, what it is for; may be told again. */
  register(component: number, name: string, words = ''): void {
    this.#size = Math.max(this.#size, component + 1);
    this.#names.register(component, name, words);
    this.#services.register(component, name);
    this.#scored = null;
  }

  /** What is kept of a text: hashes. A text that is still being typed may end in the middle of a word. */
  featuresOf(text: string): Features {
    return featuresOf(text);
  }

  /** Learns that a text with these features demanded a component. */
  learn(features: Features, component: number): void {
    this.#size = Math.max(this.#size, component + 1);
    if (features.length === 0) return;
    this.score(features, this.#size);
    this.#memory.obtain(features, this.#slots);
    this.#mixer.learn(component, this.#scores);
    this.#linear.learn(features, this.#slots, component, this.#scores.probability);
    this.#bayes.learn(features, this.#slots, component);
    this.#services.learn(features, this.#slots, component);
    this.#mixer.count(component);
    this.#scored = null;
  }

  /** What a text with these features says of the components 0 to `size` - 1; null: nothing. */
  score(features: Features, size: number): TextScores | null {
    if (size === 0 || features.length === 0) return null;
    if (this.#scored !== features || this.#scores.probability.length !== size) this.#compute(features, size);
    return this.#says ? this.#scores : null;
  }

  /** All that was learned, in the byte order of the machine. */
  snapshot(): Uint8Array {
    const to = new Writer();
    to.number(version);
    to.number(this.#size);
    for (const part of this.#parts()) part.save(to);
    return to.bytes();
  }

  /** The model that a snapshot was taken of. Throws a RangeError where the bytes can't be one. */
  static restore(bytes: Uint8Array): TextModel {
    const from = new Reader(bytes);
    if (from.number() !== version) throw new RangeError('the bytes are no snapshot of this version');
    const model = new TextModel();
    model.#size = from.number();
    for (const part of model.#parts()) part.load(from);
    return model;
  }

  #compute(features: Features, size: number): void {
    if (this.#scores.probability.length !== size) this.#scores = this.#mixer.scores(size);
    const { bayes, services, linear, names } = this.#scores;
    this.#memory.find(features, this.#slots);
    const counted = this.#bayes.score(features, this.#slots, bayes);
    const served = this.#services.score(features, this.#slots, services);
    const weighed = this.#linear.score(features, this.#slots, linear);
    const named = this.#names.score(features, names);
    this.#mixer.mix(this.#scores);
    likeliest(this.#scores.probability, this.#scores.likeliest);
    this.#scored = features;
    this.#says = counted || served || weighed || named;
  }

  #parts(): readonly { save(to: Writer): void; load(from: Reader): void }[] {
    return [this.#memory, this.#bayes, this.#services, this.#names, this.#mixer];
  }
}

/** Of the form of a snapshot. */
const version = 1;
