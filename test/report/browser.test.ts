import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { durations } from '../../src/report/browser/durations.ts';
import { timelineBars } from '../../src/report/browser/timeline-bars.ts';

/** A function that the page's script declares, run here without a page. */
function declared(script: string, name: string): unknown {
  return runInNewContext(`${script}; ${name}`);
}

it('writes durations with at most two units', () => {
  const duration = declared(durations, 'duration') as (ms: number) => string;
  const written = [0.4, 350, 12_400, 90_000, 5_400_000, 86_400_000, 100_000_000, 864_000_000].map(duration);
  expect(written).toEqual(['0.4 ms', '350 ms', '12.4 s', '1 min 30 s', '1 h 30 min', '1 d', '1 d 4 h', '10 d']);
});

it('writes points in time as a clock, to the millisecond near the start', () => {
  const clock = declared(durations, 'clock') as (ms: number) => string;
  expect([0, 3250, 754_000, 7_507_000].map(clock)).toEqual(['0:00.000', '0:03.250', '12:34', '2:05:07']);
});

it('draws only the stays that reach into the visible range', () => {
  type Stay = readonly [from: number, warm: number, until: number];
  const visible = declared(timelineBars, 'visible') as (
    stays: readonly Stay[],
    min: number,
    max: number,
    endField: number,
  ) => Stay[];
  const stays: Stay[] = [0, 10, 20, 30].map((from) => [from, from, from + 5]);
  const shown = (min: number, max: number): number[] => visible(stays, min, max, 2).map(([from]) => from);
  expect(shown(0, 40)).toEqual([0, 10, 20, 30]);
  expect(shown(12, 20)).toEqual([10, 20]);
  expect(shown(16, 19)).toEqual([]);
  expect(shown(50, 60)).toEqual([]);
});
