import type { Reader, Writer } from './bytes.ts';
import type { Features } from './features.ts';
import { Rows } from './rows.ts';
import { Vocabulary } from './vocabulary.ts';

/** Features that are remembered. */
const featureLimit = 262_144;
/** Words of 4 bytes for what was counted, and for what was weighed. */
const countLimit = 2_097_152;
const serviceLimit = 2_097_152;
const weightLimit = 2_097_152;

/** What was learned of features: for each, how often it came with which components, and what it weighs for them. */
export class Memory {
  #forgotten = 0;
  readonly counts: Rows = new Rows(1, countLimit);
  readonly services: Rows = new Rows(1, serviceLimit);
  readonly weights: Rows = new Rows(2, weightLimit);
  readonly #vocabulary: Vocabulary = new Vocabulary(featureLimit, (slot) => {
    this.counts.close(slot);
    this.services.close(slot);
    this.weights.close(slot);
    this.#forgotten++;
  });

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
    while (
      !this.counts.hasRoomFor(features.length) ||
      !this.services.hasRoomFor(features.length) ||
      !this.weights.hasRoomFor(features.length)
    ) {
      this.#vocabulary.forgetOne();
    }
    if (this.#forgotten !== before) this.find(features, slots);
  }

  save(to: Writer): void {
    this.#vocabulary.save(to);
    this.counts.save(to);
    this.services.save(to);
    this.weights.save(to);
  }

  load(from: Reader): void {
    this.#vocabulary.load(from);
    this.counts.load(from);
    this.services.load(from);
    this.weights.load(from);
  }
}
