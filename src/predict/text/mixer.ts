import { weightCount } from '../../simd/kernels.ts';
import type { Reader, Writer } from '../bytes.ts';
import { TextRoom, type TextScores } from './text-scores.ts';

/** By how often a component came: never, once, up to 3, 9, 39 times, more often. */
const buckets = 6;
/** Inputs of a component: naive Bayes, linear, names, its logarithmic count, its service, a constant. */
const inputs: number = weightCount;
const bayesStart = 0.5;
const linearStart = 0.5;
const serviceStart = 0.15;
const newServiceStart = 0.3;
const nameStart = 6;
const priorStart = 0.3;
const mixRate = 0.02;
/** Components less likely than this don't move the weights. */
const leastMover = 1e-3;

/**
 * Mixes the channels into one probability for each component: a softmax of their weighted sum (logistic mixing, Mattern
 * 2013, for many outcomes). The weights follow the gradient of the log loss. They are kept apart by how often a component
 * came, for names say more of what was never seen, and counts of what often was.
 */
export class Mixer {
  readonly #squares: Float64Array = new Float64Array(buckets * inputs);
  readonly #gradient: Float64Array = new Float64Array(buckets * inputs);
  /** By component: how often it came. */
  #cases: Float64Array = new Float64Array(0);
  /** Holds what follows from that, and the weights. */
  #room: TextRoom = new TextRoom(0, buckets * inputs);
  #size = 0;

  constructor() {
    for (let bucket = 0; bucket < buckets; bucket++) {
      const seen = bucket === 0 ? 0 : 1;
      this.#room.weights.set(
        [seen * bayesStart, seen * linearStart, nameStart, priorStart, seen ? serviceStart : newServiceStart, 0],
        bucket * inputs,
      );
    }
  }

  /** Scores of the components 0 to `size` - 1: channels to be filled, then {@link mix}ed. */
  scores(size: number): TextScores {
    this.#widen(size);
    return this.#room.scores(size);
  }

  /** Computes the probabilities from the channels. */
  mix(scores: TextScores): void {
    this.#room.mix(scores.probability.length);
  }

  /** Learns from the component that came after a mix gave these scores. */
  learn(component: number, { bayes, services, linear, names, probability }: TextScores): void {
    const gradient = this.#gradient.fill(0);
    const { groups, logCases, weights } = this.#room;
    for (let id = 0; id < probability.length; id++) {
      if (probability[id]! < leastMover && id !== component) continue;
      const miss = (id === component ? 1 : 0) - probability[id]!;
      const at = groups[id]! * inputs;
      gradient[at]! += miss * bayes[id]!;
      gradient[at + 1]! += miss * linear[id]!;
      gradient[at + 2]! += miss * names[id]!;
      gradient[at + 3]! += miss * logCases[id]!;
      gradient[at + 4]! += miss * services[id]!;
      gradient[at + 5]! += miss;
    }
    for (let i = 0; i < gradient.length; i++) {
      const slope = gradient[i]!;
      if (slope === 0) continue;
      this.#squares[i]! += slope * slope;
      weights[i]! += (mixRate * slope) / Math.sqrt(this.#squares[i]! * 0.01 + 1);
    }
  }

  /** Counts one more case of a component. */
  count(component: number): void {
    this.#widen(component + 1);
    this.#cases[component]!++;
    this.#measure(component);
  }

  save(to: Writer): void {
    to.array(this.#room.weights);
    to.array(this.#squares);
    to.array(this.#cases.subarray(0, this.#size));
  }

  load(from: Reader): void {
    this.#room.weights.set(from.array(Float64Array));
    this.#squares.set(from.array(Float64Array));
    const cases = from.array(Float64Array);
    this.#widen(cases.length);
    this.#cases.set(cases);
    for (let id = 0; id < cases.length; id++) this.#measure(id);
  }

  #measure(component: number): void {
    const cases = this.#cases[component]!;
    const { logCases, groups } = this.#room;
    logCases[component] = Math.log(cases + 0.5);
    groups[component] = cases < 2 ? cases : cases < 4 ? 2 : cases < 10 ? 3 : cases < 40 ? 4 : 5;
  }

  #widen(size: number): void {
    if (size <= this.#size) return;
    if (size > this.#cases.length) {
      const { weights } = this.#room;
      this.#room = new TextRoom(size * 2, buckets * inputs);
      this.#room.weights.set(weights);
      const cases = new Float64Array(size * 2);
      cases.set(this.#cases);
      this.#cases = cases;
      for (let id = 0; id < cases.length; id++) this.#measure(id);
    }
    this.#size = size;
  }
}
