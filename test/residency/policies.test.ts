import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { belady, nextUses } from '../../src/replay/belady.ts';
import type { EvictionPolicy } from '../../src/residency/eviction-policy.ts';
import { lfu } from '../../src/residency/lfu.ts';
import { gdsf } from '../../src/residency/gdsf.ts';
import { lirs } from '../../src/residency/lirs.ts';
import { quickTrial, s3fifo } from '../../src/residency/s3fifo.ts';
import { sieve } from '../../src/residency/sieve.ts';
import { sized } from '../../src/residency/sized.ts';
import { lru } from '../../src/residency/lru.ts';
import { policyNamed, policyNames } from '../../src/residency/policies.ts';
import { evictionPolicyContract } from '../../src/testing/eviction-policy-contract.ts';

/** Next uses that differ from need to need, with a need that moves on with each question. */
function anyBelady(): EvictionPolicy {
  let need = 0;
  return belady(
    Float64Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000),
    () => need++ % 1000,
  );
}

describe.each<[string, () => EvictionPolicy]>([
  ...policyNames.map((name): [string, () => EvictionPolicy] => [name, () => policyNamed(name)]),
  ['belady', anyBelady],
  ['lirs', lirs],
  ['qdlp', quickTrial],
])('%s', (_, make) => {
  for (const { name, run } of evictionPolicyContract(make)) test(name, run);
});

type Call = readonly ['insert' | 'touch' | 'remove', number];
const calls = fc.array(fc.tuple(fc.constantFrom('insert', 'touch', 'remove'), fc.nat(7)), {
  maxLength: 200,
});

function play(policy: EvictionPolicy, list: readonly Call[]): number[] {
  list.forEach(([kind, component], at) => {
    if (kind === 'insert') policy.insert(component, 1, 1, ms(at), false);
    else if (kind === 'touch') policy.touch(component, ms(at));
    else policy.remove(component, false);
  });
  return [...policy.victims(ms(list.length))];
}

/** What each component in memory was: when last used, and how often since it came. */
function uses(list: readonly Call[]): [number, { at: number; count: number }][] {
  const held = new Map<number, { at: number; count: number }>();
  list.forEach(([kind, component], at) => {
    const known = held.get(component);
    if (kind === 'remove') held.delete(component);
    else if (kind === 'insert') held.set(component, { at, count: 1 });
    else if (known) held.set(component, { at, count: known.count + 1 });
  });
  return [...held];
}

test('lru ranks by last use, oldest first', () => {
  fc.assert(
    fc.property(calls, (list) => {
      const expected = uses(list).sort(([, a], [, b]) => a.at - b.at);
      expect(play(lru(), list)).toEqual(expected.map(([component]) => component));
    }),
    { seed: 1 },
  );
});

test('lfu ranks by number of uses, then by last use', () => {
  fc.assert(
    fc.property(calls, (list) => {
      const expected = uses(list).sort(([, a], [, b]) => a.count - b.count || a.at - b.at);
      expect(play(lfu(), list)).toEqual(expected.map(([component]) => component));
    }),
    { seed: 1 },
  );
});

