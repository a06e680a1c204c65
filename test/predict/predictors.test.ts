import { describe, expect, test } from 'vitest';
import { type ComponentId, ms, type UserId } from '../../src/model/ids.ts';
import type { Step } from '../../src/model/prediction.ts';
import { Blend } from '../../src/predict/blend/blend.ts';
import { History } from '../../src/predict/history.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { predictorContract } from '../../src/testing/predictor-contract.ts';

describe.each<[string, () => Predictor]>([
  ['blend', () => new Blend()],
  ['markov2', () => new Markov2()],
  ['history', () => new History()],
])('%s', (_, make) => {
  for (const { name, run } of predictorContract(make)) test(name, run);
});

const ann = 'ann' as UserId;
const bob = 'bob' as UserId;

/** One command: what it demanded, and its words. */
function command(predictor: Predictor, components: string, user = ann, text = ''): void {
  predictor.command(user, ms(0));
  if (text) predictor.text(user, text);
  for (const component of components.split(' ')) predictor.demand(user, component as ComponentId, ms(0));
}

function forecast(predictor: Predictor, step: Step, user = ann): Record<string, number> {
  const ahead = predictor.forecast(user, ms(0), 10).filter((prediction) => prediction.step === step);
  return Object.fromEntries(ahead.map(({ component, probability }) => [component, probability]));
}

const best = (predictor: Predictor, step: Step, user = ann): string | undefined =>
  Object.keys(forecast(predictor, step, user))[0];

