import { describe, expect, test } from 'vitest';
import { type ComponentId, ms, type UserId } from '../../../src/model/ids.ts';
import type { Prediction, Step } from '../../../src/model/prediction.ts';
import { Markov2 } from '../../../src/predict/markov2.ts';
import { Advised } from '../../../src/predict/onnx/advised.ts';
import { askerOf, type ForecastModel } from '../../../src/predict/onnx/forecast-model.ts';
import { Situations } from '../../../src/predict/onnx/situations.ts';
import type { Predictor } from '../../../src/predict/predictor.ts';
import { predictorContract } from '../../../src/testing/predictor-contract.ts';

const ann = 'ann' as UserId;
const at = (component: string, probability: number, step: Step = 1): Prediction => ({
  component: component as ComponentId,
  step,
  probability,
  why: `${component} it is`,
});
const likely = (predictor: Predictor, limit = 8): [string, number][] =>
  predictor.forecast(ann, ms(0), limit).map(({ component, probability }) => [component, probability]);

describe('a predictor that is advised', () => {
  for (const { name, run } of predictorContract(() => new Advised(new Markov2()))) test(name, run);

  const fixed = (...predictions: Prediction[]): Predictor => {
    const none = (): void => {};
    const forecast = (): Prediction[] => predictions;
    return { name: 'fixed', command: none, text: none, partial: none, demand: none, forget: none, forecast };
  };

  test('forecasts the mean of the two, for each step', () => {
    const predictor = new Advised(fixed(at('a', 0.8), at('b', 0.2), at('a', 0.4, 2)));
    expect(likely(predictor)).toHaveLength(3);
    predictor.advise(ann, [at('b', 0.6), at('c', 0.4), at('d', 0.2, 3)]);
    const given = predictor
      .forecast(ann, ms(0), 2)
      .map(({ component, step, probability, why }) => [component, step, probability, why]);
    expect(given).toEqual([
      ['a', 1, 0.4, 'a it is'],
      ['b', 1, 0.4, 'b it is'],
      ['a', 2, 0.2, 'a it is'],
      ['d', 3, 0.1, 'd it is'],
    ]);
  });

  test.each<[string, (predictor: Predictor) => void]>([
    ['command', (predictor) => predictor.command(ann, ms(1))],
    ['demand', (predictor) => predictor.demand(ann, 'x' as ComponentId, ms(1))],
    ['being forgotten', (predictor) => predictor.forget(ann)],
  ])('drops the advice at the next %s', (_, move) => {
    const predictor = new Advised();
    predictor.advise(ann, [at('a', 0.5)]);
    expect(likely(predictor)).toEqual([['a', 0.5]]);
    move(predictor);
    expect(likely(predictor)).toEqual([]);
  });

  test('by itself knows only what it is told', () => {
    const predictor = new Advised();
    predictor.advise(ann, [at('a', 0.5), at('b', 0.3), at('c', 0.2)]);
    expect(likely(predictor, 2)).toEqual([
      ['a', 0.5],
      ['b', 0.3],
    ]);
    expect([predictor.name, new Advised(new Markov2()).name]).toEqual(['onnx', 'onnx+markov2']);
  });
});

describe('asking a model', () => {
  const model = (probabilities: readonly number[]): ForecastModel => ({
    encoding: { components: ['a', 'b'] as ComponentId[], users: [], words: 0 },
    run: (_, batch) => Promise.resolve(Float32Array.from({ length: batch * 6 }, (__, i) => probabilities[i % 6])),
  });
  const situation = new Situations().of(ann, ms(0));

  test('lists the likeliest of each step first', async () => {
    const [first, second] = await askerOf(model([0.25, 0.75, 0, 1, 0.5, 0.5]))([situation, situation]);
    expect(first.map(({ component, step, probability }) => [component, step, probability])).toEqual([
      ['b', 1, 0.75],
      ['a', 1, 0.25],
      ['b', 2, 1],
      ['a', 3, 0.5],
      ['b', 3, 0.5],
    ]);
    expect(second).toEqual(first);
    expect(first[0].why).toBe('the trained model expects b at 75 %');
  });

  test('takes nothing for a probability that is none', async () => {
    const [answer] = await askerOf(model([Number.NaN, 7, -1, 1e-9, Infinity, 0.5]))([situation]);
    expect(answer.map(({ component, step, probability }) => [component, step, probability])).toEqual([
      ['b', 1, 1],
      ['a', 3, 1],
      ['b', 3, 0.5],
    ]);
  });

  test('hands every situation over in one run', async () => {
    const batches: number[] = [];
    const watched: ForecastModel = {
      ...model([0, 0, 0, 0, 0, 0]),
      run: (states, batch) => {
        batches.push(batch, states.length);
        return Promise.resolve(new Float32Array(batch * 6));
      },
    };
    await askerOf(watched)([situation, situation, situation]);
    expect(batches).toEqual([3, 3 * 23]);
  });
});
