import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { providersOf } from '../../src/loaders/onnx-tensors.ts';
import type { ComponentId } from '../../src/model/ids.ts';
import type { ForecastModel } from '../../src/predict/onnx/forecast-model.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import { Advised } from '../../src/predict/onnx/advised.ts';
import { message } from '../../src/predict/onnx/protobuf.ts';
import { readConfigFile } from '../../src/runtime/config-file.ts';
import { openForecastModel } from '../../src/runtime/forecast-model.ts';
import { createForeload } from '../../src/runtime/foreload.ts';
import { doublingModel } from '../loaders/onnx-model.ts';
import { toyModel } from '../predict/onnx/toy.ts';
import { instant, settled, world } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreload-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const components = {
  a: { loader: instant('a'), size: '10MB' },
  b: { loader: instant('b'), size: '10MB' },
  c: { loader: instant('c'), size: '10MB' },
};

/** A model whose runs are answered by hand: each for every situation alike. */
function handModel(): ForecastModel & {
  readonly runs: { readonly batch: number; answer(component: string): void; fail(error: Error): void }[];
  closed: number;
} {
  const ids = ['a', 'b', 'c'] as ComponentId[];
  const runs: ReturnType<typeof handModel>['runs'] = [];
  const model = {
    encoding: { components: ids, users: [], words: 0 },
    runs,
    closed: 0,
    run: (_: Float32Array, batch: number) =>
      new Promise<Float32Array>((resolve, fail) => {
        const answer = (component: string): void => {
          const sure = Array.from({ length: batch * 9 }, (__, i) => (ids[i % 9] === component ? 0.97 : 0));
          resolve(Float32Array.from(sure));
        };
        runs.push({ batch, answer, fail });
      }),
    close: () => {
      model.closed++;
      return Promise.resolve();
    },
  };
  return model;
}

const kinds = (notices: readonly { readonly kind: string }[], ...wanted: string[]): string[] =>
  notices.map(({ kind }) => kind).filter((kind) => wanted.includes(kind));

