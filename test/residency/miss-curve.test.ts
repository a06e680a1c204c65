import { describe, expect, test } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { lru } from '../../src/residency/lru.ts';
import { MissCurve } from '../../src/residency/miss-curve.ts';
import { nextBudget } from '../../src/residency/sizing.ts';
import { seededRng } from '../../src/time/clock.ts';

interface Demand {
  readonly component: number;
  readonly bytes: number;
  readonly cost: number;
}

/** A skewed stream: small numbers often, all of them now and then. */
function stream(length: number, components: number, sizeOf: (component: number) => number, seed = 1): Demand[] {
  const rng = seededRng(seed);
  return Array.from({ length }, () => {
    const component = Math.floor(components * rng.next() ** 3);
    return { component, bytes: sizeOf(component), cost: 1 + (component % 7) };
  });
}

/** What a real LRU pays, of all that could be paid. */
function missedByLru(demands: readonly Demand[], budget: number): number {
  const policy = lru();
  const held = new Map<number, number>();
  let size = 0;
  let missed = 0;
  let all = 0;
  for (const { component, bytes, cost } of demands) {
    all += cost;
    if (held.has(component)) {
      policy.touch(component, ms(0));
      continue;
    }
    missed += cost;
    while (size + bytes > budget) {
      const [victim = Number.NaN] = policy.victims(ms(0));
      size -= held.get(victim) ?? Number.NaN;
      held.delete(victim);
      policy.remove(victim, true);
    }
    policy.insert(component, bytes, cost, ms(0), false);
    held.set(component, bytes);
    size += bytes;
  }
  return missed / all;
}

function curveOf(demands: readonly Demand[], options: { keys?: number } = {}): MissCurve {
  const curve = new MissCurve({ fadeMs: Number.POSITIVE_INFINITY, ...options });
  demands.forEach(({ component, bytes, cost }, at) => curve.demand(component, bytes, cost, at));
  return curve;
}

describe('a miss curve', () => {
  test('is exactly what an LRU of each size misses: equal sizes', () => {
    const demands = stream(20_000, 100, () => 1);
    const curve = curveOf(demands);
    expect(curve.rate).toBe(1);
    for (const budget of [1, 2, 5, 10, 33, 99, 100, 1000]) {
      expect(curve.missShare(budget)).toBeCloseTo(missedByLru(demands, budget), 12);
    }
  });

  test('is exactly what an LRU of each size misses: different sizes', () => {
    const demands = stream(20_000, 80, (component) => 1 + ((component * 7) % 11), 2);
    const curve = curveOf(demands);
    for (const budget of [11, 12, 25, 60, 150, 400, 500]) {
      expect(curve.missShare(budget)).toBeCloseTo(missedByLru(demands, budget), 12);
    }
  });

  test('is within 3 points of it when it follows one component in ten', () => {
    const demands = stream(200_000, 10_000, (component) => 1 + (component % 5), 3);
    const curve = curveOf(demands, { keys: 1000 });
    expect(curve.rate).toBeLessThan(0.15);
    for (const budget of [500, 2000, 5000, 10_000, 20_000]) {
      expect(Math.abs(curve.missShare(budget)! - missedByLru(demands, budget))).toBeLessThan(0.03);
    }
  });

  test('tells what misses cost for each ms, and follows what changes', () => {
    const curve = new MissCurve({ fadeMs: 1000 });
    // Two in turn, one every 10 ms, at a cost of 5: half a unit for each ms with room for one.
    for (let i = 0; i < 2000; i++) curve.demand(i % 2, 1, 5, i * 10);
    expect(curve.missCost(1, 20_000)).toBeCloseTo(0.5, 1);
    expect(curve.missCost(2, 20_000)).toBeLessThan(1e-6);
    expect(curve.missCost(1, 25_000)).toBeLessThan(0.01);
    for (let i = 0; i < 500; i++) curve.demand(2 + (i % 3), 1, 5, 25_000 + i * 10);
    expect(curve.missShare(2)).toBeGreaterThan(0.95);
    expect(curve.missShare(3)).toBeLessThan(0.05);
  });

  test('stays finite over a long time', () => {
    const curve = new MissCurve({ fadeMs: 10 });
    for (let i = 0; i < 100_000; i++) curve.demand(i % 2, 1, 5, i * 10);
    expect(curve.missShare(1)).toBeCloseTo(1, 9);
    expect(curve.missCost(1, 1_000_000)).toBeGreaterThan(0.1);
  });

  test('says nothing before any demand', () => {
    expect(new MissCurve().missShare(1)).toBeNull();
    expect(new MissCurve().missCost(1, 1000)).toBe(0);
  });
});

describe('the next budget', () => {
  const hour = 3_600_000;
  /** Ten of 10 bytes in turn, one a minute, 1000 ms each: 60 s of waiting an hour if not all of them fit. */
  const cycle = new MissCurve();
  for (let i = 0; i < 600; i++) cycle.demand(i % 10, 10, 1000, (i * hour) / 60);
  const now = 10 * hour;

  /** The budgets it comes by, until it stays where it is. */
  function path(from: number, price: number, floor = 0, curve = cycle): number[] {
    const budgets = [from];
    for (let i = 0; i < 50; i++) {
      const next = nextBudget(curve, { min: 10, max: 210, price }, budgets.at(-1) ?? from, floor, now);
      if (next === budgets.at(-1)) return budgets;
      budgets.push(next);
    }
    return expect.unreachable('it never comes to rest');
  }

  test('grows in bounded steps to where a whole working set fits, although half of it is worth nothing', () => {
    const budgets = path(10, 100);
    expect(budgets.at(-1)).toBeGreaterThanOrEqual(100);
    expect(budgets.at(-1)).toBeLessThan(110);
    budgets.forEach((budget, i) => expect(budget - (budgets[i - 1] ?? budget)).toBeLessThanOrEqual(25));
    expect(budgets).toEqual(budgets.toSorted((a, b) => a - b));
  });

  test('gives back what is of no use, without ever turning round', () => {
    const budgets = path(210, 100);
    expect(budgets.at(-1)).toBeLessThan(110);
    expect(budgets.at(-1)).toBeGreaterThanOrEqual(100);
    expect(budgets).toEqual(budgets.toSorted((a, b) => b - a));
  });

  test('goes down to the smallest where memory costs more than waiting', () => {
    expect(path(210, 1000).at(-1)).toBe(10);
  });

  test('stays above what is in use', () => {
    expect(path(210, 1000, 60).at(-1)).toBe(60);
  });

  test('stays where the best is hardly better, and where nothing is known', () => {
    expect(path(105, 100)).toHaveLength(1);
    expect(path(50, 100, 0, new MissCurve())).toEqual([50]);
  });
});
