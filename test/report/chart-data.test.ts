import { describe, expect, it } from 'vitest';
import { curveData } from '../../src/report/curve-data.ts';
import { memoryColumns } from '../../src/report/memory-columns.ts';
import { policyLooks } from '../../src/report/policies.ts';
import { responseData } from '../../src/report/response-data.ts';
import { stretchData } from '../../src/report/stretch-data.ts';
import { picture, sample } from './sample.ts';

const MB = 1_048_576;

describe('the curve', () => {
  it('rises by budget, keeps one point per size, and has gaps where nothing was measured', () => {
    const point = (
      budget: string,
      mb: number,
      foreload: number | null,
    ): ReturnType<typeof sample>['curve'][number] => ({
      budget,
      budgetBytes: mb * MB,
      warmRate: { foreload },
    });
    const curve = curveData(
      sample({ curve: [point('50%', 400, 0.9), point('5%', 100, null), point('10%', 100, 0.4)] }),
      ['lru', 'foreload'],
    );
    expect(curve).toEqual({
      policies: ['foreload'],
      labels: ['10%', '50%'],
      sizes: [100, 400],
      rates: [[40, 90]],
      run: 800,
    });
  });
});

describe('the responses', () => {
  it('become shares over one common row of times', () => {
    const responses = responseData(
      sample({
        responses: [
          { policy: 'a', quantiles: [0, 0, 10, 20, 40] },
          { policy: 'b', quantiles: [5, 5, 5, 5, 100] },
        ],
      }),
    );
    expect(responses?.times).toEqual([1, 5, 10, 20, 40, 100]);
    expect(responses?.shares).toEqual([
      [25, 25, 50, 75, 100, 100],
      [0, 75, 75, 75, 75, 100],
    ]);
  });

  it('are nothing to draw when all are instant', () => {
    expect(responseData(sample({ responses: [{ policy: 'a', quantiles: [0, 0, 0.5, 1] }] }))).toBeNull();
    expect(responseData(sample({ responses: [] }))).toBeNull();
  });
});

describe('the memory columns', () => {
  it('drop what lasted no time and what repeats, and reach to the end', () => {
    const columns = memoryColumns(
      [
        { at: 0, resident: 10, speculative: 4 },
        { at: 5, resident: 99, speculative: 0 },
        { at: 5, resident: 20, speculative: 5 },
        { at: 7, resident: 20, speculative: 5 },
      ],
      1,
      9,
    );
    expect(columns).toEqual({ at: [0, 5, 9], resident: [10, 20, 20], used: [6, 15, 15] });
  });
});

describe('the stretch', () => {
  it('gives the most needed components the rows, the same for every policy', () => {
    const needs = (id: string, times: number) =>
      Array.from({ length: times }, (_, at) => ({ component: id, at, found: 'warm' as const }));
    const many = Array.from({ length: 60 }, (_, index) => needs(`c${index}`, index + 1)).flat();
    const stretch = stretchData(
      sample({ pictures: [picture('foreload', { needs: many, stays: [] }), picture('lru')] }),
    );
    expect(stretch?.rows).toHaveLength(40);
    expect(stretch?.rows[0]).toBe('c59');
    expect(stretch?.leftOut).toBe(22);
    expect(stretch?.pictures.map(({ stays }) => stays.length)).toEqual([40, 40]);
  });

  it('names what became of each stay, and sorts it by time', () => {
    const [timely, demanded] = picture('lru').stays;
    const open = { ...timely, loadFrom: 2000, until: 3000, outcome: null };
    const failed = { ...timely, loadFrom: 1500, warmFrom: null, until: 1600, outcome: 'failed' as const };
    const stretch = stretchData(sample({ pictures: [picture('lru', { stays: [open, failed, timely, demanded] })] }));
    expect(stretch?.rows).toEqual(['git', 'sharp']);
    expect(stretch?.pictures[0]?.stays).toEqual([
      [
        [0, 200, 1000, 1, 1],
        [1500, null, 1600, 4, 1],
        [2000, 200, 3000, 6, 1],
      ],
      [[600, 700, 1000, 0, 0]],
    ]);
    expect(stretch?.end).toBe(3000);
  });

  it('draws the memory of each policy to the end of its own run', () => {
    const [timely] = picture('lru').stays;
    const longer = { ...timely, loadFrom: 2000, until: 3000 };
    const stretch = stretchData(
      sample({ pictures: [picture('foreload'), picture('lru', { stays: [timely, longer] })] }),
    );
    expect(stretch?.pictures.map(({ memory }) => memory.at.at(-1))).toEqual([1000, 3000]);
  });

  it('measures memory against the budget of the device shown', () => {
    const stretch = stretchData(sample({ pictures: [picture('foreload', { budgetBytes: 120 * MB }), picture('lru')] }));
    expect(stretch?.pictures.map(({ budget }) => budget)).toEqual([120, 800]);
    expect(stretch?.peak).toBe(800);
  });
});

describe('the looks', () => {
  it('are different for each of many policies', () => {
    const names = ['foreload', 'lru', 'clairvoyant', ...Array.from({ length: 12 }, (_, index) => `p${index}`)];
    const looks = [...policyLooks(names).values()].map(({ colour, dash }) => `${colour} ${dash.join()}`);
    expect(new Set(looks).size).toBe(names.length);
  });
});
