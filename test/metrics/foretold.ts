import { Foretold } from '../../src/metrics/foretold.ts';
import type { ComponentId } from '../../src/model/ids.ts';
import type { Prediction, Step } from '../../src/model/prediction.ts';

/** Forecasts as they stand to be judged; null: none was made. */
export function standing(...forecasts: readonly (readonly Prediction[] | null)[]): Foretold[] {
  return forecasts.map((predictions) => {
    const taken = new Foretold();
    if (predictions) taken.take(predictions);
    return taken;
  });
}

/** A forecast for one step: components and their probabilities in turn. */
export function foretold(step: Step, ...pairs: readonly (string | number)[]): Prediction[] {
  const predictions: Prediction[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const component = pairs[at] as ComponentId;
    predictions.push({ component, step, probability: pairs[at + 1] as number, why: 'the test says so' });
  }
  return predictions;
}
