import { describe, expect, it } from 'vitest';
import { CalibrationScore } from '../../src/metrics/calibration-score.ts';
import { type ComponentId, ms, type UserId } from '../../src/model/ids.ts';
import type { Prediction, Step } from '../../src/model/prediction.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { type AccuracyOptions, measureAccuracy, measureText } from '../../src/replay/accuracy.ts';
import { bitsOf } from '../../src/replay/forecast-score.ts';
import { scoredNeeds } from '../../src/replay/needs.ts';
import { apartFrom } from '../../src/replay/training.ts';
import type { Trace } from '../../src/trace/trace.ts';

/** A trace of rows `[ts, user, text, needs]`. */
function traceOf(rows: readonly (readonly [number, string, string, string])[]): Trace {
  const users = [...new Set(rows.map(([, user]) => user))];
  const needs = rows.map(([, , , ids]) => (ids === '' ? [] : ids.split('|')));
  const components = [...new Set(needs.flat())];
  const firstNeed = [0];
  for (const ids of needs) firstNeed.push(firstNeed.at(-1)! + ids.length);
  return {
    name: 'test',
    rows: rows.length,
    ts: Float64Array.from(rows, ([ts]) => ts),
    user: Int32Array.from(rows, ([, user]) => users.indexOf(user)),
    users: users as UserId[],
    needs: Int32Array.from(needs.flat(), (id) => components.indexOf(id)),
    firstNeed: Int32Array.from(firstNeed),
    components: components as ComponentId[],
    texts: rows.some(([, , text]) => text !== '') ? rows.map(([, , text]) => text) : null,
  };
}

const foretold = (component: string, step: Step, probability: number): Prediction => ({
  component: component as ComponentId,
  step,
  probability,
  why: 'scripted',
});

/** Writes down every call, and forecasts what `say` says of the calls so far. */
function recorder(say: (log: readonly string[], user: string) => Prediction[] = () => []): {
  readonly log: string[];
  readonly make: () => Predictor;
} {
  const log: string[] = [];
  const make = (): Predictor => ({
    name: 'recorder',
    command: (user, now) => void log.push(`command ${user} ${now}`),
    text: (user, text) => void log.push(`text ${user} ${text}`),
    partial() {},
    demand: (user, component) => void log.push(`demand ${user} ${component}`),
    forecast: (user) => {
      log.push(`forecast ${user}`);
      return say(log, user);
    },
    forget() {},
  });
  return { log, make };
}

function options(makePredictor: () => Predictor, change: Partial<AccuracyOptions> = {}): AccuracyOptions {
  let now = 0;
  let heap = 1000;
  return {
    makePredictor,
    train: [],
    steps: 3,
    text: true,
    scoreFrom: 0,
    clock: { now: () => ms(now++) },
    heapBytes: () => (heap += 50),
    ...change,
  };
}

describe('the protocol', () => {
  it('makes the components of the trace known first, in an order that tells nothing of when they come', async () => {
    const { log, make } = recorder();
    const registering = (): Predictor => ({
      ...make(),
      register: (components) => void log.push(`register ${components.map(({ id }) => id).join(' ')}`),
    });
    const trace = traceOf([[5, 'u', 'hi', 'c|a|b']]);
    const train = [traceOf([[1, 'v', '', 'z']])];
    await measureAccuracy(trace, options(registering, { train }));
    await measureText(trace, options(registering, { train }));
    expect(log.filter((call) => /register|z$/.test(call))).toEqual([
      'register a b c',
      expect.stringMatching(/demand .* z/),
      'register a b c',
      expect.stringMatching(/demand .* z/),
    ]);
  });

  it("forecasts after each need, and once before a user's first; a row's text comes after its last need", async () => {
    const { log, make } = recorder();
    await measureAccuracy(
      traceOf([
        [5, 'u', 'hi', 'a|b'],
        [9, 'v', '', 'c'],
      ]),
      options(make),
    );
    expect(log).toEqual([
      'forecast u',
      'command u 5',
      'demand u a',
      'forecast u',
      'command u 5',
      'demand u b',
      'text u hi',
      'forecast u',
      'forecast v',
      'command v 9',
      'demand v c',
      'forecast v',
    ]);
  });

  it('gives no text where none is wanted, and rows without needs make no forecast', async () => {
    const { log, make } = recorder();
    await measureAccuracy(
      traceOf([
        [5, 'u', 'hi', ''],
        [6, 'u', 'ho', 'a'],
      ]),
      options(make, { text: false }),
    );
    expect(log).toEqual(['command u 5', 'forecast u', 'command u 6', 'demand u a', 'forecast u']);
  });

  it('measures time and memory by the clock and the heap that it is given', async () => {
    const { make } = recorder();
    const trace = traceOf([
      [0, 'u', '', 'a'],
      [1, 'u', '', 'a'],
    ]);
    // Each need takes one step of the clock, 1 ms; the heap grew by one step.
    expect(await measureAccuracy(trace, options(make))).toMatchObject({ microsPerNeed: 1000, bytes: 50 });
  });
});

