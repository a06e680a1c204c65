import { describe, expect, it } from 'vitest';
import { byTenth, differences, pairedInterval } from '../../bench/forecast/statistics.mjs';
import { seededRng } from '../../src/time/clock.ts';

it('a difference is who had what came among the first places', () => {
  const [ours, theirs] = [
    [0, 2, -1, 4],
    [1, 0, 0, -1],
  ].map((ranks) => Int8Array.from(ranks));
  expect([...differences(ours, theirs, 1)]).toEqual([1, -1, -1, 0]);
  expect([...differences(ours, theirs, 3)]).toEqual([0, 0, -1, 0]);
  expect([...differences(ours, theirs, 5)]).toEqual([0, 0, -1, 1]);
});

describe('the interval', () => {
  const coin = Int8Array.from({ length: 400 }, (_, need) => need % 2);

  it('is no interval where all are alike', () => {
    const same = pairedInterval(new Int8Array(100).fill(1), Array(100).fill(0), seededRng(1));
    expect(same).toEqual({ mean: 1, low: 1, high: 1, by: 'need' });
  });

  it('of a fair coin reaches two standard errors to each side; the same seed gives the same', () => {
    const { mean, low, high } = pairedInterval(coin, Array(400).fill(0), seededRng(1));
    expect(mean).toBe(0.5);
    expect(low).toBeGreaterThan(0.44);
    expect(low).toBeLessThan(0.46);
    expect(high).toBeGreaterThan(0.54);
    expect(high).toBeLessThan(0.56);
    expect(pairedInterval(coin, Array(400).fill(0), seededRng(1))).toMatchObject({ low, high });
  });

  it('draws whole users where there are thirty: what is alike within them counts once', () => {
    const users = Array.from(coin, (_, need) => Math.floor(need / 10));
    const alike = coin.map((_, need) => users[need] % 2);
    const wide = pairedInterval(alike, users, seededRng(1));
    expect(wide).toMatchObject({ mean: 0.5, by: 'user' });
    expect(wide.high - wide.low).toBeGreaterThan(0.25);
    // Each user has as many of both, so that nothing is left to chance.
    expect(pairedInterval(coin, users, seededRng(1))).toEqual({ mean: 0.5, low: 0.5, high: 0.5, by: 'user' });
  });
});

it('tenths are told where each holds 5,000 needs', () => {
  const rising = Int8Array.from({ length: 50_000 }, (_, need) => (need < 5000 ? -1 : 1));
  expect(byTenth(rising)).toEqual([-1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(byTenth(rising.subarray(1))).toBeNull();
});
