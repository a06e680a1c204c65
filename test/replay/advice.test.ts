import { afterAll, describe, expect, it } from 'vitest';
import type { ComponentId } from '../../src/model/ids.ts';
import { Advised } from '../../src/predict/onnx/advised.ts';
import { inputsOf } from '../../src/predict/onnx/encoding.ts';
import type { ForecastModel } from '../../src/predict/onnx/forecast-model.ts';
import { hashWord } from '../../src/predict/words.ts';
import { compare } from '../../src/replay/compare.ts';
import { costsFor } from '../../src/replay/costs.ts';
import { newWorkload, parseBudget, type Scope } from '../../src/replay/workload.ts';
import { readTrace } from '../../src/trace/read-trace.ts';
import { Files } from '../cli/cli.ts';

const files = new Files();
afterAll(() => files.remove());

const encoding = { components: ['a', 'b', 'c'] as ComponentId[], users: [], words: 1024 };

/** Sure of what the coming command says; or, if it does not listen, that what follows in the alphabet comes next. */
function scripted(listens = false): ForecastModel & { readonly batches: number[] } {
  const batches: number[] = [];
  const inputs = inputsOf(encoding);
  const wordsFrom = inputs - 2 * encoding.words;
  return {
    encoding,
    batches,
    run(states, batch) {
      batches.push(batch);
      const probabilities = new Float32Array(batch * 9);
      for (let row = 0; row < batch; row++) {
        const state = states.subarray(row * inputs, (row + 1) * inputs);
        const said = encoding.components.findIndex((id) => state[wordsFrom + (hashWord(id) % encoding.words)] > 0);
        const next = listens ? said : (state.subarray(0, 3).indexOf(1) + 1) % 3;
        if (next >= 0) probabilities[row * 9 + next] = 0.97;
      }
      return Promise.resolve(probabilities);
    },
  };
}

async function replayed(
  rows: readonly string[],
  setting: { lead?: number; scope?: Scope; model?: ForecastModel } = {},
) {
  const trace = await readTrace(files.trace(rows));
  const none = { costs: new Map(), source: 'test' };
  const workload = newWorkload({
    trace,
    costs: costsFor(trace, none, new Map([['any', { bytes: 1, loadMs: 0 }]]), false),
    budget: parseBudget('1slots'),
    scope: setting.scope ?? 'user',
    scoreFrom: 0,
    lead: setting.lead ?? 0,
  });
  const { results } = await compare(workload, {
    policies: ['foreload', 'lru'],
    noSpeculation: false,
    makePredictor: () => new Advised(),
    waste: 1,
    check: true,
    ...(setting.model ? { model: setting.model } : {}),
  });
  return results;
}

describe('a trained model in a replay', () => {
  const cycle = Array.from({ length: 60 }, (_, i) => `${i * 1000},u,,${'abc'[i % 3]}`);

  it('answers at the very time it is asked: what it expects is there for the next command', async () => {
    const model = scripted();
    const { foreload, lru } = await replayed(cycle, { model });
    expect(lru.warmRate).toBe(0);
    expect(foreload.warmRate).toBeCloseTo(59 / 60, 10);
    expect(foreload.wastedShare).toBeLessThan(0.02);
    // Once more without loading ahead, to see what that spoils.
    expect(model.batches).toHaveLength(120);
  });

  it('also between commands of the same time', async () => {
    const { foreload } = await replayed(
      cycle.map((row) => row.replace(/^\d+/, '7')),
      { model: scripted() },
    );
    expect(foreload.warmRate).toBeCloseTo(59 / 60, 10);
  });

  it('is asked about a text that comes before its demands', async () => {
    const said = 'abcacbbacabcbacacbabcabcba'.split('').map((id, i) => `${i * 1000},u,do ${id},${id}`);
    const [early, late] = [
      await replayed(said, { model: scripted(true), lead: 500 }),
      await replayed(said, { model: scripted(true) }),
    ];
    expect(early.foreload.warmRate).toBeCloseTo(25 / 26, 10);
    expect(late.foreload.warmRate).toBe(late.lru.warmRate);
  });

  it('is the same each time, for users apart and together', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => `${i * 500},u${(i * i) % 3},,${'abc'[(i * 5) % 3]}`);
    for (const scope of ['user', 'shared'] as const) {
      expect(await replayed(rows, { scope, model: scripted() })).toEqual(
        await replayed(rows, { scope, model: scripted() }),
      );
    }
  });

  it('is asked where nothing is loaded ahead, too: it says what should stay', async () => {
    const model = scripted();
    const trace = await readTrace(files.trace(cycle));
    const table = new Map([['any', { bytes: 1, loadMs: 0 }]]);
    const workload = newWorkload({
      trace,
      costs: costsFor(trace, null, table, false),
      budget: parseBudget('1slots'),
      scope: 'user',
      scoreFrom: 0,
      lead: 0,
    });
    const options = {
      policies: ['foreload', 'lru'],
      noSpeculation: true,
      makePredictor: () => new Advised(),
      waste: 1,
    };
    await compare(workload, { ...options, model });
    expect(model.batches).toHaveLength(60);
  });
});
