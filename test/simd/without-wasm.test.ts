import { afterEach, describe, expect, test, vi } from 'vitest';

const components = 150;
const words = ['open', 'the', 'report', 'of', 'friday', 'send', 'mail', 'to', 'print', 'page', 'weather', 'rain'];

/** What a text model gives and holds after it learned, and which kernels it had. */
async function learned(): Promise<{ kind: string; scores: Float64Array; snapshot: Uint8Array }> {
  vi.resetModules();
  const { TextModel } = await import('../../src/predict/text/text-model.ts');
  const { kernelsFor } = await import('../../src/simd/simd.ts');
  const { seededRng } = await import('../../src/time/clock.ts');
  const rng = seededRng(1);
  const model = new TextModel();
  for (let id = 0; id < components; id++) model.register(id, `${words[id % words.length]}.${words[id % 7]}${id}`);
  const said = (): string => Array.from({ length: 5 }, () => words[Math.floor(rng.next() * words.length)]).join(' ');
  for (let at = 0; at < 400; at++) model.learn(model.featuresOf(said()), Math.floor(rng.next() ** 2 * components));
  const { probability } = model.score(model.featuresOf(said()), components)!;
  return { kind: kernelsFor(100_000).kind, scores: probability.slice(), snapshot: model.snapshot() };
}

describe('where there is no WebAssembly', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('texts teach and say the same, bit for bit', async () => {
    const wasm = await learned();
    vi.stubGlobal('WebAssembly', undefined);
    const plain = await learned();
    expect([wasm.kind, plain.kind]).toEqual(['wasm', 'plain']);
    expect(plain.scores).toEqual(wasm.scores);
    expect(Buffer.compare(plain.snapshot, wasm.snapshot)).toBe(0);
  });
});