describe('scores', () => {
  it('step k is the forecast made k needs before, of the same user', async () => {
    // Before anything: a next, b after it, c third. Later forecasts say nothing.
    const first = [foretold('a', 1, 0.5), foretold('b', 2, 0.5), foretold('c', 3, 0.5)];
    const { make } = recorder((log, user) => (log.some((line) => line === `demand ${user} a`) ? [] : first));
    const trace = traceOf([
      [0, 'u', '', 'a'],
      [1, 'v', '', 'x'],
      [2, 'u', '', 'b'],
      [3, 'u', '', 'c'],
    ]);
    const { steps } = await measureAccuracy(trace, options(make));
    // Step 1: u's a of 4 needs. Step 2: u's b, of u's two later needs. Step 3: u's c, the only one.
    expect(steps).toEqual({
      1: { top1: 1 / 4, top3: 1 / 4, top5: 1 / 4 },
      2: { top1: 1 / 2, top3: 1 / 2, top5: 1 / 2 },
      3: { top1: 1, top3: 1, top5: 1 },
    });
  });

  it('tells an observer of each scored need, once a step, and what was foretold for it', async () => {
    const [next, second] = [foretold('a', 1, 0.5), foretold('b', 2, 0.3)];
    const { make } = recorder(() => [next, second]);
    const trace = traceOf([
      [0, 'u', '', 'x'],
      [1, 'u', '', 'a|b'],
    ]);
    const seen: unknown[] = [];
    const observed = options(make, { steps: 2, scoreFrom: 0.5, onNeed: (need) => seen.push(need) });
    const { steps } = await measureAccuracy(trace, observed);
    expect(seen).toEqual([
      { row: 1, step: 1, rank: 0, forecast: [next] },
      { row: 1, step: 2, rank: -1, forecast: [second] },
      { row: 1, step: 1, rank: -1, forecast: [next] },
      { row: 1, step: 2, rank: 0, forecast: [second] },
    ]);
    expect(steps).toMatchObject({ 1: { top1: 1 / 2 }, 2: { top1: 1 / 2 } });
    seen.length = 0;
    await measureText({ ...trace, texts: ['', 'hi'] }, observed);
    expect(seen).toEqual([
      { row: 1, step: 1, rank: 0, forecast: [next] },
      { row: 1, step: 1, rank: -1, forecast: [next] },
    ]);
  });

  it('counts places 1, 3 and 5', async () => {
    const list = ['p', 'q', 'r', 's', 't', 'w'].map((id) => foretold(id, 1, 0.1));
    const { make } = recorder(() => list);
    const trace = traceOf([[0, 'u', '', 'p|r|s|t|w']]);
    const { steps } = await measureAccuracy(trace, options(make, { steps: 1 }));
    expect(steps).toEqual({ 1: { top1: 1 / 5, top3: 2 / 5, top5: 4 / 5 } });
  });

  it('leaves the first ceil(share x rows) rows unscored, though learned', async () => {
    const { log, make } = recorder(() => [foretold('b', 1, 0.9)]);
    const trace = traceOf([
      [0, 'u', '', 'a'],
      [1, 'u', '', 'a|b'],
      [2, 'u', '', 'b'],
    ]);
    expect(scoredNeeds(trace, 0.5)).toBe(1);
    const { steps } = await measureAccuracy(trace, options(make, { steps: 1, scoreFrom: 0.5 }));
    expect(steps['1'].top1).toBe(1);
    expect(log.filter((line) => line.startsWith('demand'))).toHaveLength(4);
    const none = await measureAccuracy(trace, options(make, { steps: 1, scoreFrom: 1 }));
    expect(none).toMatchObject({ steps: { 1: { top1: null } }, ece: null, bitsPerNeed: null });
  });

  it('bits are -log2 of the probability of what came, the rest spread over the unlisted, 40 at most', async () => {
    expect(bitsOf([foretold('a', 1, 0.25)], 0, 4)).toBe(2);
    // 0.75 over three components.
    expect(bitsOf([foretold('a', 1, 0.25)], -1, 4)).toBe(2);
    expect(bitsOf([], -1, 8)).toBe(3);
    expect(bitsOf([foretold('a', 1, 1)], -1, 8)).toBe(40);
    expect(bitsOf([foretold('a', 1, 0)], 0, 8)).toBe(40);
    expect(bitsOf([foretold('a', 1, 1)], 0, 8)).toBe(0);
    // Two of three needs are a.
    const { make } = recorder(() => [foretold('a', 1, 0.5)]);
    const trace = traceOf([
      [0, 'u', '', 'a'],
      [1, 'u', '', 'b'],
      [2, 'u', '', 'a'],
      [3, 'u', '', 'c'],
    ]);
    // a, a: 1 bit each; b, c: half of a half, 2 bits each.
    expect((await measureAccuracy(trace, options(make))).bitsPerNeed).toBe(6 / 4);
  });

  it('calibration is the mean distance of sureness and outcome over 20 bins', () => {
    const score = new CalibrationScore();
    expect(score.error()).toBeNull();
    // Bin 0.90-0.95: sure of 0.9 twice, came once: 0.4 off, 2 cases. Bin of 1: sure, came: 0 off, 2 cases.
    score.add(0.9, true);
    score.add(0.9, false);
    score.add(1, true);
    score.add(1, true);
    expect(score.error()).toBeCloseTo((2 * 0.4 + 2 * 0) / 4, 12);
  });
});

