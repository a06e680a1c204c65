import { describe, expect, test } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import type { EvictionPolicy } from '../../src/residency/eviction-policy.ts';
import { lfu } from '../../src/residency/lfu.ts';
import { lru } from '../../src/residency/lru.ts';
import { policyNamed, type PolicyName } from '../../src/residency/policies.ts';
import { density, merit, recall } from '../../src/residency/remembering.ts';
import { Shadows } from '../../src/residency/shadows.ts';
import { worth } from '../../src/residency/worth.ts';
import { seededRng } from '../../src/time/clock.ts';

/** Misses of a cache of equal components. */
function misses(policy: EvictionPolicy, capacity: number, demands: readonly number[]): number {
  const held = new Set<number>();
  let missed = 0;
  policy.budget(capacity);
  demands.forEach((component, at) => {
    policy.touch(component, ms(at));
    if (held.has(component)) return;
    missed++;
    if (held.size === capacity) {
      const [victim] = policy.victims(ms(at));
      policy.remove(victim, true);
      held.delete(victim);
    }
    policy.insert(component, 1, 1, ms(at), false);
    held.add(component);
  });
  return missed;
}

/** Stretches that suit different policies: few favourites among many, a loop too large for memory, a moving window. */
function switching(seed: number): number[] {
  const rng = seededRng(seed);
  const pick = (n: number): number => Math.floor(rng.next() * n);
  const demands: number[] = [];
  for (let stretch = 0; stretch < 8; stretch++) {
    const kind = pick(3);
    for (let at = 0; at < 1000; at++) {
      if (kind === 0) demands.push(rng.next() < 0.5 ? pick(6) : 100 + pick(300));
      else if (kind === 1) demands.push(500 + (at % 25));
      else demands.push(600 + Math.floor(at / 20) + pick(12));
    }
  }
  return demands;
}

describe('worth', () => {
  test('loses little against the best of its shadows, whatever they are good at', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const demands = switching(seed);
      const names: PolicyName[] = ['lru', 'lfu', 'gdsf', 's3fifo'];
      const alone = [...names.map((name) => misses(policyNamed(name), 16, demands)), misses(recall(), 16, demands)];
      expect(misses(worth(), 16, demands)).toBeLessThan(Math.min(...alone) + 0.05 * demands.length);
    }
  });

  test('follows recency until it knows better, then counts', () => {
    const policy = worth();
    const favourites = Array.from({ length: 4000 }, (_, at) => (at % 2 === 0 ? (at / 2) % 3 : 10 + at));
    expect(policy.shadows()).toBeNull();
    misses(policy, 4, favourites.slice(0, 6));
    expect(policy.shadows()?.leader).toBe('lru');
    misses(policy, 4, favourites);
    const { leader, lost, regret, paid } = policy.shadows()!;
    expect(leader).not.toBe('lru');
    expect(lost[leader]).toBeLessThan(lost['lru'] * 0.7);
    expect(regret).toBeCloseTo(paid - Math.min(...Object.values(lost)), 9);
  });

  test('begins with what costs and sizes say, where they differ', () => {
    const policy = worth();
    policy.budget(3);
    policy.insert(1, 2, 1, ms(0), false);
    policy.insert(2, 1, 1, ms(1), false);
    expect([...policy.victims(ms(2))]).toEqual([1, 2]);
    expect(policy.shadows()?.leader).toBe('gdsf');
  });

  test('begins with distances between uses where only sizes differ and a byte of each costs the same', () => {
    const policy = worth();
    policy.budget(3);
    policy.insert(1, 2, 20, ms(0), false);
    policy.insert(2, 1, 10, ms(1), false);
    expect([...policy.victims(ms(2))]).toHaveLength(2);
    expect(policy.shadows()?.leader).toBe('lirs');
  });

  test('whom to follow first is decided when memory runs out, whoever asked before for the order', () => {
    const policy = worth();
    policy.budget(3);
    policy.insert(1, 1, 1, ms(0), false);
    expect([...policy.victims(ms(0))]).toEqual([1]);
    expect(policy.shadows()?.leader).toBe('lru');
    policy.insert(2, 2, 1, ms(1), false);
    policy.remove(2, false);
    policy.insert(2, 2, 1, ms(1), false);
    expect(policy.shadows()?.leader).toBe('lru');
    policy.remove([...policy.victims(ms(2))][0], true);
    expect(policy.shadows()?.leader).toBe('gdsf');
  });

  test('comes to hold what its leader holds, whatever it held before', () => {
    const window = Array.from({ length: 2000 }, (_, at) => Math.floor(at / 20) + (at % 7));
    const loop = Array.from({ length: 4000 }, (_, at) => 500 + (at % 20));
    const policy = worth();
    misses(policy, 16, [...window, ...loop]);
    const { leader, lost, paid } = policy.shadows()!;
    expect(leader).not.toBe('lru');
    expect(paid - lost[leader]).toBeLessThan(20);
    expect(paid).toBeLessThan(0.6 * lost['lru']);
  });

  test('what its leader does not hold leaves first', () => {
    const policy = worth();
    const held = new Set<number>();
    policy.budget(4);
    const serve = (component: number): void => {
      policy.touch(component, ms(0));
      if (held.has(component)) return;
      if (held.size === 4) {
        // The engine keeps what the policy would give: the last instead of the first.
        const victim = [...policy.victims(ms(0))].at(-1)!;
        policy.remove(victim);
        held.delete(victim);
      }
      policy.insert(component, 1, 1, ms(0), false);
      held.add(component);
    };
    for (const component of [1, 2, 3, 4, 5, 6, 7]) serve(component);
    expect(policy.shadows()?.leader).toBe('lru');
    // Recency holds 4 to 7; 1, 2 and 3 are there only because the engine kept them.
    expect([...held].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 7]);
    expect([...policy.victims(ms(1))]).toEqual([1, 2, 3, 7]);
    serve(1);
    expect([...policy.victims(ms(2))].slice(0, 2)).toEqual([2, 3]);
  });

  test('one difference may be chance, two alike are not', () => {
    const shadows = new Shadows([lru, lfu], 0, 2, 2);
    const demand = (component: number): boolean => shadows.demand(component, { bytes: 1, cost: 1 }, 0, ms(0));
    // Recency lets 0 go for 2, counts do not.
    expect([0, 0, 0, 1, 2, 0].map(demand)).not.toContain(true);
    expect(shadows.status().leader).toBe('lru');
    expect([1, 2, 0].map(demand)).toEqual([false, false, true]);
    expect(shadows.status().leader).toBe('lfu');
  });

  test('of very many it watches a share, and knows what all would have lost', () => {
    const rng = seededRng(7);
    const capacity = 9000;
    const demands = Array.from({ length: 40_000 }, () => Math.floor(30_000 * rng.next() ** 3));
    const policy = worth();
    misses(policy, capacity, demands);
    const all = misses(policyNamed('lru'), capacity, demands) - capacity;
    const { lost, paid } = policy.shadows()!;
    expect(lost['lru'] / all).toBeGreaterThan(0.75);
    expect(lost['lru'] / all).toBeLessThan(1.1);
    expect(paid / lost['lru']).toBeGreaterThan(0.6);
    expect(paid / lost['lru']).toBeLessThan(1.2);
  });

  test('watches a smaller share once there are many more than there were', () => {
    const policy = worth();
    policy.budget(20_000);
    for (let component = 0; component < 10; component++) policy.insert(component, 2000, 1, ms(0), false);
    expect([...policy.victims(ms(0))]).toHaveLength(10);
    for (let component = 0; component < 10; component++) policy.measured(component, 1, 1);
    for (let component = 10; component < 15_000; component++) policy.insert(component, 1, 1, ms(1), false);
    expect([...policy.victims(ms(2))]).toHaveLength(15_000);
    for (let component = 0; component < 15_000; component++) policy.touch(component, ms(3));
    expect(policy.shadows()!.paid).toBeLessThan(15_000);
  });

  test('keeps what was loaded ahead, until as many others have come as there are in memory', () => {
    const policy = worth();
    policy.budget(4);
    policy.insert(1, 1, 1, ms(0), true);
    for (let component = 2; component <= 4; component++) policy.insert(component, 1, 1, ms(1), false);
    expect([...policy.victims(ms(2))]).toEqual([2, 3, 4, 1]);
    for (let component = 5; component <= 8; component++) {
      const [victim] = policy.victims(ms(3));
      policy.remove(victim);
      policy.insert(component, 1, 1, ms(3), false);
    }
    expect([...policy.victims(ms(4))].includes(1)).toBe(false);
  });

  test('takes what was loaded ahead for used once it is demanded', () => {
    const policy = worth();
    policy.budget(2);
    policy.insert(1, 1, 1, ms(0), true);
    policy.insert(2, 1, 1, ms(1), false);
    policy.touch(1, ms(2));
    expect([...policy.victims(ms(3))]).toEqual([2, 1]);
  });
});

