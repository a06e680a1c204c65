import { describe, expect, test } from 'vitest';
import { BehindWatch } from '../../src/metrics/behind-watch.ts';
import { RollingAccuracy } from '../../src/metrics/rolling-accuracy.ts';
import type { ScoredCommand } from '../../src/metrics/scored-command.ts';
import { seededRng } from '../../src/time/clock.ts';

/** A command with one need: where the forecast and the simple predictors had it. */
const scored = (rank: number, simple: readonly number[] = [-1, -1, -1, -1], probability = 0.5): ScoredCommand => {
  const step = { ranks: [rank], first: { probability, came: rank === 0 }, brier: rank === 0 ? 0.25 : 1.25 };
  return { steps: [step, null, step], simple: [simple] };
};

describe('rolling accuracy', () => {
  test('is null before anything was scored', () => {
    const nothing = { top1: null, top3: null, top5: null };
    expect(new RollingAccuracy().figures()).toEqual({
      commands: 0,
      steps: Object.fromEntries([1, 2, 3].map((step) => [step, { ...nothing, ece: null, brier: null }])),
      regret: { last: nothing, recent: nothing, frequent: nothing, follower: nothing },
    });
  });

  test('counts by step what was among the first, and leaves out what was not foretold', () => {
    const rolling = new RollingAccuracy();
    for (const rank of [0, 2, 4, -1]) rolling.add(scored(rank));
    const { commands, steps } = rolling.figures();
    expect(commands).toBe(4);
    expect(steps[1].top1).toBeCloseTo(1 / 4, 2);
    expect(steps[1].top3).toBeCloseTo(2 / 4, 2);
    expect(steps[1].top5).toBeCloseTo(3 / 4, 2);
    expect(steps[1].brier).toBeCloseTo(1, 2);
    expect(steps[2]).toEqual({ top1: null, top3: null, top5: null, ece: null, brier: null });
    expect(steps[3]).toEqual(steps[1]);
  });

  test('counts a command half as much when 200 have followed it', () => {
    const rolling = new RollingAccuracy();
    for (let n = 0; n < 20_000; n++) rolling.add(scored(0));
    for (let n = 0; n < 200; n++) rolling.add(scored(-1));
    expect(rolling.figures().steps[1].top1).toBeCloseTo(1 / 2, 3);
    for (let n = 0; n < 200; n++) rolling.add(scored(-1));
    expect(rolling.figures().steps[1].top1).toBeCloseTo(1 / 4, 3);
  });

  test('is what fading each command by hand gives, however long it goes on', () => {
    const rolling = new RollingAccuracy();
    const rng = seededRng(1);
    const fade = 2 ** (-1 / 200);
    let needs = 0;
    let hits = 0;
    let error = 0;
    for (let n = 0; n < 30_000; n++) {
      const came = rng.next() < 0.3;
      rolling.add(scored(came ? 0 : -1, undefined, 0.3));
      needs = needs * fade + 1;
      hits = hits * fade + Number(came);
      error = error * fade + 0.3 - Number(came);
    }
    const { top1, ece } = rolling.figures().steps[1];
    expect(top1).toBeCloseTo(hits / needs, 9);
    expect(ece).toBeCloseTo(Math.abs(error) / needs, 9);
  });

  test('holds each simple predictor against the forecast: above 0 it was better', () => {
    const rolling = new RollingAccuracy();
    for (let n = 0; n < 50; n++) rolling.add(scored(2, [0, 0, 3, -1]));
    const { regret } = rolling.figures();
    expect(regret.last).toEqual({ top1: 1, top3: 0, top5: 0 });
    expect(regret.frequent).toEqual({ top1: 0, top3: -1, top5: 0 });
    expect(regret.follower).toEqual({ top1: 0, top3: -1, top5: -1 });
  });
});

describe('falling behind', () => {
  /** How often it was told in so many commands of which ours and theirs foresee these shares, independently. */
  function told(watch: BehindWatch, commands: number, ours: number, theirs: number, seed: number): number {
    const rng = seededRng(seed);
    let times = 0;
    for (let n = 0; n < commands; n++) {
      const recent = rng.next() < theirs ? 0 : -1;
      if (watch.add(scored(rng.next() < ours ? 0 : -1, [-1, recent, -1, -1]))) times++;
    }
    return times;
  }

  test('is told once, with who is ahead and by how much', () => {
    const watch = new BehindWatch();
    expect(told(watch, 2000, 0.4, 0.8, 1)).toBe(1);
    expect(watch.behind()).toMatchObject({ simple: 'recent', top: expect.any(Number) });
    expect(watch.behind()?.regret).toBeCloseTo(0.4, 1);
  });

  test('is told again only after it was caught up', () => {
    const watch = new BehindWatch();
    told(watch, 1000, 0.4, 0.8, 1);
    expect(told(watch, 3000, 0.9, 0.3, 2)).toBe(0);
    expect(watch.behind()).toBeNull();
    expect(told(watch, 2000, 0.4, 0.8, 3)).toBe(1);
  });

  test('is not told of chance: equally good in 20 runs of 5,000 commands', () => {
    for (let seed = 1; seed <= 20; seed++) expect(told(new BehindWatch(), 5000, 0.6, 0.6, seed)).toBe(0);
  });

  test('is not told of less than a hundred commands, nor of a forecast that was not made', () => {
    const watch = new BehindWatch();
    expect(told(watch, 99, 0, 1, 1)).toBe(0);
    expect(watch.add({ steps: [null, null, null], simple: [[0, 0, 0, 0]] })).toBe(false);
    expect(told(watch, 1, 0, 1, 1)).toBe(1);
  });
});
