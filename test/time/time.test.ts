import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { seededRng } from '../../src/time/clock.ts';
import { systemClock, systemTimers } from '../../src/time/system.ts';
import { VirtualTime } from '../../src/time/virtual.ts';

describe('virtual time', () => {
  test('runs what is due in order of time, then of being set, each at its own time', () => {
    const time = new VirtualTime(1000);
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, time.now()]);
    time.start(ms(30), note('c'));
    time.start(ms(10), note('a'));
    time.start(ms(30), note('d'));
    time.start(ms(20), note('b'));
    time.start(ms(31), note('never'));
    time.advance(30);
    expect(seen).toEqual([
      ['a', 1010],
      ['b', 1020],
      ['c', 1030],
      ['d', 1030],
    ]);
    expect(time.now()).toBe(1030);
  });

  test('runs what is set on the way, if that is due too', () => {
    const time = new VirtualTime();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(time.now());
      time.start(ms(10), again);
    };
    again();
    time.advance(35);
    expect(seen).toEqual([0, 10, 20, 30]);
  });

  test('forgets what is cancelled, even on the way; cancelling twice is no matter', () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    const cancel = time.start(ms(10), () => seen.push('late'));
    time.start(ms(5), () => {
      seen.push('early');
      cancel();
      cancel();
    });
    time.advance(20);
    expect(seen).toEqual(['early']);
  });

  test('never goes back', () => {
    const time = new VirtualTime(100);
    time.advance(-50);
    time.advanceTo(ms(50));
    expect(time.now()).toBe(100);
    const seen: number[] = [];
    time.start(ms(-20), () => seen.push(time.now()));
    time.advance(0);
    expect(seen).toEqual([100]);
  });
});

describe('the system', () => {
  test('tells the time of day, and never goes back', () => {
    const [one, other] = [systemClock.now(), systemClock.now()];
    expect(other).toBeGreaterThanOrEqual(one);
    expect(one).toBeGreaterThan(1.7e12);
  });

  test('runs a timer once, when its time has come, and not when it was cancelled', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const seen: string[] = [];
    systemTimers.start(ms(5), () => seen.push('once'));
    systemTimers.start(ms(5), () => seen.push('cancelled'))();
    systemTimers.start(ms(-5), () => seen.push('at once'));
    // Beyond what the platform can count: it must not come at once.
    systemTimers.start(ms(1e12), () => seen.push('far away'));
    vi.advanceTimersByTime(4);
    expect(seen).toEqual(['at once']);
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual(['at once', 'once']);
  });
});

test('the system keeps the process alive for awaited timers only', () => {
  const started = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => started.mockRestore());
  const cancels = [systemTimers.start(ms(5), () => {}), systemTimers.start(ms(5), () => {}, true)];
  expect(started.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false, true]);
  for (const cancel of cancels) cancel();
});

describe('the generator', () => {
  test('gives the same numbers for the same seed, others for another', () => {
    const draw = (seed: number): number[] => {
      const rng = seededRng(seed);
      return Array.from({ length: 5 }, () => rng.next());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1)[0]).toBeCloseTo(0.6270739405881613, 12);
  });

  test('spreads evenly over 0 to 1', () => {
    const rng = seededRng(42);
    const bins = Array.from({ length: 10 }, () => 0);
    for (let drawn = 0; drawn < 20_000; drawn++) {
      const value = rng.next();
      expect(value >= 0 && value < 1).toBe(true);
      bins[Math.floor(value * 10)]++;
    }
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
