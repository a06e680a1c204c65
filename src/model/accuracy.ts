import type { UserId } from './ids.ts';
import type { Step } from './prediction.ts';

/** How good forecasts were. METRICS.md defines every figure; a share is 0..1, and null where nothing was counted. */

/** Shares of needs that were the likeliest, or among the three or five likeliest, of their forecast. */
export interface TopShares {
  readonly top1: number | null;
  readonly top3: number | null;
  readonly top5: number | null;
}

export interface StepAccuracy extends TopShares {
  /** How far what the likeliest component was given is from how often it came, 20 bins. */
  readonly ece: number | null;
  /** Mean squared error of the probabilities, summed over the components of a command: 0 is perfect. */
  readonly brier: number | null;
}

/** What runs beside the forecast, to be beaten. */
export type SimplePredictor = 'last' | 'recent' | 'frequent' | 'follower';
export const simplePredictors: readonly SimplePredictor[] = ['last', 'recent', 'frequent', 'follower'];

/** How good forecasts have been lately: the weight of a command halves with every 200 that follow it. */
export interface ForecastAccuracy {
  /** Commands scored so far, at full weight. */
  readonly commands: number;
  readonly steps: Readonly<Record<Step, StepAccuracy>>;
  /** Share of needs that a simple predictor foresaw, less that of the forecast, at step 1: above 0 it was better. */
  readonly regret: Readonly<Record<SimplePredictor, TopShares>>;
}

/** A simple predictor has lately been better, by more than chance would have it. */
export interface ForecastBehind {
  readonly simple: SimplePredictor;
  /** Among how many of the likeliest what came was looked for. */
  readonly top: 1 | 3 | 5;
  /** By how much it was better: a difference of shares, 0..1. */
  readonly regret: number;
}

/** Forecasts in all and by user. */
export interface ForecastStatus {
  readonly all: ForecastAccuracy;
  /** The users who gave commands last, at most ten, the latest first. */
  readonly users: readonly (ForecastAccuracy & { readonly user: UserId })[];
  /** Set while a simple predictor does better. */
  readonly behind: ForecastBehind | null;
}
