import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Recent } from '../../src/metrics/recent.ts';
import { Tally } from '../../src/metrics/tally.ts';

describe('recent values', () => {
  test('are those of the keys used last; each of the others has left once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(7), { maxLength: 60 }), (limit, keys) => {
        let made = 0;
        const left: number[] = [];
        const recent = new Recent<number, number>(
          limit,
          () => ++made,
          (value) => left.push(value),
        );
        let plain: [key: number, value: number][] = [];
        const gone: number[] = [];
        for (const key of keys) {
          const value = recent.use(key);
          const known = plain.find(([held]) => held === key);
          plain = [[key, known?.[1] ?? made], ...plain.filter((entry) => entry !== known)];
          for (const [, dropped] of plain.splice(limit)) gone.push(dropped);
          expect(value).toBe(plain[0]?.[1]);
          expect(recent.entries()).toEqual(plain);
          expect(recent.find(key)).toBe(value);
        }
        expect(left).toEqual(gone);
      }),
      { seed: 1 },
    );
  });

  test('are not used by being looked at', () => {
    const recent = new Recent<string, object>(2, () => ({}));
    recent.use('a');
    recent.use('b');
    recent.find('a');
    recent.use('c');
    expect(recent.find('a')).toBeUndefined();
    expect(recent.entries().map(([key]) => key)).toEqual(['c', 'b']);
  });
});

describe('a tally', () => {
  const ranks = (tally: Tally<string>, names: string) => names.split('').map((name) => tally.rankOf(name, 5));

  test('has the most counted first, of equals the one counted last', () => {
    const tally = new Tally<string>(8);
    for (const name of 'abacab') tally.add(name);
    expect(ranks(tally, 'abcx')).toEqual([0, 1, 2, -1]);
    tally.add('c');
    expect(ranks(tally, 'abc')).toEqual([0, 2, 1]);
  });

  test('knows no place beyond those asked for', () => {
    const tally = new Tally<string>(8);
    for (const name of 'aaaabbbccd') tally.add(name);
    expect([tally.rankOf('c', 3), tally.rankOf('d', 3)]).toEqual([2, -1]);
  });

  test('when full, counts a new name in place of the least counted, for no less than it', () => {
    const tally = new Tally<string>(2);
    for (const name of 'aaabb') tally.add(name);
    tally.add('c');
    // b's two and its own one: as many as a.
    expect(ranks(tally, 'abc')).toEqual([1, -1, 0]);
  });
});
