import type { ComponentId } from '../model/ids.ts';
import { type Step, steps } from '../model/prediction.ts';
import type { Foretold } from './foretold.ts';
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

/**
 * Compares what a command demanded with the forecasts that stood before it.
 * @param standing the forecast that stood before this command's first demand, the one that stood before the command
 *   before, and so on
 */
export function scoreCommand(
  demanded: readonly ComponentId[],
  standing: readonly Foretold[],
  simple: SimplePredictors,
): ScoredCommand {
  return {
    steps: steps.map((step) => {
      const foretold = standing[step - 1];
      return foretold?.made ? scoreStep(demanded, foretold, step) : null;
    }),
    simple: demanded.map((component) => simple.ranksOf(component)),
  };
}

function scoreStep(demanded: readonly ComponentId[], foretold: Foretold, step: Step): ScoredStep {
  const ranks = demanded.map(() => -1);
  let first: ScoredStep['first'] = null;
  // A demand that was not foretold costs 1, as if it had been given 0.
  let brier = demanded.length;
  const count = foretold.count(step);
  for (let place = 0; place < count; place++) {
    const probability = foretold.probability(step, place);
    const need = demanded.indexOf(foretold.component(step, place));
    if (need >= 0) ranks[need] = place;
    brier += need >= 0 ? (1 - probability) ** 2 - 1 : probability ** 2;
    first ??= { probability, came: need >= 0 };
  }
  return { ranks, first, brier };
}
