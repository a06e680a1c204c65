import { channelCount, type Kernels, type Mixture } from '../../simd/kernels.ts';
import { kernelsFor } from '../../simd/simd.ts';
import { namedLimit } from './likeliest.ts';

/** What a text says of each component, by index. The arrays are used again by the next call. */
export interface TextScores {
  /** Natural logarithms of probabilities that add up to 1: the channels below, mixed, and how often each one came. */
  readonly logProbability: Float64Array;
  readonly probability: Float64Array;
  /** Log-likelihoods of naive Bayes, scaled down for dependence, their mean 0. */
  readonly bayes: Float64Array;
  /** Those of each component's service, which components share that have no examples of their own. */
  readonly services: Float64Array;
  /** What the linear model adds. */
  readonly linear: Float64Array;
  /** How well each component's name fits; 0: not at all. */
  readonly names: Float64Array;
  /** The likeliest components, likeliest first: {@link namedLimit}, if there are so many. */
  readonly likeliest: Int32Array;
}

/** Room for what is mixed into the scores of so many components, in groups whose weights differ. */
export class TextRoom implements Mixture {
  readonly size: number;
  readonly channels: Float64Array;
  readonly groups: Uint8Array;
  readonly weights: Float64Array;
  readonly logs: Float64Array;
  readonly probabilities: Float64Array;
  /** By component: the logarithm of how often it came. */
  readonly logCases: Float64Array;
  readonly #kernels: Kernels;

  constructor(size: number, weights: number) {
    const kernels = kernelsFor((size + 4) * bytesEach + weights * 8 + 128);
    this.#kernels = kernels;
    this.logs = kernels.doubles(size);
    this.size = this.logs.length;
    this.probabilities = kernels.doubles(size);
    this.channels = kernels.doubles(channelCount * this.size);
    this.groups = kernels.bytes(size);
    this.weights = kernels.doubles(weights);
    this.logCases = this.#channel(3, this.size);
  }

  /** Those of the first `size` components. */
  scores(size: number): TextScores {
    return {
      logProbability: this.logs.subarray(0, size),
      probability: this.probabilities.subarray(0, size),
      bayes: this.#channel(0, size),
      linear: this.#channel(1, size),
      names: this.#channel(2, size),
      services: this.#channel(4, size),
      likeliest: new Int32Array(Math.min(size, namedLimit)),
    };
  }

  /** Computes the probabilities of the first `size` components from the channels. */
  mix(size: number): void {
    this.#kernels.mix(size, this);
  }

  #channel(number: number, size: number): Float64Array {
    return this.channels.subarray(number * this.size, number * this.size + size);
  }
}

/** Logarithm, probability, channels and group of a component. */
const bytesEach = 8 + 8 + 8 * channelCount + 1;
