import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader, Writer } from '../../../src/predict/bytes.ts';
import { featuresOf, kindOf, kinds } from '../../../src/predict/text/features.ts';
import { Memory } from '../../../src/predict/text/memory.ts';
import { longestRow, Rows } from '../../../src/predict/text/rows.ts';
import { stem } from '../../../src/predict/text/stem.ts';
import { Vocabulary } from '../../../src/predict/text/vocabulary.ts';
import { seededRng } from '../../../src/time/clock.ts';

const ofKind = (text: string, kind: number): number[] =>
  [...featuresOf(text)].filter((feature) => kindOf(feature) === kind);

describe('features', () => {
  test.each(['get-user-details', 'get_user.details', 'getUserDetails', 'GetUserDetails', 'GET user DETAILS'])(
    'of %s are those of its words',
    (name) => {
      expect(featuresOf(name)).toEqual(featuresOf('get user details'));
    },
  );

  test('split a row of capitals before its last word', () => {
    expect(featuresOf('PDFReader')).toEqual(featuresOf('pdf reader'));
  });

  test('hold each one once', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
        const features = featuresOf(text);
        expect(new Set(features).size).toBe(features.length);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('tell the order of words', () => {
    expect(ofKind('dog bites man', kinds.pair)).not.toEqual(ofKind('man bites dog', kinds.pair));
    expect(ofKind('dog bites man', kinds.stem).sort((a, b) => a - b)).toEqual(
      ofKind('man bites dog', kinds.stem).sort((a, b) => a - b),
    );
  });

  test('take all numbers for one', () => {
    expect(featuresOf('flight 17')).toEqual(featuresOf('flight 2048'));
    expect(featuresOf('flight 17')).not.toEqual(featuresOf('flight'));
  });

  test('of the beginning of a word are among those of the word', () => {
    const whole = ofKind('flights', kinds.prefix);
    for (const part of ['fl', 'fli', 'flig']) {
      const begun = ofKind(part, kinds.prefix);
      expect(begun.length).toBeGreaterThan(0);
      expect(whole).toEqual(expect.arrayContaining(begun.slice(0, 1)));
    }
  });
});

describe('a stem', () => {
  const stemOf = (word: string): string => {
    const letters = Uint16Array.from(word, (letter) => letter.charCodeAt(0));
    return String.fromCharCode(...letters.subarray(0, stem(letters, letters.length)));
  };

  test.each([
    ['flight flights'],
    ['book booking booked books'],
    ['reserve reservation reserved reserving'],
    ['calculate calculating calculation'],
    ['city cities'],
    ['stop stopped stopping'],
    ['pay payment payments paying'],
  ])('is shared by %s', (words) => {
    expect(new Set(words.split(' ').map(stemOf)).size).toBe(1);
  });

  test.each(['is', 'bus', 'news', 'king', 'red', 'this', 'a'])(
    'keeps words apart from %s that are not its own',
    (word) => {
      expect(stemOf(word).length).toBeGreaterThanOrEqual(Math.min(3, word.length));
    },
  );
});

describe('a vocabulary', () => {
  test('finds exactly what it holds, as a map does, and never holds more than its limit', () => {
    const limit = 1000;
    const features = 3000;
    const held = new Map<number, number>();
    const vocabulary = new Vocabulary(limit, (slot) => held.delete(slot));
    const rng = seededRng(1);
    for (let step = 0; step < 20_000; step++) {
      const feature = Math.floor(rng.next() * features);
      const slot = vocabulary.find(feature);
      expect(held.get(slot)).toBe(slot < 0 ? undefined : feature);
      if (slot >= 0) vocabulary.use(slot);
      else held.set(vocabulary.add(feature), feature);
      expect(vocabulary.known).toBe(held.size);
    }
    expect(held.size).toBe(limit);
    const kept = new Set(held.values());
    for (const [slot, feature] of held) expect(vocabulary.find(feature)).toBe(slot);
    for (let feature = 0; feature < features; feature++) {
      if (!kept.has(feature)) expect(vocabulary.find(feature)).toBe(-1);
    }
  });

  test('keeps what comes often', () => {
    const vocabulary = new Vocabulary(100, () => {});
    vocabulary.add(7);
    for (let feature = 100; feature < 1000; feature++) {
      vocabulary.use(vocabulary.find(7));
      vocabulary.add(feature);
    }
    expect(vocabulary.find(7)).toBe(0);
  });
});

describe('rows', () => {
  /** What a row holds, by component. */
  const entriesOf = (rows: Rows, slot: number): Map<number, number> => {
    const start = rows.starts[slot];
    const found = new Map<number, number>();
    for (let i = 0; i < rows.lengths[slot]; i++) {
      found.set(rows.ids[start + i], rows.values[start + rows.capacities[slot] + i]);
    }
    return found;
  };
  const put = (rows: Rows, slot: number, component: number, value: number): void => {
    rows.open(slot);
    const index = rows.add(slot, component);
    rows.values[rows.starts[slot] + rows.capacities[slot] + index] = value;
  };

  test('hold what was put into them, while others come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 500 }), (steps) => {
        const rows = new Rows(1, 100_000);
        const expected = new Map<number, Map<number, number>>();
        steps.forEach(([slot, close], step) => {
          if (close && step % 7 === 0) {
            rows.close(slot);
            expected.delete(slot);
            return;
          }
          const row = expected.get(slot) ?? new Map<number, number>();
          if (row.size === longestRow) return;
          put(rows, slot, row.size, step);
          expected.set(slot, row.set(row.size, step));
        });
        for (const [slot, row] of expected) expect(entriesOf(rows, slot)).toEqual(row);
      }),
      { seed: 1 },
    );
  });

  test('give the place of the least to the next, once they are full', () => {
    const rows = new Rows(1, 100_000);
    for (let id = 0; id < longestRow; id++) put(rows, 0, id, id === 9 ? -0.5 : id + 1);
    put(rows, 0, 99, 4);
    const entries = entriesOf(rows, 0);
    expect(entries.size).toBe(longestRow);
    expect([entries.has(9), entries.get(99), entries.get(8)]).toEqual([false, 4, 9]);
  });

  test('use freed memory again, whatever the size of what was freed', () => {
    const rows = new Rows(1, 200);
    const room = (): number => {
      let opened = 0;
      while (rows.hasRoomFor(opened + 1)) opened++;
      return opened;
    };
    for (const slot of [0, 1]) for (let id = 0; id < longestRow; id++) put(rows, slot, id, 1);
    const before = room();
    rows.close(0);
    expect(room()).toBe(before + longestRow / 2);
    for (let slot = 2; room() > 0; slot++) put(rows, slot, slot, slot);
    for (let slot = 2; slot < 2 + before + longestRow / 2; slot++) {
      expect(entriesOf(rows, slot)).toEqual(new Map([[slot, slot]]));
    }
    expect(entriesOf(rows, 1).size).toBe(longestRow);
  });
});

