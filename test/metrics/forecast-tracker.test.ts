import { describe, expect, test } from 'vitest';
import { ForecastTracker } from '../../src/metrics/forecast-tracker.ts';
import type { ComponentId, UserId } from '../../src/model/ids.ts';
import { foretold } from './foretold.ts';

const ann = 'ann' as UserId;
const demands = (tracker: ForecastTracker, names: string, user: UserId = ann): void => {
  for (const name of names) tracker.demand(user, name as ComponentId);
};

/** A command with the forecast that is made after it. */
function live(tracker: ForecastTracker, names: string, after = foretold(1, 'a', 0.5), user: UserId = ann): void {
  tracker.command(user);
  demands(tracker, names, user);
  tracker.forecast(user, after);
}

describe('the forecast tracker', () => {
  test('judges a command when its user gives the next one', () => {
    const tracker = new ForecastTracker();
    tracker.forecast(ann, foretold(1, 'a', 0.5));
    tracker.command(ann);
    demands(tracker, 'a');
    expect(tracker.status().all.commands).toBe(0);
    tracker.command(ann);
    expect(tracker.status().all).toMatchObject({ commands: 1, steps: { 1: { top1: 1 } } });
    tracker.command(ann);
    expect(tracker.status().all.commands).toBe(1);
  });

  test('by the last forecast before its first demand, not by one made since', () => {
    const tracker = new ForecastTracker();
    tracker.forecast(ann, foretold(1, 'x', 0.5));
    tracker.command(ann);
    tracker.forecast(ann, foretold(1, 'a', 0.5));
    demands(tracker, 'a');
    tracker.forecast(ann, foretold(1, 'b', 0.5));
    demands(tracker, 'b');
    tracker.command(ann);
    // a was foreseen; b, of the same command, was not.
    expect(tracker.status().all.steps[1].top1).toBe(0.5);
  });

  test('at step k by the forecast that stood k commands before', () => {
    const tracker = new ForecastTracker();
    const ahead = [...foretold(1, 'b', 0.9), ...foretold(2, 'c', 0.9), ...foretold(3, 'd', 0.9)];
    live(tracker, 'a', ahead);
    for (const name of 'bcd') live(tracker, name, []);
    tracker.command(ann);
    const { steps } = tracker.status().all;
    const hits = [1, 2, 3].map((step) => steps[step as 1 | 2 | 3].top1);
    // Step 1 was scored for b, c and d, step 2 for c and d, step 3 for d; each foresaw one.
    expect(hits[0]).toBeCloseTo(1 / 3, 2);
    expect(hits[1]).toBeCloseTo(1 / 2, 2);
    expect(hits[2]).toBe(1);
  });

  test('not at all where no forecast was made for it', () => {
    const tracker = new ForecastTracker();
    live(tracker, 'a');
    tracker.command(ann);
    expect(tracker.accuracyOf(ann)).toBeNull();
    expect(tracker.status()).toMatchObject({ all: { commands: 0 }, users: [], behind: null });
    demands(tracker, 'a');
    tracker.command(ann);
    // The next was demanded without a new forecast: what stood before is used up.
    demands(tracker, 'a');
    tracker.command(ann);
    expect(tracker.accuracyOf(ann)?.commands).toBe(1);
  });

  test('passes over commands that demand nothing', () => {
    const tracker = new ForecastTracker();
    tracker.forecast(ann, [...foretold(1, 'a', 0.5), ...foretold(2, 'b', 0.5)]);
    live(tracker, 'a', foretold(1, 'b', 0.5));
    live(tracker, '', foretold(1, 'b', 0.5));
    live(tracker, 'b');
    tracker.command(ann);
    expect(tracker.status().all.steps).toMatchObject({ 1: { top1: 1 }, 2: { top1: 1 } });
  });

  test('counts a component once that a command demands twice', () => {
    const tracker = new ForecastTracker();
    live(tracker, 'c', foretold(1, 'a', 0.5));
    live(tracker, 'abab');
    tracker.command(ann);
    expect(tracker.status().all.steps[1].top1).toBe(0.5);
  });

  test('keeps users apart, and lists the ten who gave commands last', () => {
    const tracker = new ForecastTracker();
    for (let n = 0; n < 12; n++) {
      const user = `u${n}` as UserId;
      for (let round = 0; round < 3; round++) live(tracker, n % 2 ? 'a' : 'b', undefined, user);
    }
    const { all, users } = tracker.status();
    expect(all.commands).toBe(12);
    expect(users.map(({ user }) => user)).toEqual(['u11', 'u10', 'u9', 'u8', 'u7', 'u6', 'u5', 'u4', 'u3', 'u2']);
    expect(tracker.accuracyOf('u1' as UserId)?.steps[1].top1).toBe(1);
    expect(tracker.accuracyOf('u0' as UserId)?.steps[1].top1).toBe(0);
    expect(tracker.accuracyOf('nobody' as UserId)).toBeNull();
  });

  test('forgets who was not heard of for long, and scores what they did last first', () => {
    const tracker = new ForecastTracker();
    for (let n = 0; n < 300; n++) {
      const user = `u${n}` as UserId;
      tracker.forecast(user, foretold(1, 'a', 0.5));
      live(tracker, 'a', undefined, user);
    }
    expect(tracker.status().all).toMatchObject({ commands: 300 - 256, steps: { 1: { top1: 1 } } });
  });

  test('tells every hundred commands, and when a simple predictor is ahead', () => {
    const tracker = new ForecastTracker();
    const news: string[] = [];
    for (let n = 0; n < 302; n++) {
      news.push(...tracker.command(ann));
      demands(tracker, n % 2 ? 'x' : 'y');
      tracker.forecast(ann, foretold(1, 'a', 0.5));
    }
    expect(news).toEqual(['forecast-behind', 'accuracy', 'accuracy', 'accuracy']);
    expect(tracker.status().behind).toEqual({ simple: 'recent', top: 3, regret: expect.closeTo(1, 1) });
  });
});
