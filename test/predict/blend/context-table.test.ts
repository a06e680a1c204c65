import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContextTable, countOf, followerOf } from '../../../src/predict/blend/context-table.ts';
import { Reader, Writer } from '../../../src/predict/bytes.ts';

/** What followed a context, latest first, as pairs of component and count; null: nothing is known. */
function followers(table: ContextTable, key: number): (readonly [number, number])[] | null {
  const row = table.find(key);
  if (row < 0) return null;
  return [...table.entries.subarray(row + 1, row + 1 + table.width)]
    .filter((entry) => entry !== 0)
    .map((entry) => [followerOf(entry), countOf(entry)] as const);
}

function learned(events: readonly (readonly [number, number])[], limit = 1024, width = 8): ContextTable {
  const table = new ContextTable(limit, width);
  for (const [key, component] of events) table.learn(key, component);
  return table;
}

/** Keys far apart, as the hashes are that tables are made for. */
const spread = (number: number): number => Math.imul(number + 1, 0x9e3779b1) & ~1;
const events = fc.array(fc.tuple(fc.nat(30).map(spread), fc.nat(7)), { maxLength: 150, size: 'max' });

describe('a context table', () => {
  test('knows nothing of what it never met', () => {
    expect(followers(learned([[8, 1]]), spread(3))).toBeNull();
  });

  test('counts each follower, and lists the latest first', () => {
    const table = learned([1, 2, 1, 3, 2].map((component) => [8, component] as const));
    expect(followers(table, 8)).toEqual([
      [2, 2],
      [3, 1],
      [1, 2],
    ]);
    expect(table.cases(table.find(8))).toBe(5);
  });

  test('counts a case that has no name without naming it', () => {
    const table = learned([[8, 1]]);
    table.learnOther(8);
    table.learnOther(spread(1));
    expect([followers(table, 8), table.cases(table.find(8))]).toEqual([[[1, 1]], 2]);
    expect([followers(table, spread(1)), table.cases(table.find(spread(1)))]).toEqual([[], 1]);
  });

  test('gives the place of the rarest follower to a new one; of equals the longest unseen leaves', () => {
    const table = learned(
      [1, 1, 2, 3, 3, 4].map((component) => [8, component] as const),
      16,
      3,
    );
    expect(followers(table, 8)).toEqual([
      [4, 1],
      [3, 2],
      [1, 2],
    ]);
    table.learn(8, 4);
    table.learn(8, 5);
    expect(followers(table, 8)?.map(([component]) => component)).toEqual([5, 4, 3]);
  });

  test('halves the counts of a row before one outgrows its bits, and keeps their order', () => {
    const table = new ContextTable(16, 4);
    for (let round = 0; round < 4000; round++) table.learn(8, round % 4 === 3 ? 1 : 0);
    const counts = new Map(followers(table, 8));
    expect(counts.get(0)).toBeLessThan(1023);
    expect(counts.get(0)).toBeGreaterThan(511);
    expect(counts.get(0)! / counts.get(1)!).toBeCloseTo(3, 0);
    expect(table.cases(table.find(8)) / counts.get(0)!).toBeCloseTo(4 / 3, 1);
  });

  test('is what a map of counts is, while nothing has to make way', () => {
    fc.assert(
      fc.property(events, (events) => {
        const table = learned(events);
        const keys = new Set(events.map(([key]) => key));
        expect(table.size).toBe(keys.size);
        for (const key of keys) {
          const cases = events.filter(([other]) => other === key).map(([, component]) => component);
          const expected = [...new Set(cases.toReversed())].map((component) => [
            component,
            cases.filter((other) => other === component).length,
          ]);
          expect(followers(table, key)).toEqual(expected);
          expect(table.cases(table.find(key))).toBe(cases.length);
        }
      }),
      { seed: 1 },
    );
  });
});

