import type { ComponentId } from '../model/ids.ts';
import { type Prediction, type Step, steps } from '../model/prediction.ts';
import type { SimplePredictors } from './simple-predictors.ts';

/** What a forecast for one step was worth, once its command is over. */
export interface ScoredStep {
  /** Where each need stood in the forecast, the likeliest 0; -1: not among the first five. */
  readonly ranks: readonly number[];
  /** The likeliest component and whether it came; null if nothing was foretold. */
  readonly first: { readonly probability: number; readonly came: boolean } | null;
  readonly brier: number;
}

/** One command beside what was foretold of it. */
export interface ScoredCommand {
  /** By step, from 1; null where no forecast was made. */
  readonly steps: readonly (ScoredStep | null)[];
  /** For each need where each simple predictor had it, in the order of `simplePredictors`. */
  readonly simple: readonly (readonly number[])[];
}

/** Of each step as many candidates are looked at as any figure needs. */
const places = 5;

/**
 * Compares what a command demanded with the forecasts that stood before it.
 * @param standing the forecast that stood before this command's first demand, the one that stood before the command
 *   before, and so on; null where none was made
 */
export function scoreCommand(
  demanded: readonly ComponentId[],
  standing: readonly (readonly Prediction[] | null)[],
  simple: SimplePredictors,
): ScoredCommand {
  return {
    steps: steps.map((step) => {
      const forecast = standing[step - 1];
      return forecast ? scoreStep(demanded, forecast, step) : null;
    }),
    simple: demanded.map((component) => simple.ranksOf(component)),
  };
}

function scoreStep(demanded: readonly ComponentId[], forecast: readonly Prediction[], step: Step): ScoredStep {
  const ranks = demanded.map(() => -1);
  let first: ScoredStep['first'] = null;
  let place = 0;
  // A demand that was not foretold costs 1, as if it had been given 0.
  let brier = demanded.length;
  for (const { component, probability, step: its } of forecast) {
    if (its !== step) continue;
    const need = demanded.indexOf(component);
    if (need >= 0) ranks[need] = place;
    brier += need >= 0 ? (1 - probability) ** 2 - 1 : probability ** 2;
    first ??= { probability, came: need >= 0 };
    if (++place === places) break;
  }
  return { ranks, first, brier };
}