describe('markov2', () => {
  test('mixes what it counted as it says: Witten-Bell, the least specific context first', () => {
    const predictor = new Markov2();
    for (const component of ['a', 'b', 'a']) command(predictor, component);
    // In general a came twice, b once. After a, b came once; so it did for this user. Nothing is known after (b, a).
    let expected = { a: 1 / 2, b: 1 / 2 };
    const mix = (counts: { a: number; b: number }): void => {
      const total = counts.a + counts.b;
      const different = Number(counts.a > 0) + Number(counts.b > 0);
      const rest = different / (total + different);
      expected = {
        a: rest * expected.a + counts.a / (total + different),
        b: rest * expected.b + counts.b / (total + different),
      };
    };
    mix({ a: 2, b: 1 }); // in general
    mix({ a: 0, b: 1 }); // after a, everybody
    mix({ a: 2, b: 1 }); // in general, this user
    mix({ a: 0, b: 1 }); // after a, this user
    const found = forecast(predictor, 1);
    expect(found.a).toBeCloseTo(expected.a, 12);
    expect(found.b).toBeCloseTo(expected.b, 12);
  });

  test('counts steps 2 and 3 directly: it never asks step 1 again', () => {
    const predictor = new Markov2();
    // After x comes y or z, each leading elsewhere; two and three steps later it is always the same.
    for (let round = 0; round < 20; round++)
      for (const component of ['x', round % 2 ? 'y' : 'z', 'far', 'end']) command(predictor, component);
    command(predictor, 'x');
    expect(best(predictor, 2)).toBe('far');
    expect(best(predictor, 3)).toBe('end');
    expect(forecast(predictor, 2).far).toBeGreaterThan(0.8);
    expect(forecast(predictor, 1).far ?? 0).toBeLessThan(0.2);
  });

  test('tells two orders apart by the demand before the last', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 10; round++)
      for (const component of ['p', 'm', 'q', 'r', 'm', 's']) command(predictor, component);
    command(predictor, 'p');
    command(predictor, 'm');
    expect(best(predictor, 1)).toBe('q');
    command(predictor, 'r');
    command(predictor, 'm');
    expect(best(predictor, 1)).toBe('s');
  });

  test('gives a user their own habits, and a stranger those of all', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 12; round++) {
      for (const component of ['a', 'b']) command(predictor, component, ann);
      for (const component of ['a', 'c']) command(predictor, component, bob);
      for (const component of ['a', 'c']) command(predictor, component, 'cy' as UserId);
    }
    for (const user of [ann, bob, 'new' as UserId]) command(predictor, 'a', user);
    expect([best(predictor, 1, ann), best(predictor, 1, bob), best(predictor, 1, 'new' as UserId)]).toEqual([
      'b',
      'c',
      'c',
    ]);
  });

  test('knows what people begin with', () => {
    const predictor = new Markov2();
    for (const user of ['u1', 'u2', 'u3', 'u4'])
      for (const component of ['mail', 'x', 'x', 'x']) command(predictor, component, user as UserId);
    expect(best(predictor, 1, 'new' as UserId)).toBe('mail');
  });

  test('lets the words of a command tilt its own forecast, not those of later ones', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 8; round++) {
      command(predictor, 'vision', ann, 'look at the screen');
      command(predictor, 'music', ann, 'play a song');
    }
    predictor.command(ann, ms(0));
    const without = predictor.forecast(ann, ms(0), 10);
    expect(best(predictor, 1)).toBe('vision');
    predictor.text(ann, 'play some song');
    expect(best(predictor, 1)).toBe('music');
    expect(predictor.forecast(ann, ms(0), 10).filter(({ step }) => step > 1)).toEqual(
      without.filter(({ step }) => step > 1),
    );
  });

  test('learns from words that come after their demands, too', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 8; round++) {
      command(predictor, 'vision');
      predictor.text(ann, 'look at the screen');
      command(predictor, 'music');
      predictor.text(ann, 'play a song');
    }
    predictor.command(ann, ms(0));
    predictor.text(ann, 'play a song');
    expect(best(predictor, 1)).toBe('music');
  });

  test('counts a command with several demands once for each', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 10; round++) {
      command(predictor, 'start');
      command(predictor, 'left right');
    }
    command(predictor, 'start');
    const found = forecast(predictor, 1);
    expect(found.left).toBeGreaterThan(0.8);
    expect(found.right).toBeGreaterThan(0.8);
  });

  test('skips commands that demand nothing', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 5; round++) {
      command(predictor, 'a');
      predictor.command(ann, ms(0));
      command(predictor, 'b');
    }
    command(predictor, 'a');
    expect(best(predictor, 1)).toBe('b');
  });

  test('forgets a user whose place in their history it has lost already', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 9; round++) for (const component of ['a', 'b']) command(predictor, component);
    for (let other = 0; other < 20_001; other++) command(predictor, 'c', `other ${other}` as UserId);
    predictor.forget(ann);
    expect(predictor.forecast(ann, ms(0), 5)).toEqual(predictor.forecast('stranger' as UserId, ms(0), 5));
  });

  test('gives a reason in words', () => {
    const predictor = new Markov2();
    for (let round = 0; round < 5; round++)
      for (const component of ['git-commit', 'git-push']) command(predictor, component);
    command(predictor, 'git-commit');
    const [next] = predictor.forecast(ann, ms(0), 1);
    expect(next.why).toMatch(/^after git-commit comes git-push \d+ % of the time$/);
  });
});

describe('history', () => {
  test('forecasts what commands of alike words demanded: more than half of the words agree', () => {
    const predictor = new History();
    command(predictor, 'vision', ann, 'show me the screen');
    command(predictor, 'music', ann, 'play a song');
    predictor.command(ann);
    predictor.text(ann, 'show me the big screen');
    expect(forecast(predictor, 1)).toEqual({ vision: 0.5 });
    predictor.text(ann, 'show a picture');
    expect(forecast(predictor, 1).vision).toBeUndefined();
  });

  test('forecasts what came after the last component before, per step', () => {
    const predictor = new History();
    for (const component of ['a', 'b', 'c', 'd', 'a']) command(predictor, component);
    expect([forecast(predictor, 1), forecast(predictor, 2), forecast(predictor, 3)]).toEqual([
      { b: 0.5 },
      { c: 0.5 },
      { d: 0.5 },
    ]);
  });

  test('remembers twenty commands', () => {
    const predictor = new History();
    command(predictor, 'old');
    command(predictor, 'older');
    for (let round = 0; round < 19; round++) command(predictor, 'x');
    command(predictor, 'old');
    expect(forecast(predictor, 1)).toEqual({});
  });
});
