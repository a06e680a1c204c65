import type { ComponentId } from '../../src/model/ids.ts';
import type { Prediction, Step } from '../../src/model/prediction.ts';

/** A forecast for one step: components and their probabilities in turn. */
export function foretold(step: Step, ...pairs: readonly (string | number)[]): Prediction[] {
  const predictions: Prediction[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const component = pairs[at] as ComponentId;
    predictions.push({ component, step, probability: pairs[at + 1] as number, why: 'the test says so' });
  }
  return predictions;
}
