import { describe, expect, test } from 'vitest';
import { type ReuseFacts, reuseFeatures, ReuseModel } from '../../src/residency/reuse-model.ts';
import { seededRng } from '../../src/time/clock.ts';

const facts = (p: number, more: Partial<ReuseFacts> = {}): ReuseFacts => ({
  expected: { one: p, two: p, three: p },
  within: null,
  since: Number.POSITIVE_INFINITY,
  demands: 0,
  commands: 1,
  rank: null,
  ...more,
});

describe('the reuse model', () => {
  test.each([0.05, 0.3, 0.7, 0.95])('begins by believing a forecast of the next command (%d)', (p) => {
    expect(new ReuseModel().chance(reuseFeatures(facts(p)))).toBeCloseTo(p, 9);
  });

  test('believes less in what is needed later', () => {
    const model = new ReuseModel();
    const chance = (one: number, two: number): number =>
      model.chance(reuseFeatures({ ...facts(0), expected: { one, two, three: 0.9 } }));
    expect(chance(0.9, 0.9)).toBeGreaterThan(chance(0, 0.9));
    expect(chance(0, 0.9)).toBeGreaterThan(chance(0, 0));
  });

  test('learns that forecasts say too much, and on what that depends', () => {
    const model = new ReuseModel();
    const rng = seededRng(1);
    for (let n = 0; n < 4000; n++) {
      const known = rng.next() < 0.5;
      const p = 0.5 + 0.4 * rng.next();
      const features = reuseFeatures(facts(p, known ? { since: 3, demands: 20 } : {}));
      model.learn(features, rng.next() < (known ? p : p / 4));
    }
    const chance = (more: Partial<ReuseFacts>): number => model.chance(reuseFeatures(facts(0.8, more)));
    expect(Math.abs(chance({ since: 3, demands: 20 }) - 0.8)).toBeLessThan(0.08);
    expect(Math.abs(chance({}) - 0.2)).toBeLessThan(0.08);
  });

  test('fills the features it is given, and leaves nothing of before in them', () => {
    const into = reuseFeatures(facts(0.9, { within: [0.1, 0.2, 0.3, 0.4], since: 9, demands: 4 }));
    expect(reuseFeatures(facts(0.5), into)).toBe(into);
    expect(into).toEqual(reuseFeatures(facts(0.5)));
  });
});