describe('text', () => {
  it('is given before each need of its row; earlier needs of the row are known', async () => {
    const { log, make } = recorder(() => [foretold('b', 1, 0.5)]);
    const trace = traceOf([
      [1, 'u', 'hi', 'a|b'],
      [2, 'u', '', 'b'],
      [3, 'u', 'ho', ''],
    ]);
    // Of three needs two are b.
    expect(await measureText(trace, options(make))).toEqual({ top1: 2 / 3, top3: 2 / 3, top5: 2 / 3 });
    expect(log).toEqual([
      'command u 1',
      'text u hi',
      'forecast u',
      'demand u a',
      'command u 1',
      'text u hi',
      'forecast u',
      'demand u b',
      'command u 2',
      'forecast u',
      'demand u b',
      'command u 3',
      'text u ho',
    ]);
  });

  it('is null where no row has any', async () => {
    const { make } = recorder();
    expect(await measureText(traceOf([[0, 'u', '', 'a']]), options(make))).toBeNull();
  });
});

describe('training', () => {
  const week = 7 * 24 * 3_600_000;

  it('comes first, its users nobody of the trace, its clock set by whole weeks to end before', async () => {
    const { log, make } = recorder();
    const known = traceOf([[10 * week + 5, 'u', 'hi', 'a']]);
    await measureAccuracy(traceOf([[week, 'u', '', 'b']]), options(make, { train: [known] }));
    const [command, demand, text, ...rest] = log;
    expect(command).toBe('command \u00000\u0000u 5');
    expect(demand).toBe('demand \u00000\u0000u a');
    expect(text).toBe('text \u00000\u0000u hi');
    expect(rest).toEqual(['forecast u', `command u ${week}`, 'demand u b', 'forecast u']);
  });

  it('keeps several files apart and in order', () => {
    const trace = traceOf([[0, 'u', '', 'a']]);
    const [first, second] = apartFrom(trace, [
      traceOf([
        [3, 'u', '', 'a'],
        [week + 4, 'u', '', 'a'],
      ]),
      traceOf([[5, 'u', '', 'a']]),
    ]);
    expect([...second.ts]).toEqual([5 - week]);
    expect([...first.ts]).toEqual([3 - 2 * week, 4 - week]);
    expect(first.users).not.toEqual(second.users);
  });

  it('also serves the text figure', async () => {
    const { log, make } = recorder(() => [foretold('a', 1, 1)]);
    const known = traceOf([[0, 'u', 'hi', 'a']]);
    const result = await measureText(traceOf([[0, 'u', 'hi', 'a']]), options(make, { train: [known] }));
    expect(result).toMatchObject({ top1: 1 });
    expect(log.filter((line) => line.startsWith('forecast'))).toEqual(['forecast u']);
  });
});
