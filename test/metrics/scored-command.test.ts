import { describe, expect, test } from 'vitest';
import { scoreCommand } from '../../src/metrics/scored-command.ts';
import { SimplePredictors } from '../../src/metrics/simple-predictors.ts';
import type { ComponentId } from '../../src/model/ids.ts';
import { foretold, standing } from './foretold.ts';

const ids = (names: string): ComponentId[] => names.split('') as ComponentId[];

describe('simple predictors', () => {
  const taught = (...commands: string[]): SimplePredictors => {
    const simple = new SimplePredictors();
    for (const command of commands) simple.learn(ids(command));
    return simple;
  };
  const ranksOf = (simple: SimplePredictors, name: string) => {
    const [last, recent, frequent, follower] = simple.ranksOf(name as ComponentId);
    return { last, recent, frequent, follower };
  };

  test('foresee nothing before they have learned anything', () => {
    expect(ranksOf(taught(), 'a')).toEqual({ last: -1, recent: -1, frequent: -1, follower: -1 });
  });

  test('say what they are named for', () => {
    const simple = taught('a', 'b', 'a', 'c', 'a', 'b', 'a');
    expect(ranksOf(simple, 'a')).toEqual({ last: 0, recent: 0, frequent: 0, follower: -1 });
    expect(ranksOf(simple, 'b')).toEqual({ last: -1, recent: 1, frequent: 1, follower: 0 });
    expect(ranksOf(simple, 'c')).toEqual({ last: -1, recent: 2, frequent: 2, follower: 1 });
  });

  test('take the needs of a command in order: the last one is what the next follows', () => {
    const simple = taught('ab', 'cd', 'ab');
    expect(ranksOf(simple, 'c').follower).toBeGreaterThanOrEqual(0);
    expect(ranksOf(simple, 'd').follower).toBeGreaterThanOrEqual(0);
    expect(ranksOf(simple, 'b')).toMatchObject({ last: 0, recent: 0, follower: -1 });
  });

  test('foresee at most five', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const simple = taught(...names);
    expect(names.map((name) => ranksOf(simple, name).recent)).toEqual([-1, -1, 4, 3, 2, 1, 0]);
    expect(names.filter((name) => ranksOf(simple, name).frequent >= 0)).toHaveLength(5);
  });
});

describe('a command is compared with what was foretold of it', () => {
  const none = new SimplePredictors();

  test('by where each need stood, at each step from the forecast made so many commands before', () => {
    const { steps } = scoreCommand(
      ids('ab'),
      standing(foretold(1, 'b', 0.6, 'c', 0.3, 'a', 0.1), foretold(2, 'c', 0.9), foretold(3, 'a', 0.5)),
      none,
    );
    expect(steps.map((step) => step?.ranks)).toEqual([
      [2, 0],
      [-1, -1],
      [0, -1],
    ]);
  });

  test('only by predictions for that step, and the first five of them', () => {
    const forecast = [
      ...foretold(2, 'a', 1),
      ...foretold(1, 'b', 0.9, 'c', 0.8, 'd', 0.7, 'e', 0.6, 'f', 0.5, 'a', 0.4),
    ];
    expect(scoreCommand(ids('a'), standing(forecast), none).steps[0]).toMatchObject({ ranks: [-1] });
  });

  test('by how sure the first was', () => {
    const first = (demanded: string) =>
      scoreCommand(ids(demanded), standing(foretold(1, 'a', 0.7, 'b', 0.2)), none).steps[0]?.first;
    expect(first('ca')).toEqual({ probability: 0.7, came: true });
    expect(first('b')).toEqual({ probability: 0.7, came: false });
  });

  test('by squared errors, over what was foretold and what came', () => {
    const brier = (demanded: string, forecast = foretold(1, 'a', 0.7, 'b', 0.2)) =>
      scoreCommand(ids(demanded), standing(forecast), none).steps[0]?.brier;
    expect(brier('a')).toBeCloseTo(0.3 ** 2 + 0.2 ** 2);
    expect(brier('c')).toBeCloseTo(0.7 ** 2 + 0.2 ** 2 + 1);
    expect(brier('abc')).toBeCloseTo(0.3 ** 2 + 0.8 ** 2 + 1);
    expect(brier('ab', [])).toBe(2);
    expect(brier('a', foretold(1, 'a', 1))).toBe(0);
  });

  test('not at all where no forecast was made; an empty one is a miss', () => {
    const { steps } = scoreCommand(ids('a'), standing(null, []), none);
    expect(steps).toEqual([null, { ranks: [-1], first: null, brier: 1 }, null]);
  });
});
