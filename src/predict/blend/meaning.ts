import type { Reader, Writer } from '../bytes.ts';
import { Calibration } from './calibration.ts';
import type { Evidence } from './evidence.ts';
import { likeliest, places } from './places.ts';

/** Places of a forecast that say what its probabilities mean. */
const judged = 5;
/** Below this a probability is taken as it is. */
const slight = 0.004;

/** The likeliest components of a forecast, the likeliest first, and what the pool said of each. */
export interface Expected {
  readonly ids: Int32Array;
  readonly shares: Float64Array;
}

/** What a forecast expects most, to be held against what comes. */
export function expectedOf(evidence: Evidence): Expected {
  const best = places.slice(0, likeliest(evidence, judged));
  return {
    ids: Int32Array.from(best, (at) => evidence.ids[at]!),
    shares: Float64Array.from(best, (at) => evidence.probability[at]!),
  };
}

/** What the probabilities of one step turned out to mean: those of the first place, and those of all others. */
export class Meaning {
  readonly #first: Calibration;
  readonly #rest: Calibration;

  constructor(from: Reader | null = null) {
    this.#first = new Calibration(from);
    this.#rest = new Calibration(from);
  }

  save(to: Writer): void {
    this.#first.save(to);
    this.#rest.save(to);
  }

  /** What a forecast expects is held against what came at once. */
  learnNow(evidence: Evidence, component: number): void {
    const listed = likeliest(evidence, judged);
    for (let at = 0; at < listed; at++) {
      const place = places[at]!;
      this.#learn(at === 0, evidence.probability[place]!, evidence.ids[place] === component);
    }
  }

  /** What was expected is held against what came; `out`: what the same command demanded before, no candidate any more. */
  learn({ ids, shares }: Expected, component: number, out: readonly number[]): void {
    let first = true;
    for (let at = 0; at < ids.length; at++) {
      if (out.includes(ids[at]!)) continue;
      this.#learn(first, shares[at]!, ids[at] === component);
      first = false;
    }
  }

  /**
   * Puts into `into` what the first `listed` of {@link places} mean, in their order: the first as it turned out to mean,
   * the others by what it leaves over.
   */
  read({ probability, count, other }: Evidence, listed: number, into: Float64Array): void {
    const sure = this.#first.of(probability[places[0]!]!);
    let sum = other;
    for (let at = 0; at < count; at++) if (at !== places[0]) sum += this.#restOf(probability[at]!);
    into[0] = sure;
    for (let at = 1; at < listed; at++) into[at] = (this.#restOf(probability[places[at]!]!) * (1 - sure)) / sum;
  }

  #learn(first: boolean, probability: number, came: boolean): void {
    (first ? this.#first : this.#rest).learn(probability, came);
  }

  #restOf(probability: number): number {
    return probability < slight ? probability : this.#rest.of(probability);
  }
}
