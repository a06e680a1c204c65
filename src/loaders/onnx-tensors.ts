import process from 'node:process';
import type { InferenceSession } from 'onnxruntime-node';
import { importOptional } from './optional.ts';

/** A session with one float32 input and one float32 output of interest. */
export interface TensorSession {
  /** @returns the output's values, row after row */
  run(values: Float32Array, shape: readonly number[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens a small model that runs beside everything else: on one thread, on CoreML where there is macOS, else on the CPU.
 * @throws ForeloadError `optional-missing` without the package onnxruntime-node; whatever it throws for a bad model
 */
export async function tensorSession(model: Uint8Array, input: string, output: string): Promise<TensorSession> {
  const { InferenceSession, Tensor } = await importOptional(
    'onnxruntime-node',
    'a forecast model',
    () => import('onnxruntime-node'),
  );
  const session = await InferenceSession.create(model, {
    executionProviders: providersOf(process.platform),
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  return {
    async run(values, shape) {
      const results = await session.run({ [input]: new Tensor('float32', values, [...shape]) }, [output]);
      return results[output]!.data as Float32Array;
    },
    close: () => session.release(),
  };
}

/** Where a model may run on a platform, best first. */
export const providersOf = (platform: NodeJS.Platform): InferenceSession.ExecutionProviderConfig[] =>
  platform === 'darwin' ? ['coreml', 'cpu'] : ['cpu'];
