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
}

/** Scores of no component yet, for `size` components. */
export const textScores = (size: number): TextScores => ({
  logProbability: new Float64Array(size),
  probability: new Float64Array(size),
  bayes: new Float64Array(size),
  services: new Float64Array(size),
  linear: new Float64Array(size),
  names: new Float64Array(size),
});

/** The first `size` of scores, in the same memory. */
export const firstOf = (scores: TextScores, size: number): TextScores => ({
  logProbability: scores.logProbability.subarray(0, size),
  probability: scores.probability.subarray(0, size),
  bayes: scores.bayes.subarray(0, size),
  services: scores.services.subarray(0, size),
  linear: scores.linear.subarray(0, size),
  names: scores.names.subarray(0, size),
});