describe('a trained model, live', () => {
  it('has what it expects loaded ahead', async () => {
    const model = handModel();
    const { foreload, notices } = world(components, { forecastModel: model, waste: 1 });
    await settled();
    expect(kinds(notices, 'model-ready', 'model-failed')).toEqual(['model-ready']);
    foreload.observe({ text: 'anything' });
    await settled();
    model.runs[0].answer('b');
    await settled();
    expect((await foreload.acquire('b')).found).toBe('warm');
    expect(foreload.status().ledger.preloads.timely).toBe(1);
    await foreload.close();
    expect(model.closed).toBe(1);
  });

  it('is asked about all who wait at once, and of each only the latest', async () => {
    const model = handModel();
    const { foreload } = world(components, { forecastModel: model });
    await settled();
    for (const user of ['ann', 'bob', 'cy']) foreload.observe({ text: 'go', user });
    await settled();
    expect(model.runs.map(({ batch }) => batch)).toEqual([3]);
    for (let again = 0; again < 5; again++) for (const user of ['ann', 'bob']) foreload.observe({ text: 'on', user });
    await settled();
    expect(model.runs).toHaveLength(1);
    model.runs[0].answer('a');
    await settled();
    expect(model.runs.map(({ batch }) => batch)).toEqual([3, 2]);
    await foreload.close();
  });

  it('is not listened to when the user has moved on', async () => {
    const model = handModel();
    const { foreload, notices } = world(components, { forecastModel: model, waste: 1 });
    await settled();
    const command = foreload.observe({ text: 'go' });
    await settled();
    (await command.acquire('a')).release();
    await settled();
    const told = kinds(notices, 'forecast').length;
    model.runs[0].answer('b');
    await settled();
    expect(kinds(notices, 'forecast')).toHaveLength(told);
    expect(foreload.status().components.find(({ id }) => id === 'b')!.state).toBe('cold');
    await foreload.close();
  });

  it('that hangs keeps nobody waiting, and a bounded few questions', async () => {
    const model = handModel();
    const { foreload } = world(components, { forecastModel: model });
    await settled();
    foreload.observe({ text: 'go' });
    await settled();
    for (let user = 0; user < 1000; user++) foreload.observe({ text: 'go', user: `user ${user}` });
    expect((await foreload.acquire('a')).value).toBe('a');
    model.runs[0].answer('b');
    for (let run = 1; run < 10 && model.runs[run - 1]; run++) {
      await settled();
      model.runs[run]?.answer('b');
    }
    expect(model.runs.slice(1).map(({ batch }) => batch)).toEqual([64, 64, 64, 64]);
    foreload.observe({ text: 'go' });
    await settled();
    await foreload.close();
    expect(model.closed).toBe(0);
    model.runs.at(-1)!.answer('b');
    await settled();
    expect(model.closed).toBe(1);
  });

  it('that fails is told once and not asked again; forecasts go on', async () => {
    const model = handModel();
    const { foreload, notices } = world(components, { forecastModel: model });
    await settled();
    foreload.observe({ text: 'go' });
    await settled();
    model.runs[0].fail(new Error('out of memory'));
    await settled();
    for (let again = 0; again < 3; again++) foreload.observe({ text: 'go' });
    await settled();
    expect(model.runs).toHaveLength(1);
    expect(notices.filter(({ kind }) => kind === 'model-failed')).toEqual([
      { kind: 'model-failed', at: 0, error: new Error('out of memory') },
    ]);
    expect(kinds(notices, 'forecast')).toHaveLength(4);
    expect(model.closed).toBe(1);
    await foreload.close();
  });

  it('that can not be opened is told, and commands are served without it', async () => {
    const { foreload, notices } = world(components, { forecastModel: join(folder, 'nowhere.onnx') });
    await vi.waitFor(() => expect(kinds(notices, 'model-failed')).toHaveLength(1));
    const [failed] = notices.filter((notice) => notice.kind === 'model-failed');
    expect(failed.error).toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/nowhere\.onnx.*ENOENT/),
    });
    expect((await foreload.acquire('a')).value).toBe('a');
    await foreload.close();
  });

  it('that opens only after the close is given back', async () => {
    const model = handModel();
    const { foreload, notices } = world(components, { forecastModel: model });
    await foreload.close();
    await settled();
    expect(model.closed).toBe(1);
    expect(kinds(notices, 'model-ready')).toEqual([]);
  });

  it('needs a predictor that takes advice', () => {
    const make = () =>
      createForeload({ components, pressure: false, predictor: new Markov2(), forecastModel: 'm.onnx' });
    expect(make).toThrow(/needs a predictor that takes advice \(predictor\): found markov2 without advise/);
  });

  it.each([[''], [5], [{}]])('is not %j', (forecastModel) => {
    expect(() => createForeload({ components, pressure: false, forecastModel: forecastModel as never })).toThrow(
      expect.objectContaining({ code: 'invalid-config' }),
    );
  });
});

describe('a trained model from a file', () => {
  it('forecasts from the first command on, what only the recordings could tell', async () => {
    const path = join(folder, 'toy.onnx');
    writeFileSync(path, await toyModel());
    const { foreload, notices } = world(components, { forecastModel: path, predictor: new Advised(), waste: 1 });
    await vi.waitFor(() => expect(kinds(notices, 'model-ready')).toHaveLength(1));
    const found: string[] = [];
    for (const id of ['a', 'b', 'c'] as const) {
      const lease = await foreload.observe().acquire(id);
      found.push(lease.found);
      lease.release();
      const told = kinds(notices, 'forecast').length;
      // The answer leads to a forecast of its own.
      await vi.waitFor(() => expect(kinds(notices, 'forecast').length).toBeGreaterThan(told));
    }
    expect(found).toEqual(['cold', 'warm', 'warm']);
    await foreload.close();
  });

  it('is found beside a JSON configuration', async () => {
    const config = join(folder, 'foreload.json');
    writeFileSync(config, JSON.stringify({ forecastModel: 'toy.onnx', components: {} }));
    expect((await readConfigFile(config)).forecastModel).toBe(join(folder, 'toy.onnx'));
  });

  it('opens by path, file URL and as bytes', async () => {
    const path = join(folder, 'any.onnx');
    writeFileSync(path, await toyModel());
    for (const model of [path, pathToFileURL(path), readFileSync(path)]) {
      const opened = await openForecastModel(model);
      const given = await opened.run(new Float32Array(opened.encoding.components.length * 15 + 39), 3);
      expect(given).toHaveLength(27);
      await opened.close?.();
    }
  });

  it('is refused when it is another model, or gives no probabilities', async () => {
    await expect(openForecastModel(doublingModel())).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/needs the entry foreload in its metadata_props \(given as bytes\): found none/),
    });
    await expect(openForecastModel(await negated())).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/must give probabilities from 0 to 1 \(given as bytes\): found -/),
    });
    await expect(openForecastModel(broken())).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/must run in ONNX Runtime \(given as bytes\): found /),
    });
  });
});

