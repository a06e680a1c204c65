import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Evidence, mostCandidates } from '../../../src/predict/blend/evidence.ts';
import { Kin } from '../../../src/predict/blend/kin.ts';
import { likeliest, places } from '../../../src/predict/blend/places.ts';
import { Popularity } from '../../../src/predict/blend/popularity.ts';
import { Reader, Writer } from '../../../src/predict/bytes.ts';

describe('kin', () => {
  test('share what stands before the first mark of their names', () => {
    const kin = new Kin();
    ['git.push', 'git.commit', 'npm:test', 'git/x.y', 'git', 'git-log'].forEach((name, at) => kin.register(at, name));
    expect(kin.of(0)).toEqual([0, 1, 3]);
    expect(kin.of(1)).toBe(kin.of(0));
    expect(kin.of(2)).toEqual([2]);
    expect([kin.of(4), kin.of(5), kin.of(99)]).toEqual([null, null, null]);
  });

  test('are none for a name that begins with a mark, or is called as what every object has', () => {
    const kin = new Kin();
    ['.hidden', '__proto__', 'constructor.a', 'constructor.b', ''].forEach((name, at) => kin.register(at, name));
    expect([0, 1, 2, 3, 4].map((at) => kin.of(at))).toEqual([null, null, [2, 3], [2, 3], null]);
  });
});

describe('popularity', () => {
  const demands = fc.array(fc.nat(30), { maxLength: 400, size: 'max' });

  test('counts all, and lists those that came most', () => {
    fc.assert(
      fc.property(demands, (demands) => {
        const popularity = new Popularity();
        for (const component of demands) popularity.add(component);
        expect(popularity.total).toBe(demands.length);
        for (const component of demands) {
          expect(popularity.counts[component]).toBe(demands.filter((other) => other === component).length);
        }
        expect(popularity.most.length).toBeGreaterThanOrEqual(Math.min(4, new Set(demands).size));
        expect(popularity.most.length).toBeLessThanOrEqual(16);
        expect(new Set(popularity.most).size).toBe(popularity.most.length);
        const least = Math.min(...popularity.most.map((component) => popularity.counts[component]));
        for (const component of demands) {
          if (!popularity.most.includes(component)) expect(popularity.counts[component]).toBeLessThanOrEqual(least);
        }
      }),
      { seed: 1 },
    );
  });

  test('is the same when saved and loaded', () => {
    fc.assert(
      fc.property(demands, (demands) => {
        const popularity = new Popularity();
        for (const component of demands) popularity.add(component);
        const to = new Writer();
        popularity.save(to);
        expect(Popularity.load(new Reader(to.bytes()))).toEqual(popularity);
      }),
      { seed: 1, numRuns: 30 },
    );
  });
});

describe('the likeliest', () => {
  test('are as a stable sort has them: equal ones keep their order', () => {
    const chances = fc.array(fc.nat(6), { maxLength: mostCandidates });
    fc.assert(
      fc.property(chances, fc.nat(mostCandidates + 3), (chances, limit) => {
        const evidence = new Evidence();
        evidence.reset(chances.length);
        chances.forEach((chance, component) => {
          evidence.probability[evidence.admit(component)] = chance / 6;
        });
        const expected = chances.map((_, at) => at).sort((a, b) => chances[b] - chances[a]);
        const found = likeliest(evidence, limit);
        expect([...places.subarray(0, found)]).toEqual(expected.slice(0, limit));
      }),
      { seed: 1 },
    );
  });
});

describe('evidence', () => {
  test('takes each candidate once, and no more than there is room for', () => {
    const evidence = new Evidence();
    evidence.reset(1000);
    expect([evidence.admit(7), evidence.admit(3), evidence.admit(7)]).toEqual([0, 1, 0]);
    expect([evidence.placeOf(3), evidence.placeOf(4)]).toEqual([1, -1]);
    for (let component = 500; component < 900; component++) evidence.admit(component);
    expect([evidence.count, evidence.admit(999), evidence.admit(3)]).toEqual([mostCandidates, -1, 1]);
    evidence.reset(5000);
    expect([evidence.count, evidence.placeOf(7), evidence.admit(4999)]).toEqual([0, -1, 0]);
  });

  test('splits a piece between two weights by nearness', () => {
    const evidence = new Evidence();
    evidence.reset(1);
    evidence.addBetween(evidence.admit(0), 100, 33, 1, 0.25);
    expect([...evidence.weight.subarray(0, evidence.pieces)]).toEqual([100, 133]);
    expect([...evidence.share.subarray(0, evidence.pieces)]).toEqual([0.75, 0.25]);
    evidence.addBetween(0, 7, 33, 1, 0);
    expect([...evidence.weight.subarray(0, evidence.pieces)]).toEqual([100, 133, 7]);
  });
});
