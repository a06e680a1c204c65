import { describe, expect, test } from 'vitest';
import { defaultLanes, Lanes } from '../../src/lanes/lanes.ts';
import { pressureResponses } from '../../src/lanes/pressure.ts';
import { defaultRouting, route } from '../../src/lanes/routing.ts';
import { steps } from '../../src/model/prediction.ts';
import { lanes, pressureLevels } from '../../src/model/reason.ts';
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
    const strictness = ['nothing', 'lapsed-speculation', 'speculation', 'unleased'];
    const rows = pressureLevels.map((level) => pressureResponses[level]);
    rows.slice(1).forEach((row, at) => {
      const milder = rows[at];
      expect(row.laneShare).toBeLessThanOrEqual(milder.laneShare);
      expect(Number(row.preload)).toBeLessThanOrEqual(Number(milder.preload));
      expect(Number(row.background)).toBeLessThanOrEqual(Number(milder.background));
      expect(strictness.indexOf(row.unload)).toBeGreaterThanOrEqual(strictness.indexOf(milder.unload));
    });
  });
});