it('CoreML is asked for where there is macOS, the CPU elsewhere', () => {
  expect([providersOf('darwin'), providersOf('linux'), providersOf('win32')]).toEqual([
    ['coreml', 'cpu'],
    ['cpu'],
    ['cpu'],
  ]);
});

const metadata = (inputs: number): string => {
  // 15 inputs with one component and no words: each user adds one.
  const users = Array.from({ length: inputs - 18 }, (_, user) => user);
  return JSON.stringify({ format: 1, components: ['a'], users, words: 0 });
};

/** A model that is right in form and wrong in substance: `probabilities = -(x w + 1)`, three of one component. */
async function negated(): Promise<Uint8Array> {
  return model([
    [
      1,
      [
        [1, 'state'],
        [1, 'w'],
        [1, 'b'],
        [2, 'sums'],
        [4, 'Gemm'],
      ],
    ],
    [
      1,
      [
        [1, 'sums'],
        [2, 'minus'],
        [4, 'Neg'],
      ],
    ],
    [
      1,
      [
        [1, 'minus'],
        [1, 'shape'],
        [2, 'probabilities'],
        [4, 'Reshape'],
      ],
    ],
  ]);
}

/** A model with an operator that does not exist. */
const broken = (): Uint8Array =>
  model([
    [
      1,
      [
        [1, 'state'],
        [2, 'probabilities'],
        [4, 'Abracadabra'],
      ],
    ],
  ]);

function model(nodes: Parameters<typeof message>[0]): Uint8Array {
  const inputs = 20;
  const floats = (name: string, dims: readonly number[]): Parameters<typeof message>[0][number] => {
    const values = new Float32Array(dims.reduce((size, dim) => size * dim, 1)).fill(1);
    return [5, [...dims.map((dim) => [1, dim] as const), [2, 1], [8, name], [9, new Uint8Array(values.buffer)]]];
  };
  const shape = new Uint8Array(BigInt64Array.of(-1n, 3n, 1n).buffer);
  const tensor = (name: string, dims: readonly (string | number)[]): Parameters<typeof message>[0] => {
    const sizes = dims.map(
      (dim) => [1, [typeof dim === 'string' ? ([2, dim] as const) : ([1, dim] as const)]] as const,
    );
    return [
      [1, name],
      [
        2,
        [
          [
            1,
            [
              [1, 1],
              [2, sizes],
            ],
          ],
        ],
      ],
    ];
  };
  return message([
    [1, 7],
    [
      7,
      [
        ...nodes,
        [2, 'test'],
        floats('w', [inputs, 3]),
        floats('b', [3]),
        [
          5,
          [
            [1, 3],
            [2, 7],
            [8, 'shape'],
            [9, shape],
          ],
        ],
        [11, tensor('state', ['batch', inputs])],
        [12, tensor('probabilities', ['batch', 3, 1])],
      ],
    ],
    [
      8,
      [
        [1, ''],
        [2, 13],
      ],
    ],
    [
      14,
      [
        [1, 'foreload'],
        [2, metadata(inputs)],
      ],
    ],
  ]);
}
