import { describe, expect, test } from 'vitest';
import { ms } from '../../../src/model/ids.ts';
import { contexts } from '../../../src/predict/blend/experts.ts';
import { longestReturn, returnOf } from '../../../src/predict/blend/stand.ts';
import { hash, longestOrder, Trail } from '../../../src/predict/blend/trail.ts';
import { Reader, Writer } from '../../../src/predict/bytes.ts';

/** A trail after commands of one component each, a minute apart. */
function after(components: readonly number[], minute = 60_000): Trail {
  const trail = new Trail();
  components.forEach((component, at) => {
    if (trail.demanded.length > 0) trail.close();
    trail.demand(component, ms(at * minute));
  });
  return trail;
}

/** The key of a context, named by its parts. */
const keyOf = (trail: Trail, ...parts: string[]): number =>
  trail.stand().keys[contexts.findIndex((of) => of.join() === parts.join())];

describe('a trail', () => {
  test('remembers the last five demands, latest first', () => {
    expect([...after([1, 2]).recent]).toEqual([2, 1, -1, -1, -1]);
    expect([...after([1, 2, 3, 4, 5, 6]).recent]).toEqual([6, 5, 4, 3, 2]);
  });

  test('orders components by their last demand, each once, with how often it was demanded', () => {
    const trail = after([1, 2, 1, 3, 1, 2]);
    expect([trail.order, trail.uses]).toEqual([
      [2, 1, 3],
      [2, 3, 1],
    ]);
  });

  test('tells how many other components came since one did', () => {
    const trail = after([1, 2, 3, 2, 2]);
    expect([2, 3, 1, 9].map((component) => returnOf(trail.stand(), component))).toEqual([0, 1, 2, longestReturn]);
    expect([...after([1, 2, 1]).returns]).toEqual([1, longestReturn, longestReturn]);
  });

  test('takes for new what came back after too many others', () => {
    const trail = after(Array.from({ length: longestReturn + 3 }, (_, component) => component));
    for (const component of [0, 1, 2]) expect(returnOf(trail.stand(), component)).toBe(longestReturn);
    expect(returnOf(trail.stand(), 3)).toBe(longestReturn - 1);
  });

  test('knows a bounded number of components', () => {
    const trail = after(Array.from({ length: 3 * longestOrder }, (_, component) => component));
    expect([trail.order.length, trail.uses.length]).toEqual([longestOrder, longestOrder]);
    expect(trail.order[0]).toBe(3 * longestOrder - 1);
  });

  test('keeps where it stood at the ends of the last three commands only', () => {
    const trail = after([1, 2, 3, 4, 5, 6, 7]);
    const ends = [6, 5, 4].map((last) => after([1, 2, 3, 4, 5, 6].slice(0, last)).stand());
    expect(trail.stands).toEqual(ends);
  });

  test('stands where it stood, whatever comes later', () => {
    const trail = after([1, 2]);
    const stand = trail.stand();
    const before = structuredClone(stand);
    trail.demand(3, ms(120_000));
    expect(stand).toEqual(before);
    expect([returnOf(stand, 3), returnOf(trail.stand(), 3)]).toEqual([longestReturn, 0]);
    expect(trail.stand().count).toBe(3);
  });

  test('moves its load towards what commands demand', () => {
    const trail = new Trail();
    for (let round = 0; round < 60; round++) {
      for (const component of [1, 2, 3]) trail.demand(component, ms(round));
      trail.close();
    }
    expect(trail.load).toBeGreaterThan(2.9);
    expect(trail.load).toBeLessThanOrEqual(3);
    trail.demand(1, ms(60));
    expect(trail.expectedLoad()).toBeLessThan(trail.load);
  });

  test('stands no time from itself when the clock goes back', () => {
    const trail = new Trail();
    trail.demand(1, ms(5000));
    trail.demand(2, ms(1000));
    expect(trail.gap).toBe(0);
    expect([...trail.stand().keys].every(Number.isInteger)).toBe(true);
  });
});

describe('keys', () => {
  test('agree where the parts of their context do, and only there', () => {
    const [one, other] = [after([1, 2, 3, 4]), after([9, 2, 3, 4])];
    for (const parts of [['last'], ['last', 'second'], ['last', 'second', 'third'], ['second'], ['three']]) {
      expect(keyOf(one, ...parts)).toBe(keyOf(other, ...parts));
      expect(keyOf(one, ...parts)).not.toBe(keyOf(after([1, 5, 6, 7]), ...parts));
    }
    expect(keyOf(one, 'last', 'second', 'third', 'fourth', 'fifth')).not.toBe(
      keyOf(other, 'last', 'second', 'third', 'fourth', 'fifth'),
    );
  });

  test('of the last three are the same in any order, those of the last two are not', () => {
    expect(keyOf(after([1, 2, 3]), 'three')).toBe(keyOf(after([3, 1, 2]), 'three'));
    expect(keyOf(after([1, 2]), 'last', 'second')).not.toBe(keyOf(after([2, 1]), 'last', 'second'));
  });

  test('tell hours and paces apart', () => {
    const hour = 3_600_000;
    expect(keyOf(after([1, 2], hour), 'hour', 'weekday')).not.toBe(keyOf(after([1, 2], 2 * hour), 'hour', 'weekday'));
    expect(keyOf(after([1, 2], hour), 'last', 'gap')).not.toBe(keyOf(after([1, 2], 1000), 'last', 'gap'));
    expect(keyOf(after([1, 2], hour), 'last')).toBe(keyOf(after([1, 2], 1000), 'last'));
  });

  test('are spread: a hundred thousand of them hardly ever meet', () => {
    const seen = new Set<number>();
    for (let one = 0; one < 316; one++)
      for (let other = 0; other < 316; other++) seen.add(hash(hash(1, one), other) | 1);
    expect(seen.size).toBeGreaterThan(316 * 316 * 0.999);
  });
});

test('a saved trail goes on as it would have', () => {
  const trail = after([1, 2, 3, 1, 2]);
  trail.table.learn(5, 1);
  trail.features = Uint32Array.of(1, 2);
  trail.before = Uint32Array.of(3);
  trail.draft = Uint32Array.of(4, 5, 6);
  trail.told = 2;
  trail.advice = [new Map([[1, 0.5]]), new Map(), new Map()];
  trail.leanings = [new Float32Array(4).fill(0.5)];
  const to = new Writer();
  trail.save(to);
  const from = new Reader(to.bytes());
  const loaded = Trail.load(from);
  expect(from.done).toBe(true);
  expect(loaded).toEqual(trail);
  for (const each of [trail, loaded]) {
    each.close();
    each.demand(3, ms(999_999));
  }
  expect(loaded).toEqual(trail);
  expect(loaded.stand()).toEqual(trail.stand());
});
