import { describe, expect, test } from 'vitest';
import { defaultLanes, Lanes } from '../../src/lanes/lanes.ts';
import { pressureResponses } from '../../src/lanes/pressure.ts';
import { defaultRouting, route } from '../../src/lanes/routing.ts';
import { steps } from '../../src/model/prediction.ts';
import { type Lane, lanes, pressureLevels } from '../../src/model/reason.ts';
import { laneContract } from '../../src/testing/lane-contract.ts';

describe('lanes', () => {
  for (const { name, run } of laneContract((limits) => new Lanes(limits))) test(name, run);

  test('hold what the specification says', () => {
    expect(defaultLanes).toEqual({
      immediate: { capacity: 10, workers: 3 },
      delayed: { capacity: 20, workers: 3 },
      background: { capacity: 50, workers: 3 },
    });
  });
});

describe('a share of the workers', () => {
  const waiting = (component: number, lane: Lane) => ({ component, lane, worth: 1, probability: 0.5, user: null });

  test('is rounded down, never to none unless none is asked for, and stops no load that runs', () => {
    const queue = new Lanes(defaultLanes);
    const after = (share: number): number => {
      queue.staff(share);
      return queue.workers;
    };
    expect([1, 0.5, 0.25, 0.01, 0].map(after)).toEqual([9, 4, 2, 1, 0]);
    expect([0.5, 1].map(after)).toEqual([4, 9]);
  });

  test('is one of what may load at once in all lanes, if that is less', () => {
    const queue = new Lanes({ ...defaultLanes, atOnce: 2 });
    expect(queue.workers).toBe(2);
    const taken = () => lanes.map((lane) => queue.takeWorker(lane));
    expect(taken()).toEqual([true, true, false]);
    queue.freeWorker('immediate');
    queue.staff(0.5);
    expect(taken()).toEqual([false, false, false]);
    queue.limit(defaultLanes);
    expect(queue.workers).toBe(4);
    expect(queue.takeWorker('background')).toBe(true);
  });

  test('holds for loads that wait in no lane too', () => {
    const queue = new Lanes(defaultLanes);
    queue.staff(0.25);
    expect([queue.takeWorker('background'), queue.takeWorker('background')]).toEqual([true, true]);
    expect([queue.takeWorker('background'), queue.takeWorker('delayed')]).toEqual([false, false]);
  });

  test('holds for all lanes together, the stronger first come first served', () => {
    const queue = new Lanes(defaultLanes);
    lanes.forEach((lane, at) => [0, 1, 2].forEach((nth) => queue.offer(waiting(at * 3 + nth, lane))));
    queue.staff(0.5);
    const taken = lanes.flatMap((lane) => [0, 1, 2].map(() => queue.take(lane)?.component));
    expect(taken.filter((component) => component !== undefined)).toEqual([0, 1, 2, 3]);
    queue.staff(0.2);
    queue.freeWorker('immediate');
    expect(queue.take('delayed')).toBeUndefined();
    queue.staff(1);
    expect(queue.take('delayed')?.component).toBe(4);
  });
});

describe('routing', () => {
  test('never leads to a weaker lane for what is likelier or nearer', () => {
    const strength = (probability: number, step: 1 | 2 | 3): number => {
      const lane = route(probability, step, defaultRouting);
      return lane ? lanes.indexOf(lane) : lanes.length;
    };
    for (let percent = 0; percent < 100; percent++) {
      for (const step of steps) {
        expect(strength((percent + 1) / 100, step)).toBeLessThanOrEqual(strength(percent / 100, step));
        if (step > 1) {
          expect(strength(percent / 100, (step - 1) as 1 | 2)).toBeLessThanOrEqual(strength(percent / 100, step));
        }
      }
    }
  });
});

describe('the response to pressure', () => {
  test('never asks for less as the level rises', () => {
    const strictness = ['none', 'excess', 'all'];
    const rows = pressureLevels.map((level) => pressureResponses[level]);
    rows.slice(1).forEach((row, at) => {
      const milder = rows[at];
      expect(row.laneShare).toBeLessThanOrEqual(milder.laneShare);
      expect(Number(row.preload)).toBeLessThanOrEqual(Number(milder.preload));
      expect(Number(row.background)).toBeLessThanOrEqual(Number(milder.background));
      for (const whose of ['speculation', 'ordinary'] as const) {
        expect(strictness.indexOf(row[whose])).toBeGreaterThanOrEqual(strictness.indexOf(milder[whose]));
      }
      expect(strictness.indexOf(row.speculation)).toBeGreaterThanOrEqual(strictness.indexOf(row.ordinary));
    });
  });
});
