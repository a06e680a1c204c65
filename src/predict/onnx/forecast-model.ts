import { type Prediction, type Step, steps } from '../../model/prediction.ts';
import type { Situation } from '../../model/situation.ts';
import { Encoder, type Encoding } from './encoding.ts';
import { heads } from './network.ts';

/** A trained model, ready to be asked. */
export interface ForecastModel {
  /** What its inputs and outputs stand for. */
  readonly encoding: Encoding;
  /**
   * @param states `batch` encoded situations, one after the other
   * @returns for each, step after step, the probability of each component: [batch, 3, components]
   */
  run(states: Float32Array, batch: number): Promise<Float32Array>;
  /** Gives its memory back. */
  close?(): Promise<void>;
}

/** Situations that a model is asked about at once, at most. */
export const batchLimit = 64;
/** Components that a forecast lists for a step, at most. */
const listed = 32;
/** What is less likely is not listed. */
const least = 1e-4;

/** Gives for each situation, in their order, what is expected: for each step the likeliest first. */
export type Asker = (situations: readonly Situation[]) => Promise<Prediction[][]>;

/** Asks a model, about all situations in one run. */
export function askerOf(model: ForecastModel): Asker {
  const encoder = new Encoder(model.encoding);
  const { inputs } = encoder;
  return async (situations) => {
    const states = new Float32Array(situations.length * inputs);
    situations.forEach((situation, row) => {
      encoder.addTo(states.subarray(row * inputs, (row + 1) * inputs), situation);
    });
    const size = heads * model.encoding.components.length;
    const probabilities = await model.run(states, situations.length);
    return situations.map((_, row) =>
      predictionsIn(probabilities.subarray(row * size, (row + 1) * size), model.encoding),
    );
  };
}

function predictionsIn(probabilities: Float32Array, { components }: Encoding): Prediction[] {
  return steps.flatMap((step) => likeliest(probabilities, step, components));
}

function likeliest(all: Float32Array, step: Step, components: Encoding['components']): Prediction[] {
  const from = (step - 1) * components.length;
  const found: Prediction[] = [];
  components.forEach((component, index) => {
    // Also drops what is no number.
    if (!(all[from + index]! >= least)) return;
    const probability = Math.min(1, all[from + index]!);
    found.push({
      component,
      step,
      probability,
      why: `the trained model expects ${component} at ${percent(probability)}`,
    });
  });
  return found.sort((a, b) => b.probability - a.probability).slice(0, listed);
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;
