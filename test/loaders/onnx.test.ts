import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { onnxSession } from '../../src/loaders/onnx.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { doublingModel } from './onnx-model.ts';

async function doubled(session: InferenceSession): Promise<number[]> {
  const { y } = await session.run({ x: new Tensor('float32', [1, 2.5, -3], [3]) });
  return Array.from(y.data as Float32Array);
}

loaderContract<InferenceSession>('onnx', () => ({
  loader: onnxSession({ model: doublingModel() }),
  works: async (session) => expect(await doubled(session)).toEqual([2, 5, -6]),
  leftovers: { exempt: 'a session is memory within this process and can be seen only by using it' },
  stopsWorking: async (session) => {
    expect((await rejection(doubled(session))).message).toMatch(/disposed|released/i);
  },
  hanging: onnxSession({ model: doublingModel(), warmUp: () => new Promise(() => {}) }),
  failing: {
    loader: onnxSession({ model: '/no/such/model.onnx' }),
    message: /^the model of subject did not become ready: found .*\/no\/such\/model\.onnx.*; check the model file/,
  },
  end: { exempt: 'a session ends only with the process' },
}));

describe('onnxSession', () => {
  test('loads a file by path and by URL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foreload-onnx-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'doubling.onnx');
    writeFileSync(file, doublingModel());
    for (const model of [file, pathToFileURL(file)])
      expect(await doubled(await loaded(onnxSession({ model })))).toEqual([2, 5, -6]);
  });

  test('runs the first inference before it is ready', async () => {
    const seen: number[][] = [];
    await loaded(onnxSession({ model: doublingModel(), warmUp: async (session) => seen.push(await doubled(session)) }));
    expect(seen).toEqual([[2, 5, -6]]);
  });

  test('gives the session back when it is aborted during its first inference', async () => {
    const abort = new AbortController();
    const sessions: InferenceSession[] = [];
    const warmUp = (session: InferenceSession) => {
      sessions.push(session);
      abort.abort();
      return new Promise(() => {});
    };
    await rejection(onnxSession({ model: doublingModel(), warmUp }).load(contextFor('subject', abort.signal)));
    expect((await rejection(doubled(sessions[0]))).message).toMatch(/disposed|released/i);
  });

  test('refuses an address that is not a file at once', () => {
    expect(() => onnxSession({ model: new URL('https://example.com/model.onnx') })).toThrow(/scheme file/);
  });

  test('passes its options on', async () => {
    const options = { sessionOptions: { graphOptimizationLevel: 'nonsense' as 'all' } };
    const error = await rejection(onnxSession({ model: doublingModel(), ...options }).load(contextFor('subject')));
    expect(error.message).toMatch(/graphOptimizationLevel/);
    const elsewhere = onnxSession({ model: doublingModel(), executionProviders: ['abacus'] });
    expect((await rejection(elsewhere.load(contextFor('subject')))).message).toMatch(/abacus/);
  });
});
