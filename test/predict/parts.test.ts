import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Distribution } from '../../src/predict/distribution.ts';
import { Followers } from '../../src/predict/followers.ts';
import { Generations } from '../../src/predict/generations.ts';
import { Interner } from '../../src/predict/interner.ts';
import { TextEvidence } from '../../src/predict/text-evidence.ts';
import { hashedWords, hashWord } from '../../src/predict/words.ts';

const followersOf = (cases: readonly number[]): Followers => {
  const followers = new Followers();
  for (const id of cases) {
    followers.total++;
    followers.add(id);
  }
  return followers;
};

describe('followers', () => {
  test('count each, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 100 }), (cases) => {
        const followers = followersOf(cases);
        const counts = new Map(followers.ids.map((id, at) => [id, followers.counts[at]]));
        expect(counts.size).toBe(followers.ids.length);
        for (const id of new Set(cases)) expect(counts.get(id)).toBe(cases.filter((other) => other === id).length);
        expect(followers.total).toBe(cases.length);
      }),
      { seed: 1 },
    );
  });

  test('share nothing while they are empty', () => {
    const [one, other] = [new Followers(), new Followers()];
    one.add(1);
    expect([other.ids, new Followers().ids]).toEqual([[], []]);
  });
});

describe('a distribution', () => {
  const size = 10;
  const contexts = fc.array(fc.array(fc.nat(size - 1), { maxLength: 20 }), { maxLength: 8 });

  /** Witten-Bell, one probability at a time. */
  function naive(mixed: readonly (readonly number[])[]): number[] {
    let values = Array.from({ length: size }, () => 1 / size);
    for (const cases of mixed) {
      const different = new Set(cases).size;
      if (cases.length === 0) continue;
      values = values.map(
        (value, id) => (different * value + cases.filter((other) => other === id).length) / (cases.length + different),
      );
    }
    return values;
  }

  test('is what mixing one probability at a time gives, and adds up to one', () => {
    const spread = new Distribution();
    fc.assert(
      fc.property(contexts, (mixed) => {
        spread.reset(size);
        for (const cases of mixed) spread.mix(followersOf(cases));
        naive(mixed).forEach((value, id) => expect(spread.at(id)).toBeCloseTo(value, 10));
        let sum = 0;
        for (let id = 0; id < size; id++) sum += spread.at(id);
        expect(sum).toBeCloseTo(1, 10);
      }),
      { seed: 1 },
    );
  });

  test('stays exact after thousands of contexts', () => {
    const spread = new Distribution();
    spread.reset(size);
    const mixed = Array.from({ length: 3000 }, (_, at) => [at % size, at % size, (at * 7) % size]);
    for (const cases of mixed) spread.mix(followersOf(cases));
    naive(mixed).forEach((value, id) => expect(spread.at(id)).toBeCloseTo(value, 10));
  });

  test('names the likeliest, best first, equal ones in order of first sight', () => {
    const spread = new Distribution();
    fc.assert(
      fc.property(contexts, fc.integer({ min: 1, max: size + 2 }), (mixed, limit) => {
        spread.reset(size);
        for (const cases of mixed) spread.mix(followersOf(cases));
        const expected = Array.from({ length: size }, (_, id) => id).sort(
          (a, b) => spread.at(b) - spread.at(a) || a - b,
        );
        expect(spread.top(limit)).toEqual(expected.slice(0, limit));
      }),
      { seed: 1 },
    );
  });

  test('tilts towards evidence, and keeps its sum', () => {
    const spread = new Distribution();
    fc.assert(
      fc.property(
        contexts,
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: size, maxLength: size }),
        (mixed, gains) => {
          spread.reset(size);
          for (const cases of mixed) spread.mix(followersOf(cases));
          const before = Array.from({ length: size }, (_, id) => spread.at(id));
          spread.tilt(Float64Array.from(gains));
          const weighted = before.map((value, id) => value * Math.exp(gains[id]));
          const whole = weighted.reduce((sum, value) => sum + value, 0);
          weighted.forEach((value, id) => expect(spread.at(id)).toBeCloseTo(value / whole, 8));
        },
      ),
      { seed: 1 },
    );
  });

  test('of nothing names nothing', () => {
    const spread = new Distribution();
    spread.reset(0);
    expect(spread.top(3)).toEqual([]);
  });
});

