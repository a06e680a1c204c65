import type { Reader, Writer } from '../bytes.ts';
import type { Features } from './features.ts';
import { Rows } from './rows.ts';
import { Vocabulary } from './vocabulary.ts';

/** Features that are remembered. */
const featureLimit = 262_144;
/** Words of 4 bytes in each of the three arenas of rows. */
const rowLimit = 2_097_152;

/**
 * What was learned of features: for each, how often it came with which components and which services, and what it weighs
 * for components. Features unused for long are forgotten when there is no room left.
 */
export class Memory {
  readonly counts: Rows;
  readonly services: Rows;
  readonly weights: Rows;
  readonly #vocabulary: Vocabulary;
  /** How many were forgotten so far. */
  #forgotten = 0;

  /** @param features and words of memory for each kind of rows: how many it holds at most */
  constructor(features: number = featureLimit, words: number = rowLimit) {
    this.counts = new Rows(1, words);
    this.services = new Rows(1, words);
    this.weights = new Rows(2, words);
    this.#vocabulary = new Vocabulary(features, (slot) => {
      for (const rows of this.#rows()) rows.close(slot);
      this.#forgotten++;
    });
  }

  /** How many features are known. */
  get known(): number {
    return this.#vocabulary.known;
  }

  /** Puts the slot of each feature into `slots`, -1 where it is unknown. */
  find(features: Features, slots: Int32Array): void {
    for (let f = 0; f < features.length; f++) slots[f] = this.#vocabulary.find(features[f]!);
  }

  /** Gives a slot to the features that `find` left without one; -1 stays where there is no room for all at once. */
  obtain(features: Features, slots: Int32Array): void {
    const before = this.#forgotten;
    for (let f = 0; f < features.length; f++) if (slots[f]! >= 0) this.#vocabulary.use(slots[f]!);
    for (let f = 0; f < features.length; f++) if (slots[f]! < 0) slots[f] = this.#vocabulary.add(features[f]!);
    while (!this.#rows().every((rows) => rows.hasRoomFor(features.length))) this.#vocabulary.forgetOne();
    if (this.#forgotten !== before) this.find(features, slots);
  }

  save(to: Writer): void {
    this.#vocabulary.save(to);
    for (const rows of this.#rows()) rows.save(to);
  }

  load(from: Reader): void {
    this.#vocabulary.load(from);
    for (const rows of this.#rows()) rows.load(from);
  }

  #rows(): readonly Rows[] {
    return [this.counts, this.services, this.weights];
  }
}
