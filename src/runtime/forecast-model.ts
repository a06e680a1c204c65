import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tensorSession } from '../loaders/onnx-tensors.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { inputsOf } from '../predict/onnx/encoding.ts';
import type { ForecastModel } from '../predict/onnx/forecast-model.ts';
import { readModel } from '../predict/onnx/read-model.ts';
import { checkModel, inputName, outputName } from '../predict/onnx/tensors.ts';
import { heads } from '../predict/onnx/network.ts';

/**
 * Opens a forecast model: an ONNX file by path or file URL, or its bytes, in the form that docs/MODEL.md describes. It is
 * tried out once, on two situations of nothing. What answers like a model already is taken as it is.
 * @throws ForeloadError `invalid-model`, or `optional-missing` without the package onnxruntime-node
 */
export async function openForecastModel(model: string | URL | Uint8Array | ForecastModel): Promise<ForecastModel> {
  if (typeof model === 'object' && 'run' in model) return model;
  const where = model instanceof Uint8Array ? 'given as bytes' : model instanceof URL ? fileURLToPath(model) : model;
  const bytes = model instanceof Uint8Array ? model : await bytesOf(where);
  const encoding = checkModel(readModel(bytes, where), where);
  const inputs = inputsOf(encoding);
  const session = await tensorSession(bytes, inputName, outputName).catch((error: unknown) => {
    if (error instanceof ForeloadError) throw error;
    throw unusable('must run in ONNX Runtime', where, reasonOf(error), error);
  });
  const run = async (states: Float32Array, batch: number): Promise<Float32Array> => {
    const probabilities = await session.run(states, [batch, inputs]);
    const expected = batch * heads * encoding.components.length;
    if (probabilities.length === expected) return probabilities;
    throw unusable(`must give ${expected} probabilities for ${batch} situations`, where, String(probabilities.length));
  };
  try {
    const wrong = (await run(new Float32Array(2 * inputs), 2)).find((value) => !(value >= 0 && value <= 1));
    if (wrong !== undefined) throw unusable('must give probabilities from 0 to 1', where, String(wrong));
  } catch (error) {
    await session.close();
    throw error instanceof ForeloadError ? error : unusable('must run in ONNX Runtime', where, reasonOf(error), error);
  }
  return { encoding, run, close: () => session.close() };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ForeloadError('invalid-model', {
      what: "a forecast model can't be read",
      where: path,
      found: reasonOf(error),
      remedy: 'check the path',
      cause: error,
    });
  }
}

function unusable(what: string, where: string, found: string, cause?: unknown): ForeloadError {
  return new ForeloadError('invalid-model', {
    what: `a forecast model ${what}`,
    where,
    found,
    remedy: 'correct the model; docs/MODEL.md describes what it must be',
    ...(cause === undefined ? {} : { cause }),
  });
}
