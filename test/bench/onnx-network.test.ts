import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { networkModel } from '../../bench/forecast/onnx-network.mjs';
import { seededRng } from '../../src/time/clock.ts';

it('the network that is timed is a model that ONNX Runtime takes', async () => {
  const session = await InferenceSession.create(networkModel([200, 16, 8, 300], seededRng(1)));
  const input = new Tensor('float32', new Float32Array(200).fill(0.5), [1, 200]);
  const { output } = await session.run({ input });
  expect(output.dims).toEqual([1, 300]);
  expect((output.data as Float32Array).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  await session.release();
});
