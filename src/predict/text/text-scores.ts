/** What a text says of each component, by index. The arrays are used again by the next call. */
export interface TextScores {
  /** Natural logarithms of probabilities that add up to 1: the channels mixed, with how often each component came. */
  readonly logProbability: Float64Array;
  readonly probability: Float64Array;
  /** Log-likelihoods of naive Bayes, their mean 0. */
  readonly bayes: Float64Array;
  /** Those of each component's service, which components share that have no examples of their own. */
  readonly services: Float64Array;
  /** What the linear model adds to them. */
  readonly linear: Float64Array;
  /** How well each component's name fits; 0: not at all. */
  readonly names: Float64Array;
}

export const textScores = (size: number): TextScores => ({
  logProbability: new Float64Array(size),
  probability: new Float64Array(size),
  bayes: new Float64Array(size),
  services: new Float64Array(size),
  linear: new Float64Array(size),
  names: new Float64Array(size),
});
