import { ForeloadError } from '../model/errors.ts';
import { History } from '../predict/history.ts';
import { Markov2 } from '../predict/markov2.ts';
import type { Predictor } from '../predict/predictor.ts';

/** Every predictor that can be named on a command line; the first is the one that `foreload` runs with. */
const predictors: Readonly<Record<string, () => Predictor>> = {
  markov2: () => new Markov2(),
  history: () => new History(),
};

export const predictorNames: readonly string[] = Object.keys(predictors);

/** @throws ForeloadError `unknown-policy` */
export function predictorNamed(name: string): () => Predictor {
  const make = Object.hasOwn(predictors, name) ? predictors[name] : undefined;
  if (make) return make;
  throw new ForeloadError('unknown-policy', {
    what: 'no such predictor',
    found: JSON.stringify(name),
    remedy: `use some of ${predictorNames.join(', ')}`,
  });
}

export const defaultPredictor: () => Predictor = predictorNamed(predictorNames[0]!);