describe('a context table that grows', () => {
  test('keeps all it has learned', () => {
    const table = new ContextTable(65_536, 2);
    for (let number = 0; number < 3000; number++) {
      table.learn(spread(number), number);
      table.learn(spread(number), number + 1);
    }
    expect(table.size).toBe(3000);
    for (let number = 0; number < 3000; number++) {
      expect(followers(table, spread(number))).toEqual([
        [number + 1, 1],
        [number, 1],
      ]);
    }
  });

  test('begins with 16 rows', () => {
    expect(new ContextTable(64, 8).bytes).toBe(16 * (8 + 4 * 8));
  });

  test('never has more rows than its limit, and then lets go of those with the fewest cases', () => {
    const limit = 64;
    const table = new ContextTable(limit, 4);
    for (let round = 0; round < 5; round++) table.learn(spread(0), 7);
    for (let number = 1; number < 5000; number++) {
      table.learn(spread(number), number);
      expect(table.size).toBeLessThanOrEqual(limit);
      expect(followers(table, spread(number))).toEqual([[number, 1]]);
    }
    expect(table.bytes).toBe(limit * (8 + 4 * 4));
    expect(followers(table, spread(0))).toEqual([[7, 5]]);
    expect(table.size).toBe(limit);
  });
});

describe('withdrawing', () => {
  test('leaves the counts of everybody else', () => {
    fc.assert(
      fc.property(events, events, fc.array(fc.boolean(), { minLength: 1 }), (mine, others, turns) => {
        const together = new ContextTable(1024, 8);
        const [left, right] = [mine.slice(), others.slice()];
        for (let turn = 0; left.length + right.length > 0; turn++) {
          const from = (turns[turn % turns.length] && left.length > 0) || right.length === 0 ? left : right;
          together.learn(...from.shift()!);
        }
        together.withdraw(learned(mine));
        const alone = learned(others);
        expect(together.size).toBe(alone.size);
        for (const [key] of [...mine, ...others]) {
          const byComponent = (table: ContextTable) => followers(table, key)?.toSorted(([a], [b]) => a - b) ?? null;
          expect(byComponent(together)).toEqual(byComponent(alone));
          if (alone.find(key) >= 0) expect(together.cases(together.find(key))).toBe(alone.cases(alone.find(key)));
        }
      }),
      { seed: 1 },
    );
  });

  test('of a narrower table from a wider one works alike', () => {
    const mine = [1, 2, 3].map((component) => [8, component] as const);
    const together = learned([...mine, [8, 4]], 64, 16);
    together.withdraw(learned(mine, 16, 4));
    expect(followers(together, 8)).toEqual([[4, 1]]);
  });

  test('takes nothing below zero', () => {
    const table = learned([[8, 1]]);
    table.withdraw(
      learned([
        [8, 1],
        [8, 1],
        [8, 2],
        [spread(5), 1],
      ]),
    );
    expect([followers(table, 8), table.size]).toEqual([null, 0]);
  });

  test('makes room that is used again', () => {
    const table = learned([[8, 1]]);
    table.withdraw(learned([[8, 1]]));
    table.learn(8, 2);
    expect([followers(table, 8), table.size]).toEqual([[[2, 1]], 1]);
  });
});

describe('a saved context table', () => {
  test('is the same when it is loaded, and goes on alike, also where rows make way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(60).map(spread), fc.nat(9)), { maxLength: 300, size: 'max' }),
        events,
        (before, after) => {
          const table = learned(before, 32, 4);
          const to = new Writer();
          table.save(to);
          const from = new Reader(to.bytes());
          const loaded = ContextTable.load(from, 32, 4);
          expect(from.done).toBe(true);
          for (const each of [table, loaded]) for (const [key, component] of after) each.learn(key, component);
          expect(loaded.entries).toEqual(table.entries);
          expect([loaded.size, loaded.bytes, loaded.width]).toEqual([table.size, table.bytes, table.width]);
        },
      ),
      { seed: 1 },
    );
  });

  test('takes no more than its rows in use', () => {
    const table = learned(Array.from({ length: 20 }, (_, number) => [spread(number), number] as const));
    const to = new Writer();
    table.save(to);
    expect(to.bytes().length).toBeLessThanOrEqual(20 * (4 + 8 + 4 * 8) + 64);
  });

  test('is refused where it is of another width, or larger than its limit', () => {
    const to = new Writer();
    learned(
      Array.from({ length: 40 }, (_, number) => [spread(number), number] as const),
      64,
      4,
    ).save(to);
    for (const [limit, width] of [
      [64, 5],
      [64, 3],
      [16, 4],
    ]) {
      expect(() => ContextTable.load(new Reader(to.bytes()), limit, width)).toThrow(RangeError);
    }
  });
});