describe('a memory', () => {
  test('gives every feature of a text a slot, and forgets others when it is full', () => {
    const memory = new Memory(300, 4000);
    const slots = new Int32Array(640);
    for (let i = 0; i < 400; i++) {
      const features = featuresOf(`word${'abcdefghij'[i % 10].repeat((i % 23) + 1)} and more`);
      memory.find(features, slots);
      memory.obtain(features, slots);
      for (let f = 0; f < features.length; f++) {
        if (slots[f] >= 0) for (const rows of [memory.counts, memory.weights]) rows.open(slots[f]);
      }
      expect(memory.known).toBeLessThanOrEqual(300);
      const held = slots.subarray(0, features.length).filter((slot) => slot >= 0);
      expect(held.length).toBeGreaterThan(features.length / 2);
      expect(new Set(held).size).toBe(held.length);
    }
  });
});

describe('bytes', () => {
  test('come out as they went in', () => {
    const to = new Writer();
    to.number(0.1);
    to.array(Uint8Array.of(1, 2, 3));
    to.array(Float64Array.of(Math.PI, -0));
    const from = new Reader(to.bytes());
    expect(from.number()).toBe(0.1);
    expect(from.array(Uint8Array)).toEqual(Uint8Array.of(1, 2, 3));
    expect(from.array(Float64Array)).toEqual(Float64Array.of(Math.PI, -0));
    expect(() => from.number()).toThrow(RangeError);
  });
});