describe('a memory of uses', () => {
  test('counts on where it left off', () => {
    const policy = recall();
    policy.budget(10);
    for (let use = 0; use < 3; use++) policy.touch(1, ms(use));
    policy.insert(1, 1, 1, ms(0), false);
    policy.touch(1, ms(1));
    policy.remove(1, false);
    policy.insert(2, 1, 1, ms(2), false);
    policy.touch(2, ms(3));
    policy.insert(1, 1, 1, ms(4), false);
    expect([...policy.victims(ms(5))]).toEqual([2, 1]);
  });

  test('ends with three budgets of others', () => {
    const policy = recall();
    policy.budget(1);
    policy.insert(1, 1, 1, ms(0), false);
    policy.remove(1, false);
    for (let other = 2; other <= 4; other++) {
      policy.insert(other, 1, 1, ms(0), false);
      policy.remove(other, false);
    }
    policy.insert(1, 1, 1, ms(1), false);
    policy.insert(9, 1, 1, ms(1), false);
    policy.touch(9, ms(2));
    expect([...policy.victims(ms(3))]).toEqual([1, 9]);
  });

  test('without aging, many others can not push out what was used most', () => {
    const last = (policy: EvictionPolicy): number | undefined => {
      policy.budget(10);
      policy.insert(1, 1, 1, ms(0), false);
      policy.touch(1, ms(1));
      policy.touch(1, ms(2));
      for (let other = 2; other < 30; other++) {
        policy.insert(other, 1, 1, ms(other), false);
        if (other % 2 === 0) policy.touch(other, ms(other));
        const [victim] = policy.victims(ms(other));
        if (other > 3) policy.remove(victim, true);
      }
      return [...policy.victims(ms(30))].find((component) => component === 1);
    };
    expect(last(merit())).toBe(1);
    expect(last(density())).toBe(1);
    expect(last(recall())).toBeUndefined();
  });

  test('is what sets merit apart from density', () => {
    const order = (policy: EvictionPolicy): number[] => {
      policy.budget(10);
      policy.insert(1, 1, 1, ms(0), false);
      policy.touch(1, ms(1));
      policy.remove(1, true);
      policy.insert(1, 1, 1, ms(2), false);
      policy.insert(2, 1, 1, ms(3), false);
      policy.touch(2, ms(4));
      return [...policy.victims(ms(5))];
    };
    expect(order(merit())).toEqual([2, 1]);
    expect(order(density())).toEqual([1, 2]);
  });
});
