import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainJson } from '../../src/cli/train.ts';
import { ForeloadError } from '../../src/model/errors.ts';
import { Files, foreload, replay } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());
const airline = fileURLToPath(new URL('../../data/traces/tau-airline.csv.gz', import.meta.url));

/** a, b, c in turn, a minute apart, by two users. */
const turns = Array.from(
  { length: 240 },
  (_, i) => `${(i >> 1) * 60_000},${i % 2 ? 'ann' : 'bob'},,${'abc'[(i >> 1) % 3]}`,
);

async function train(args: readonly string[]): Promise<TrainJson> {
  const { code, stdout, stderr } = await foreload(['train', ...args, '--json']);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout) as TrainJson;
}

let trace: string;
let model: string;
beforeAll(async () => {
  trace = files.trace(turns, 'turns.csv');
  model = join(files.folder, 'turns.onnx');
  await train([trace, '--out', model, '--epochs', '60', '--hidden', '8']);
});

describe('train', () => {
  it('learns from real recordings, checks the file in ONNX Runtime, and beats the most frequent', async () => {
    const rows = gunzipSync(readFileSync(airline)).toString().split('\n').slice(0, 400).join('\n');
    const path = files.write('airline.csv', rows);
    const out = join(files.folder, 'airline.onnx');
    const json = await train([path, '--out', out, '--epochs', '12', '--hidden', '32', '--hold-back', '0.2']);
    expect(json).toMatchObject({ traces: ['airline'], hidden: 32, seed: 1, holdBack: 0.2, out });
    expect(json.bytes).toBe(readFileSync(out).length);
    expect(json.check!.samples).toBeGreaterThan(50);
    expect(json.check!.greatestDifference).toBeLessThan(1e-5);
    const { steps, mostFrequent, ownText } = json.heldBack!;
    expect(Object.keys(steps)).toEqual(['1', '2', '3']);
    expect(steps['1'].top3).toBeGreaterThan(mostFrequent['1'].top3! + 0.1);
    expect(Object.keys(ownText!)).toEqual(['top1', 'top3', 'top5']);
  });

  it('gives the same file for the same recordings and seed', async () => {
    const again = join(files.folder, 'again.onnx');
    await train([trace, '--out', again, '--epochs', '60', '--hidden', '8']);
    expect(readFileSync(again)).toEqual(readFileSync(model));
    await train([trace, '--out', again, '--epochs', '60', '--hidden', '8', '--seed', '2']);
    expect(readFileSync(again)).not.toEqual(readFileSync(model));
  });

  it('takes several recordings, and leaves texts out if asked to', async () => {
    const said = files.trace(['0,u,go left,a', '1,u,go right,b', '2,u,go left,a', '3,u,go right,b', '4,u,x,a']);
    const out = join(files.folder, 'several.onnx');
    const both = await train([trace, said, '--out', out, '--epochs', '2', '--hidden', '4', '--hold-back', '0']);
    expect(both).toMatchObject({ traces: ['turns', expect.any(String)], rows: 245, components: 3, heldBack: null });
    const without = await train([trace, said, '--out', out, '--epochs', '2', '--hidden', '4', '--no-text']);
    expect(both.inputs - without.inputs).toBe(1024);
  });

  it('is a table for people', async () => {
    const { stdout, stderr, code } = await foreload([
      'train',
      trace,
      '--out',
      model,
      '--epochs',
      '60',
      '--hidden',
      '8',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/turns\.onnx: 3 components, 28 inputs, 8 hidden units, [1-9][\d.]* KB\n/);
    expect(stdout).toMatch(/\nlearned \d+ times from \d+ situations in [\d.]+ s\n/);
    expect(stdout).toMatch(
      /\nchecked in ONNX Runtime: \d+ situations, greatest difference \de-\d+\n|difference \d\.\de-\d+\n/,
    );
    expect(stdout).toMatch(/\nheld back, top 1, 3, 5 +step 1 +step 2 +step 3\nmodel +100\.0 %/);
    expect(stdout).toMatch(/\nmost frequent +\d+\.\d %/);
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['no rows', () => [files.trace([])], 1, /found a header and no rows/],
    [
      'one component',
      () => [files.trace(['0,u,,a', '1,u,,a', '2,u,,a'])],
      1,
      /too little to learn from.*found 1 different components/,
    ],
    ['no demands', () => [files.trace(['0,u,hi,', '1,u,hi,'])], 1, /found 0 different components/],
    [
      'nothing after anything',
      () => [files.trace(['0,u,,a', '1,v,,b'])],
      1,
      /found no command after another one of its user/,
    ],
    ['everything held back', () => [trace, '--hold-back', '1'], 1, /too little to learn from/],
    ['a missing trace', () => [join(files.folder, 'nowhere.csv')], 1, /no such file/],
    ['no trace', () => [], 2, /missing required argument 'trace'/],
    ['half an epoch', () => [trace, '--epochs', '0.5'], 2, /--epochs has a value outside its range/],
    ['a share above 1', () => [trace, '--hold-back', '2'], 2, /--hold-back has a value outside its range/],
    ['no hidden units', () => [trace, '--hidden', '0'], 2, /--hidden has a value outside its range/],
  ])('%s: one line, nothing written', async (_, args, code, says) => {
    const out = join(files.folder, 'never.onnx');
    const result = await foreload(['train', ...args(), '--out', out]);
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });

  it('says that it needs a file to write, and whether it can, before it reads anything', async () => {
    expect(await foreload(['train', trace])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--out <file>'),
    });
    const nowhere = ['train', 'no-such-trace.csv', '--out', join(files.folder, 'no', 'such', 'folder.onnx')];
    expect(await foreload(nowhere)).toMatchObject({ code: 2, stderr: expect.stringMatching(/--out can't be written/) });
  });

  it('an interrupt ends it with 130 and leaves no file', async () => {
    const interrupt = new AbortController();
    let looks = 0;
    const clock = {
      now: () => {
        // In the midst of training: reading looks at the clock once.
        if (++looks === 3)
          interrupt.abort(new ForeloadError('aborted', { what: 'interrupted', remedy: 'not finished' }));
        return looks as never;
      },
    };
    const before = readdirSync(files.folder);
    const args = ['train', trace, '--out', join(files.folder, 'interrupted.onnx')];
    expect(await foreload(args, { signal: interrupt.signal, clock })).toMatchObject({ code: 130, stdout: '' });
    expect(readdirSync(files.folder)).toEqual(before);
  });
});

describe('with a trained model', () => {
  it('forecast measures what it is worth', async () => {
    const { stdout } = await foreload(['forecast', trace, '--model', model, '--json', '--first', '60']);
    const { results } = JSON.parse(stdout);
    expect(Object.keys(results)).toEqual(['blend', 'markov2', 'onnx+blend', 'onnx']);
    // All but the first two needs, before which there is nothing to go by.
    expect(results.onnx.steps['1'].top1).toBeCloseTo(58 / 60, 10);
    expect(results['onnx+blend'].bitsPerNeed).toBeLessThan(results.blend.bitsPerNeed);
  });

  it('forecast measures its texts too', async () => {
    const coin = '1101001110100010110111000101101001'.repeat(6);
    const rows = coin
      .split('')
      .map((side, i) => `${i * 60_000},u,${side === '1' ? 'send the mail' : 'build it'},${side === '1' ? 'a' : 'b'}`);
    const path = files.trace(rows);
    const out = join(files.folder, 'coin.onnx');
    await train([path, '--out', out, '--epochs', '30', '--hidden', '8']);
    const { stdout } = await foreload(['forecast', path, '--model', out, '--predictors', 'onnx', '--json']);
    const { results, text } = JSON.parse(stdout);
    expect(text.top1).toBe(1);
    expect(results.onnx.steps['1'].top1).toBeLessThan(0.9);
  });

  it('replay is the same each time, and another than without advice', async () => {
    const args = [trace, '--budget', '2slots', '--policies', 'foreload,lru', '--first', '80', '--waste', '0.5'];
    const [once, twice, without] = [
      await replay([...args, '--model', model]),
      await replay([...args, '--model', model]),
      await replay(args),
    ];
    expect(once).toEqual(twice);
    expect(once.results['foreload'].warmRate).toBeGreaterThan(once.results['lru'].warmRate!);
    expect(once.results['foreload']).not.toEqual(without.results['foreload']);
    expect(once.results['lru']).toEqual(without.results['lru']);
  });

  it.each([
    [['forecast', 'TRACE', '--predictors', 'onnx'], 2, /the predictor onnx needs a model; give one with --model/],
    [
      ['forecast', 'TRACE', '--model', 'nowhere.onnx'],
      1,
      /a forecast model can't be read \(nowhere\.onnx\): found ENOENT/,
    ],
    [['replay', 'TRACE', '--model', 'TRACE'], 1, /must be an ONNX file \(.*turns\.csv\)/],
  ])('%j: one line', async (args, code, says) => {
    const result = await foreload(args.map((arg) => (arg === 'TRACE' ? trace : arg)));
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
  });

  it('check opens the one of a configuration', async () => {
    const component = { loader: { kind: 'module', module: 'node:path' }, size: 1 };
    const config = (forecastModel: string): string =>
      files.write('model.json', JSON.stringify({ forecastModel, components: { a: component } }));
    expect(await foreload(['check', config('turns.onnx')])).toMatchObject({ code: 0 });
    expect(await foreload(['check', config('turns.csv')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must be an ONNX file'),
    });
  });
});
