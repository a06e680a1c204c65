import { ForeloadError } from '../model/errors.ts';
import { batchLimit } from '../predict/onnx/forecast-model.ts';
import { type Network, probabilitiesOf } from '../predict/onnx/network.ts';
import type { Sample } from '../predict/onnx/samples.ts';
import { openForecastModel } from '../runtime/forecast-model.ts';

/** What ONNX Runtime makes of a written model, beside what it was written from. */
export interface ModelCheck {
  readonly samples: number;
  /** Between two probabilities. */
  readonly greatestDifference: number;
}

/** Situations that are compared, at most. */
const compared = 4 * batchLimit;
/** Single precision, summed up in another order, differs by a hundredth of this. */
const tolerance = 1e-4;

/**
 * Loads a model into ONNX Runtime and compares what it gives with what the network gives.
 * @returns null if the optional package is not installed
 * @throws ForeloadError `invalid-model` if they differ
 */
export async function checkWritten(
  bytes: Uint8Array,
  network: Network,
  samples: readonly Sample[],
): Promise<ModelCheck | null> {
  const model = await openForecastModel(bytes).catch((error: unknown) => {
    if (error instanceof ForeloadError && error.code === 'optional-missing') return null;
    throw error;
  });
  if (!model) return null;
  const { inputs } = network.shape;
  let greatest = 0;
  try {
    for (let from = 0; from < Math.min(samples.length, compared); from += batchLimit) {
      const batch = samples.slice(from, from + batchLimit);
      const states = new Float32Array(batch.length * inputs);
      batch.forEach(({ indices, values }, row) => {
        indices.forEach((index, i) => (states[row * inputs + index]! += values[i]!));
      });
      const given = await model.run(states, batch.length);
      const expected = batch.flatMap((sample) => [...probabilitiesOf(network, sample)]);
      expected.forEach((value, i) => (greatest = Math.max(greatest, Math.abs(value - given[i]!))));
    }
  } finally {
    await model.close?.();
  }
  // Also refuses what is no number.
  if (!(greatest <= tolerance)) {
    throw new ForeloadError('invalid-model', {
      what: 'the trained model gives other probabilities in ONNX Runtime than it was written from',
      found: `a difference of ${greatest}`,
      remedy: `report it, with the version of onnxruntime-node; up to ${tolerance} is expected`,
    });
  }
  return { samples: Math.min(samples.length, compared), greatestDifference: greatest };
}
