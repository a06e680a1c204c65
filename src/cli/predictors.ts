import { ForeloadError } from '../model/errors.ts';
import { Blend } from '../predict/blend/blend.ts';
import { History } from '../predict/history.ts';
import { Markov2 } from '../predict/markov2.ts';
import { Advised } from '../predict/onnx/advised.ts';
import type { Predictor } from '../predict/predictor.ts';

/** Every predictor that can be named on a command line; the first is the one that `foreload` runs with. */
const predictors: Readonly<Record<string, () => Predictor>> = {
  blend: () => new Blend(),
  markov2: () => new Markov2(),
  history: () => new History(),
};

/** Those that a trained model advises: the first is the one that `foreload` runs with when there is a model. */
const advised: Readonly<Record<string, () => Predictor>> = {
  'onnx+blend': () => new Blend(),
  onnx: () => new Advised(),
};

export const predictorNames: readonly string[] = Object.keys(predictors);
/** What `foreload forecast` compares unless told otherwise. */
export const comparedNames: readonly string[] = ['blend', 'markov2'];
export const advisedNames: readonly string[] = Object.keys(advised);

/** @throws ForeloadError `unknown-policy` */
export function predictorNamed(name: string): () => Predictor {
  const known = { ...predictors, ...advised };
  const make = Object.hasOwn(known, name) ? known[name] : undefined;
  if (make) return make;
  throw new ForeloadError('unknown-policy', {
    what: 'no such predictor',
    found: JSON.stringify(name),
    remedy: `use some of ${predictorNames.join(', ')}, and with a model ${advisedNames.join(', ')}`,
  });
}

export const defaultPredictor: () => Predictor = predictorNamed(predictorNames[0]!);
export const defaultAdvised: () => Predictor = predictorNamed(advisedNames[0]!);
