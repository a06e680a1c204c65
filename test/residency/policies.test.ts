import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { belady, nextUses } from '../../src/replay/belady.ts';
import type { EvictionPolicy } from '../../src/residency/eviction-policy.ts';
import { lfu } from '../../src/residency/lfu.ts';
import { lru } from '../../src/residency/lru.ts';
import { evictionPolicyContract } from '../../src/testing/eviction-policy-contract.ts';

/** Next uses that differ from need to need, with a need that moves on with each question. */
function anyBelady(): EvictionPolicy {
  let need = 0;
  return belady(
    Float64Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000),
    () => need++ % 1000,
  );
}

describe.each([
  ['lru', lru],
  ['lfu', lfu],
  ['belady', anyBelady],
])('%s', (_, make) => {
  for (const { name, run } of evictionPolicyContract(make)) test(name, run);
});

type Call = readonly ['insert' | 'touch' | 'remove', number];
const calls = fc.array(fc.tuple(fc.constantFrom('insert', 'touch', 'remove'), fc.nat(7)), {
  maxLength: 200,
});

function play(policy: EvictionPolicy, list: readonly Call[]): number[] {
  list.forEach(([kind, component], at) => {
    if (kind === 'insert') policy.insert(component, 1, 1, ms(at));
    else if (kind === 'touch') policy.touch(component, ms(at));
    else policy.remove(component);
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
  for (; need < 3; need++) policy.insert(needs[need], 1, 1, ms(need));
  expect([...policy.victims(ms(3))]).toEqual([2, 1, 0]);
  policy.touch(0, ms(need));
  expect([...policy.victims(ms(3))]).toEqual([2, 0, 1]);
});
