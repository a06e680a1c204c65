import { describe, expect, it } from 'vitest';
import { BackOff } from '../../bench/forecast/back-off.mjs';
import { CptPlus } from '../../bench/forecast/cpt-plus.mjs';
import { DependencyGraph } from '../../bench/forecast/dependency-graph.mjs';
import { Mixed } from '../../bench/forecast/mixed.mjs';
import { NaiveBayes } from '../../bench/forecast/naive-bayes.mjs';
import { Recency } from '../../bench/forecast/recency.mjs';
import { Sequential } from '../../bench/forecast/sequential.mjs';
import { Tdag } from '../../bench/forecast/tdag.mjs';

interface Forecaster {
  learn(user: number, past: number[], id: number): void;
  next(user: number, past: number[], limit: number): number[][];
}

function taught(forecaster: Forecaster, ...streams: number[][]): Forecaster {
  streams.forEach((ids, user) => ids.forEach((id, at) => forecaster.learn(user, ids.slice(0, at), id)));
  return forecaster;
}

function expectList(list: readonly (readonly number[])[], expected: readonly (readonly [number, number])[]): void {
  expect(list.map(([id]) => id)).toEqual(expected.map(([id]) => id));
  list.forEach(([, value], at) => expect(value).toBeCloseTo(expected[at][1], 3));
}

// After 0 came 1 twice and 2 once; 0 came three times, 1 twice, 2 once.
const ids = [0, 1, 0, 2, 0, 1];

describe('Markov', () => {
  it('backs off: 2/5 and 1/5 after 0, then 3/4 of the 2/5 that escape, lowered to keep the order', () => {
    const list = taught(new BackOff('g1 g0'), ids).next(0, [0], 5);
    expectList(list, [
      [1, 0.4],
      [2, 0.2],
      [0, 0.2],
    ]);
  });

  it('mixed: what followed 0 has 3 of 5, all together share the rest', () => {
    const list = taught(new Mixed('g1 g0'), ids).next(0, [0], 5);
    expectList(list, [
      [1, 2 / 5 + (2 / 5) * (2 / 9)],
      [2, 1 / 5 + (2 / 5) * (1 / 9)],
      [0, (2 / 5) * (3 / 9)],
    ]);
  });

  it("puts the user's own first, and knows what users begin with", () => {
    const forecaster = taught(new BackOff('u1 g1'), [0, 1, 0, 1], [0, 2, 0]);
    expect(forecaster.next(1, [0], 2).map(([id]) => id)).toEqual([2, 1]);
    expect(forecaster.next(2, [0], 2).map(([id]) => id)).toEqual([1, 2]);
    expect(forecaster.next(2, [], 1).map(([id]) => id)).toEqual([0]);
  });
});

it('recency lists the latest first, then what is popular', () => {
  const own = [...ids, 3, 0];
  expect(
    taught(new Recency(false), own, [4])
      .next(0, own, 5)
      .map(([id]) => id),
  ).toEqual([0, 3, 1, 2]);
  expect(
    taught(new Recency(true), own, [4])
      .next(1, [4], 3)
      .map(([id]) => id),
  ).toEqual([4, 0, 1]);
});

describe('CPT+', () => {
  it('multiplies 1 + 1/2 + 0.0001/place over the two sequences that hold the target', () => {
    const forecaster = taught(new CptPlus(2), [0, 1, 2, 3], [0, 1, 3]);
    const [two, three] = [1.5 + 0.0001, (1.5 + 0.0001 / 2) * (1.5 + 0.0001)];
    expectList(forecaster.next(9, [0, 1], 5), [
      [3, three / (two + three)],
      [2, two / (two + three)],
    ]);
  });

  it('drops the rarest component as noise where no sequence holds them all', () => {
    const forecaster = taught(new CptPlus(2), [0, 1], [0, 1], [5]);
    expect(forecaster.next(9, [5, 0], 5).map(([id]) => id)).toEqual([1]);
  });
});

it('TDAG forecasts from the deepest state of its tree, and fills up from the shallower ones', () => {
  // After 2 0 came 1; after 0 came 1 three times and 2 once; 0 is half of all.
  const forecaster = taught(new Tdag(), [0, 1, 0, 1, 0, 2, 0, 1]);
  expectList(forecaster.next(0, [2, 0], 5), [
    [1, 1],
    [2, 1 / 4],
    [0, 1 / 4],
  ]);
  expectList(forecaster.next(0, [9], 1), [[0, 1 / 2]]);
});

it('the dependency graph counts what came within four', () => {
  const forecaster = taught(new DependencyGraph(), [0, 1, 2, 3, 4, 5], [0, 2]);
  expect(forecaster.next(0, [0], 9)).toEqual([
    [2, 1],
    [1, 1 / 2],
    [3, 1 / 2],
    [4, 1 / 2],
  ]);
});

it('naive Bayes finds the class of the words', () => {
  const bayes = new NaiveBayes();
  for (const [text, component] of [
    ['play some music', 'player'],
    ['play a song', 'player'],
    ['what is the weather', 'weather'],
  ]) {
    bayes.command('u');
    bayes.text('u', text);
    bayes.demand('u', component);
  }
  bayes.text('u', 'the weather today');
  const [first, second] = bayes.forecast('u', 0, 5);
  expect(first).toMatchObject({ component: 'weather', step: 1 });
  // Two known words: 1/3 x (1.1/4.9)^2 against 2/3 x (0.1/6.9)^2; nine words are known, six of them of player, four of weather.
  const [weather, player] = [(1 / 3) * (1.1 / 4.9) ** 2, (2 / 3) * (0.1 / 6.9) ** 2];
  expect(first.probability).toBeCloseTo(weather / (weather + player), 6);
  expect(second.probability).toBeCloseTo(player / (weather + player), 6);
});

describe('looking further ahead', () => {
  // After 0: 1 or, less likely, 2; after 1: 3; after 2 or 3: 0.
  const script: Record<number, [number, number][]> = {
    0: [
      [1, 0.6],
      [2, 0.4],
    ],
    1: [[3, 1]],
    2: [[0, 1]],
    3: [[0, 1]],
  };
  const forecaster = { learn() {}, next: (_user: number, past: number[]) => script[past.at(-1) ?? 0] };
  const forecast = (roll: string) => {
    const predictor = new Sequential('scripted', forecaster, roll);
    for (const component of ['zero', 'one', 'two', 'three', 'zero']) predictor.demand('u', component);
    return predictor.forecast('u', 0, 5).map(({ component, step, probability }) => [step, component, probability]);
  };

  it('takes the likeliest to come', () => {
    expect(forecast('top').slice(2)).toEqual([
      [2, 'three', 1],
      [3, 'zero', 1],
    ]);
  });

  it('or follows all that may', () => {
    expect(forecast('spread').slice(2)).toEqual([
      [2, 'three', 0.6],
      [2, 'zero', 0.4],
      [3, 'zero', 0.6],
      [3, 'one', 0.24],
      [3, 'two', expect.closeTo(0.16, 12)],
    ]);
  });
});