test('belady ranks what is needed furthest ahead first, and what is never needed again before that', () => {
  const needs = Int32Array.from([0, 1, 2, 0, 1, 0]);
  const next = nextUses(needs, () => 0, 3);
  expect([...next]).toEqual([3, 4, Number.POSITIVE_INFINITY, 5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  let need = 0;
  const policy = belady(next, () => need);
  for (; need < 3; need++) policy.insert(needs[need], 1, 1, ms(need), false);
  expect([...policy.victims(ms(3))]).toEqual([2, 1, 0]);
  policy.touch(0, ms(need));
  expect([...policy.victims(ms(3))]).toEqual([2, 0, 1]);
});

/** What a cache of ten unit components evicts while it serves these demands, in order. */
function evictions(policy: EvictionPolicy, capacity: number, demands: string): string {
  const held = new Set<number>();
  let left = '';
  policy.budget(capacity);
  demands.split('').forEach((name, at) => {
    const component = name.charCodeAt(0);
    policy.touch(component, ms(at));
    if (held.has(component)) return;
    if (held.size === capacity) {
      const [victim] = policy.victims(ms(at));
      policy.remove(victim, true);
      held.delete(victim);
      left += String.fromCharCode(victim);
    }
    policy.insert(component, 1, 1, ms(at), false);
    held.add(component);
  });
  return left;
}

describe('by hand', () => {
  test('sieve passes over what was used, once, and goes on where it stopped', () => {
    // a and c are used. For x: a is passed, b goes. For y: c is passed, d goes. Then x and y, which nobody used.
    expect(evictions(sieve(), 4, 'abcdacxy')).toBe('bd');
    expect(evictions(sieve(), 4, 'abcdacxyzw')).toBe('bdxy');
    expect(evictions(sieve(), 2, 'ababcd')).toBe('ab');
  });

  test('lirs keeps its part of a loop that memory can not hold, where recency keeps nothing', () => {
    const loop = 'abcdefghijkl'.repeat(20);
    expect(evictions(lru(), 10, loop)).toHaveLength(loop.length - 10);
    // Nine stay; the other three take turns in the last tenth.
    expect(new Set(evictions(lirs(), 10, loop))).toEqual(new Set('jkl'));
  });

  test('lirs has what comes back soon change places with what stayed unused', () => {
    // k passes, comes back while the unused a is older than its last use, and takes the place of a, which passes then.
    expect(evictions(lirs(), 10, 'abcdefghijbcdefghikl')).toBe('jk');
    expect(evictions(lirs(), 10, 'abcdefghijbcdefghikklm')).toBe('jal');
  });

  test('s3fifo goes on in the small queue until something leaves it', () => {
    // The main queue is full and the small one holds a used b: it joins main, and c behind it goes, not the oldest of main.
    const policy = s3fifo();
    policy.budget(10);
    const insert = (component: number): void => policy.insert(component, 1, 1, ms(0), false);
    for (let component = 0; component < 9; component++) {
      insert(component);
      policy.touch(component, ms(0));
      policy.touch(component, ms(0));
    }
    insert(9);
    expect(policy.victims(ms(0))[Symbol.iterator]().next().value).toBe(9);
    policy.remove(9, true);
    insert(10);
    policy.touch(10, ms(0));
    policy.touch(10, ms(0));
    policy.insert(11, 1, 1, ms(0), false);
    expect(policy.victims(ms(0))[Symbol.iterator]().next().value).toBe(11);
  });

  test('s3fifo remembers what comes back, though the room made for it would push it out of what is remembered', () => {
    const policy = s3fifo();
    policy.budget(10);
    for (let component = 0; component < 10; component++) policy.insert(component, 1, 1, ms(0), false);
    for (let component = 0; component < 9; component++) policy.remove(component, true);
    policy.touch(0, ms(0));
    policy.insert(20, 1, 1, ms(0), false);
    policy.remove(9, true);
    policy.remove(20, true);
    policy.insert(0, 1, 1, ms(0), false);
    policy.insert(21, 1, 1, ms(0), false);
    // 0 is in the main queue, 21 waits.
    expect([...policy.victims(ms(0))]).toEqual([21, 0]);
  });

  test('s3fifo lets what is used once go first, and remembers it', () => {
    // Ten places, one of them small. a comes back after its eviction, and is kept.
    expect(evictions(s3fifo(), 10, 'abcdefghijk')).toBe('a');
    expect(evictions(s3fifo(), 10, 'abcdefghijkalmnopqrstuvwxyz').includes('a', 1)).toBe(false);
    // Two uses while it waits lead to the main queue.
    expect(evictions(s3fifo(), 10, 'aaabcdefghijk')).toBe('b');
  });

  test('gdsf weighs uses, cost and size, and forgets old merit', () => {
    const policy = gdsf();
    policy.insert(1, 10, 10, ms(0), false);
    policy.insert(2, 20, 10, ms(1), false);
    policy.insert(3, 20, 40, ms(2), false);
    expect([...policy.victims(ms(3))]).toEqual([2, 1, 3]);
    policy.touch(2, ms(3));
    policy.touch(2, ms(4));
    expect([...policy.victims(ms(5))]).toEqual([1, 2, 3]);
    policy.remove(1, true);
    // The clock stands at the rank of 1: what comes now is above it.
    policy.insert(4, 10, 10, ms(6), false);
    expect([...policy.victims(ms(7))]).toEqual([2, 3, 4]);
  });

  test('sized takes the largest, as it was measured', () => {
    const policy = sized();
    policy.insert(1, 10, 1, ms(0), false);
    policy.insert(2, 20, 1, ms(1), false);
    policy.insert(3, 20, 1, ms(2), false);
    expect([...policy.victims(ms(3))]).toEqual([2, 3, 1]);
    policy.measured(1, 30, 1);
    expect([...policy.victims(ms(3))]).toEqual([1, 2, 3]);
  });

  test('what was loaded ahead has not been used', () => {
    const policy = lfu();
    policy.insert(1, 1, 1, ms(0), false);
    policy.insert(2, 1, 1, ms(1), true);
    expect([...policy.victims(ms(2))]).toEqual([2, 1]);
    policy.touch(2, ms(2));
    expect([...policy.victims(ms(3))]).toEqual([1, 2]);
  });
});

// `worth` learns from what it evicts.
test.each(policyNames.filter((name) => name !== 'worth'))('%s evicts in the order that it names beforehand', (name) => {
  const demand = fc.nat(30);
  fc.assert(
    fc.property(fc.array(demand, { minLength: 20, maxLength: 150 }), (demands) => {
      const policy = policyNamed(name);
      evictions(policy, 12, demands.map((n) => String.fromCharCode(65 + n)).join(''));
      const named = [...policy.victims(ms(1000))];
      for (const expected of named) {
        const [victim] = policy.victims(ms(1000));
        expect(victim).toBe(expected);
        policy.remove(victim, true);
      }
    }),
    { seed: 1 },
  );
});