describe('generations', () => {
  test('hold no more than their limit, and at least the half of it that was used last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.array(fc.nat(20), { maxLength: 200 }), (limit, keys) => {
        const map = new Generations<number, number>(limit);
        keys.forEach((key, at) => {
          if (at % 3 === 0) map.get(key);
          else map.set(key, key * 10);
          expect(new Set(map.keys()).size).toBeLessThanOrEqual(limit);
          expect(map.size).toBeLessThanOrEqual(limit);
        });
        const map2 = new Generations<number, number>(limit);
        for (const key of keys) map2.set(key, key * 10);
        const last = [...new Set(keys.toReversed())].slice(0, Math.floor(limit / 2));
        for (const key of last) expect(map2.get(key)).toBe(key * 10);
      }),
      { seed: 1 },
    );
  });

  test('keep what is looked up', () => {
    const map = new Generations<string, number>(4);
    map.set('kept', 1);
    for (let other = 0; other < 100; other++) {
      map.set(`other ${other}`, other);
      expect(map.get('kept')).toBe(1);
    }
  });

  test('forget what is deleted, in whichever generation it is', () => {
    const map = new Generations<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.delete('a');
    expect(map.get('a')).toBeUndefined();
  });
});

test('an interner numbers names in order of first sight', () => {
  const interner = new Interner<string>();
  expect(['b', 'a', 'b', 'c'].map((name) => interner.indexOf(name))).toEqual([0, 1, 0, 2]);
  expect([interner.size, interner.names]).toEqual([3, ['b', 'a', 'c']]);
});

describe('words', () => {
  test('are lower-cased runs of letters; all numbers are one word; nothing else counts', () => {
    expect(hashedWords('Open Door 2!')).toEqual([hashWord('open'), hashWord('door'), hashWord('0')]);
    expect(hashedWords('ÉTÉ-été 17 42')).toEqual([hashWord('été'), hashWord('été'), hashWord('0'), hashWord('0')]);
    expect(hashedWords(' ,.!? ')).toEqual([]);
    expect(hashedWords('mp3')).toEqual([hashWord('mp'), hashWord('0')]);
  });

  test('hash to the same number on every machine', () => {
    // FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    expect([hashWord(''), hashWord('a'), hashWord('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
});

describe('text evidence', () => {
  test('speaks for the components that its words came with, and says nothing for unknown words', () => {
    const evidence = new TextEvidence();
    expect(evidence.gains(TextEvidence.featuresOf('play'), 2)).toBeNull();
    for (let round = 0; round < 5; round++) {
      evidence.learn(TextEvidence.featuresOf('play a song'), 0);
      evidence.learn(TextEvidence.featuresOf('look at it'), 1);
    }
    const gains = evidence.gains(TextEvidence.featuresOf('play the song'), 2)!;
    expect(gains[0]).toBeGreaterThan(gains[1]);
    expect(evidence.gains(TextEvidence.featuresOf('quite different'), 2)).toBeNull();
    expect(evidence.gains([], 2)).toBeNull();
  });

  test('takes words and pairs, each once, of a bounded part of the text', () => {
    expect(TextEvidence.featuresOf('a a a')).toHaveLength(2);
    expect(TextEvidence.featuresOf('a b')).toHaveLength(3);
    const words = Array.from({ length: 26 }, (_, at) => String.fromCharCode(97 + at));
    const long = words.flatMap((one) => words.map((other) => one + other)).join(' ');
    expect(TextEvidence.featuresOf(long)).toHaveLength(64 + 63);
  });
});
