import { describe, expect, it } from 'vitest';
import type { ComponentId, UserId } from '../../src/model/ids.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import {
  type BudgetPoint,
  budgetCurve,
  budgetRow,
  leastBudget,
  memoryNeeded,
  type NamedBudget,
} from '../../src/replay/budget-curve.ts';
import { parseBudget, type WorkloadOptions } from '../../src/replay/workload.ts';

const MB = 1_048_576;

/** One user who needs `sizes.length` components in turn, of these sizes in MB, three times over. */
function base(sizes: readonly number[]): Omit<WorkloadOptions, 'budget'> {
  const turns = Array.from({ length: 3 }, () => sizes.map((_, i) => i)).flat();
  return {
    trace: {
      name: 'turns',
      rows: turns.length,
      ts: Float64Array.from(turns, (_, row) => row),
      user: new Int32Array(turns.length),
      users: ['u' as UserId],
      needs: Int32Array.from(turns),
      firstNeed: Int32Array.from([...turns.keys(), turns.length]),
      components: sizes.map((_, i) => `c${i}` as ComponentId),
      texts: null,
    },
    costs: { of: sizes.map((mb) => ({ bytes: mb * MB, loadMs: 0 })), source: 'test', given: true },
    scope: 'user',
    scoreFrom: 0,
    lead: 0,
  };
}

const named = (name: string): NamedBudget => ({ name, budget: parseBudget(name) });
const rowOf = (name: string, sizes: readonly number[]): string[] =>
  budgetRow(named(name), base(sizes)).map(({ name }) => name);

describe('the row of budgets', () => {
  it('is shares of the footprint, the given one among them once', () => {
    expect(rowOf('25%', [1])).toEqual(['5%', '10%', '15%', '25%', '35%', '50%', '75%', '100%']);
    expect(rowOf('12.5%', [1]).slice(0, 4)).toEqual(['5%', '10%', '12.5%', '15%']);
  });

  it('is slots up to the number of components', () => {
    expect(rowOf('2slots', [1, 1, 1, 1, 1, 1, 1])).toEqual([
      '1slots',
      '2slots',
      '3slots',
      '4slots',
      '5slots',
      '6slots',
    ]);
    expect(rowOf('40slots', [1])).toEqual(['1slots', '40slots']);
  });

  it('is multiples of the given size up to the first that holds everything', () => {
    // Footprint 50 MB, given 20 MB.
    expect(rowOf('20MB', [10, 40])).toEqual(['5MB', '10MB', '15MB', '20MB', '30MB', '40MB', '60MB']);
    // The given one stays though a smaller one is enough.
    expect(rowOf('1GB', [10, 40])).toEqual(['256MB', '1GB']);
  });
});

describe('the curve', () => {
  const options = { policies: ['lru'], noSpeculation: false, makePredictor: () => new Markov2(), waste: 0.1 };
  const known: BudgetPoint = { budget: '2slots', budgetBytes: 2, results: {} };

  it('compares at each budget but the one that is known', async () => {
    const setting = base([1, 1, 1]);
    const progress: number[] = [];
    const row = budgetRow(named('2slots'), setting);
    const curve = await budgetCurve(
      row,
      setting,
      { ...options, onProgress: (done) => void progress.push(done) },
      known,
    );
    expect(curve.map(({ budget, budgetBytes }) => [budget, budgetBytes])).toEqual([
      ['1slots', 1],
      ['2slots', 2],
      ['3slots', 3],
    ]);
    expect(curve[1]).toBe(known);
    // Three in turn: nothing warm with one slot, all but the first three with three.
    expect(curve[0].results['lru'].warmRate).toBe(0);
    expect(curve[2].results['lru'].warmRate).toBe(6 / 9);
    expect(progress).toEqual([0, 2 / 3]);
  });

  it('answers how much memory is needed, policy by policy', () => {
    const point = (budgetBytes: number, lru: number, lfu: number): BudgetPoint =>
      ({
        budget: `${budgetBytes}MB`,
        budgetBytes,
        results: { lru: { warmRate: lru }, lfu: { warmRate: lfu } },
      }) as never;
    expect(memoryNeeded([point(1, 0.5, 0.91), point(2, 0.95, 0.92)])).toEqual({
      lru: { '0.9': { budget: '2MB', budgetBytes: 2 }, '0.95': { budget: '2MB', budgetBytes: 2 }, '0.99': null },
      lfu: { '0.9': { budget: '1MB', budgetBytes: 1 }, '0.95': null, '0.99': null },
    });
  });

  it('tells the smallest measured budget that reaches a target, without interpolating', () => {
    const point = (budgetBytes: number, warmRate: number | null): BudgetPoint =>
      ({ budget: `${budgetBytes}MB`, budgetBytes, results: { lru: { warmRate } } }) as unknown as BudgetPoint;
    const curve = [point(1, null), point(2, 0.89), point(4, 0.9), point(8, 0.97)];
    expect(leastBudget(curve, 'lru', 0.9)?.budgetBytes).toBe(4);
    expect(leastBudget(curve, 'lru', 0.95)?.budgetBytes).toBe(8);
    expect(leastBudget(curve, 'lru', 0.99)).toBeNull();
    expect(leastBudget(curve, 'lfu', 0.5)).toBeNull();
  });
});
