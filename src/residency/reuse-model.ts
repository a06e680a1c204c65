import { type LoadFrom, rowFrom, type SaveTo } from '../model/saving.ts';
import type { Likelihood } from './outlook.ts';

/** What is known of a component when it is asked whether it will be used; see {@link reuseFeatures}. */
export type ReuseFeatures = Float64Array;

export const featureCount = 15;

/** What {@link reuseFeatures} looks at. */
export interface ReuseFacts {
  /** Probability by the standing forecasts: of the next one, two and three commands. */
  readonly expected: Likelihood;
  /** Probability within 10 s, 1 min, 10 min and 1 h, where the predictor can tell. */
  readonly within: readonly number[] | null;
  /** Demands of anything since its last; Infinity: it was never demanded. */
  readonly since: number;
  /** Its demands so far. */
  readonly demands: number;
  /** Commands of the user it is asked for, so far. */
  readonly commands: number;
  /** Its place in the policy's order, 0 (leaves first) to 1 (stays longest); null: it is not in memory, or not among the first. */
  readonly rank: number | null;
}

/** The facts as numbers of like size: log-odds of probabilities, logarithms of counts. */
export function reuseFeatures(
  facts: ReuseFacts,
  features: ReuseFeatures = new Float64Array(featureCount),
): ReuseFeatures {
  const { expected, within, since, demands, commands, rank } = facts;
  features[0] = 1;
  features[1] = logit(expected.three);
  features[2] = logit(expected.two);
  features[3] = logit(expected.one);
  for (let window = 0; window < 4; window++) features[4 + window] = within ? logit(within[window]!) / 4 : 0;
  const never = since === Number.POSITIVE_INFINITY;
  features[8] = never ? 1 : 0;
  features[9] = never ? 0 : Math.log(1 + since);
  features[10] = never ? 0 : Math.log(1 + demands);
  features[11] = 1 / Math.max(1, commands);
  features[12] = Math.log(Math.max(1, commands)) / 4;
  features[13] = rank ?? 0;
  features[14] = rank === null ? 1 : 0;
  return features;
}

/**
 * Learns how likely a component is used before its memory goes to something else: logistic regression on the log loss,
 * one case at a time, with a pace of its own for each feature (AdaGrad; Duchi, Hazan & Singer, JMLR 2011). It begins by
 * believing the forecasts, of the next command more than of those after it.
 */
export class ReuseModel {
  readonly #weights = new Float64Array(featureCount);
  readonly #squares = new Float64Array(featureCount).fill(1);

  constructor() {
    this.#weights[1] = 0.4;
    this.#weights[2] = 0.2;
    this.#weights[3] = 0.4;
  }

  save(to: SaveTo): void {
    to.number(featureCount);
    to.array(this.#weights);
    to.array(this.#squares);
  }

  /** Reads what was saved; what it returns takes it over, unless it was learned of other features. Throws a RangeError. */
  load(from: LoadFrom): () => void {
    const features = from.small(mostFeatures);
    const weights = rowFrom(from, features);
    const squares = rowFrom(from, features, 1);
    return () => {
      if (features !== featureCount) return;
      this.#weights.set(weights);
      this.#squares.set(squares);
    };
  }

  /** Probability of a use, 0..1. */
  chance(features: ReuseFeatures): number {
    let sum = 0;
    for (let at = 0; at < featureCount; at++) sum += this.#weights[at]! * features[at]!;
    return 1 / (1 + Math.exp(-sum));
  }

  /** What had these features was used, or was not. */
  learn(features: ReuseFeatures, used: boolean): void {
    const miss = (used ? 1 : 0) - this.chance(features);
    for (let at = 0; at < featureCount; at++) {
      const slope = miss * features[at]!;
      if (slope === 0) continue;
      this.#squares[at]! += slope * slope;
      this.#weights[at]! += (pace * slope) / Math.sqrt(this.#squares[at]!);
    }
  }
}

const pace = 0.1;
const mostFeatures = 1000;
const logit = (probability: number): number => {
  const inside = Math.min(0.995, Math.max(0.002, probability));
  return Math.log(inside / (1 - inside));
};
