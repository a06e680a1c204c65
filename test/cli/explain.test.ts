import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { closest } from '../../src/model/closest.ts';
import { ForeloadError } from '../../src/model/errors.ts';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());
const desk = fileURLToPath(new URL('../golden/desk.csv', import.meta.url));

/** a, b, c in turn for ann; bob now and then, once without a demand; words name what comes. */
const rows = Array.from({ length: 30 }, (_, n) => `${n * 1000},ann,do ${'abc'[n % 3]},${'abc'[n % 3]}`);
rows.splice(10, 0, '9500,bob,hello,');
rows.splice(20, 0, '18500,bob,do z,z|a');
const turns = files.trace(rows, 'turns.csv');

interface Json {
  readonly user: string;
  readonly row: number | null;
  readonly text: string | null;
  readonly learned: object;
  readonly forecast: readonly { step: number; component: string; probability: number; why: string; came: boolean }[];
  readonly came: readonly object[];
}

async function explain(...args: readonly string[]): Promise<Json> {
  const { code, stdout, stderr } = await foreload(['explain', '--predictor', 'markov2', ...args, '--json']);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as Json;
}

const best = ({ forecast }: Json, step: number) => forecast.find((prediction) => prediction.step === step);

describe('explain', () => {
  it('prints one object with exactly the fields of the contract', async () => {
    const json = await explain(turns);
    expect(Object.keys(json)).toEqual(['trace', 'predictor', 'user', 'row', 'text', 'learned', 'forecast', 'came']);
    expect(Object.keys(json.forecast[0])).toEqual(['step', 'component', 'probability', 'why', 'came']);
    expect(json).toMatchObject({ trace: 'turns', predictor: 'markov2' });
  });

  it('after the last row says what comes next for whoever came last, and why', async () => {
    const json = await explain(turns, '--limit', '1');
    expect(json).toMatchObject({ user: 'ann', row: null, text: null, came: [], learned: { rows: 32, own: 30 } });
    expect(json.forecast.map(({ step, component, came }) => [step, component, came])).toEqual([
      [1, 'a', null],
      [2, 'b', null],
      [3, 'c', null],
    ]);
    expect(best(json, 1)?.why).toMatch(/^after c comes a \d+ % of the time$/);
  });

  it('learns only what came before the row, and marks what really came', async () => {
    const json = await explain(turns, '--row', '16', '--no-text');
    // Row 16 is ann's fifteenth: b, c and a came before.
    expect(json).toMatchObject({ user: 'ann', row: 16, learned: { rows: 15, own: 14 } });
    expect([best(json, 1)?.component, best(json, 1)?.came]).toEqual(['c', true]);
    expect(json.came).toEqual([
      { step: 1, row: 16, components: ['c'] },
      { step: 2, row: 17, components: ['a'] },
      { step: 3, row: 18, components: ['b'] },
    ]);
    expect((await explain(turns, '--row', '1')).forecast).toEqual([]);
  });

  it('takes the words of the row, other words, or none', async () => {
    expect(await explain(turns, '--row', '16')).toMatchObject({ text: 'do c' });
    const [own, other, none] = await Promise.all([
      explain(turns, '--row', '16'),
      explain(turns, '--row', '16', '--text', 'do a'),
      explain(turns, '--row', '16', '--no-text'),
    ]);
    const chanceOf = (json: Json, name: string) =>
      json.forecast.find(({ step, component }) => step === 1 && component === name)!.probability;
    expect(chanceOf(own, 'c')).toBeGreaterThan(chanceOf(none, 'c'));
    expect(chanceOf(other, 'a')).toBeGreaterThan(chanceOf(none, 'a'));
  });

  it('of another user at that row: with their next commands, and no words of somebody else', async () => {
    const json = await explain(turns, '--row', '5', '--user', 'bob');
    // The row without a demand is no step.
    expect(json).toMatchObject({ user: 'bob', row: 5, text: null, learned: { rows: 4, own: 0 } });
    expect(json.came).toEqual([{ step: 1, row: 21, components: ['z', 'a'] }]);
  });

  it('asks the predictor that is named, and shows as many as wanted', async () => {
    const json = await explain(desk, '--predictor', 'history', '--limit', '2');
    expect(json).toMatchObject({ predictor: 'history' });
    for (const step of [1, 2, 3])
      expect(json.forecast.filter((one) => one.step === step).length).toBeLessThanOrEqual(2);
  });

  it('prints a table, golden', async () => {
    const { code, stdout, stderr } = await foreload([
      'explain',
      desk,
      '--row',
      '40',
      '--limit',
      '3',
      '--predictor',
      'markov2',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot('../golden/desk.explain.txt');
  });

  it('says so when nothing is expected', async () => {
    const { stdout } = await foreload(['explain', turns, '--row', '1']);
    expect(stdout).toMatch(/nothing is expected\n\n\* came: step 1: a \(row 1\)/);
  });

  it.each([
    [['--row', '33'], '--row is beyond the trace: found 33; give a number from 1 to 32'],
    [['--row', '0'], '--row has a value outside its range: found "0"'],
    [['--user', 'anm'], '--user names nobody in the trace: found "anm"; did you mean ann'],
    [['--user', 'quite-else'], 'its users are ann, bob'],
    [['--predictor', 'oracle'], 'no such predictor: found "oracle"'],
    [
      ['--predictor', 'onnx'],
      '--predictor onnx needs the advice of a trained model; use one of blend, markov2, history',
    ],
    [['--limit', '0'], '--limit has a value outside its range'],
  ])('%j ends with 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await foreload(['explain', turns, ...args]);
    expect(stderr).toMatch(/^foreload: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('can be interrupted', async () => {
    const interrupted = new AbortController();
    interrupted.abort(new ForeloadError('aborted', { what: 'interrupted', remedy: 'start again' }));
    expect((await foreload(['explain', turns], { signal: interrupted.signal })).code).toBe(130);
  });
});

it('the closest names are few letters away', () => {
  const names = ['ann', 'anna', 'bob', 'Hannah', 'user-17', 'user-71'];
  expect(closest('ana', names)).toEqual(['ann', 'anna']);
  expect(closest('USER-1', names)).toEqual(['user-17', 'user-71']);
  expect(closest('zzzz', names)).toEqual([]);
});
