import { describe, expect, test } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import type { EvictionPolicy } from '../../src/residency/eviction-policy.ts';
import { policyNamed, type PolicyName } from '../../src/residency/policies.ts';
import { recall, returns } from '../../src/residency/remembering.ts';
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

  test('learns what a second use means: where it is followed by more, one use is worth less', () => {
    const policy = returns();
    policy.budget(4);
    // Half come three times in a row, half once.
    for (let component = 0; component < 400; component++) {
      policy.insert(component, 1, 1, ms(component), false);
      if (component % 2 === 0) for (let use = 0; use < 3; use++) policy.touch(component, ms(component));
      const [victim] = policy.victims(ms(component));
      policy.remove(victim, true);
    }
    policy.insert(1000, 1, 1, ms(1000), false);
    policy.insert(1001, 1, 3, ms(1000), false);
    policy.touch(1000, ms(1001));
    // One use of what costs three times as much is worth less than two of the other.
    const order = [...policy.victims(ms(1002))];
    expect(order.indexOf(1001)).toBeLessThan(order.indexOf(1000));
  });
});
