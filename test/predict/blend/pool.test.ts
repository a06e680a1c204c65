import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Evidence, voices } from '../../../src/predict/blend/evidence.ts';
import { learn, type Pace, pool } from '../../../src/predict/blend/pool.ts';
import { at, Weights } from '../../../src/predict/blend/weights.ts';
import { seededRng } from '../../../src/time/clock.ts';

const pace: Pace = { weights: 0.08, gains: 0.003, leanings: 0.05 };
/** Weights that the evidence here is about. */
const used = 12;

/** Random evidence for a few candidates, and random weights, gains and leanings for it. */
function situation(seed: number): { evidence: Evidence; weights: Weights; leanings: Float32Array } {
  const rng = seededRng(seed);
  const evidence = new Evidence();
  evidence.reset(10);
  const candidates = 1 + Math.floor(rng.next() * 6);
  for (let component = 0; component < candidates; component++) evidence.admit(component);
  evidence.otherWeight = at.other;
  for (let piece = 0; piece < 20; piece++) {
    const voice = Math.floor(rng.next() * voices);
    evidence.add(Math.floor(rng.next() * candidates), Math.floor(rng.next() * used), voice, rng.next());
  }
  const weights = new Weights();
  for (let weight = 0; weight < used; weight++) weights.values[weight] = rng.next() * 4 - 2;
  weights.values[at.other] = rng.next() - 0.5;
  for (let voice = 0; voice < voices; voice++) weights.gains[voice] = 0.5 + rng.next();
  const leanings = new Float32Array(2 * voices).fill(1);
  for (let voice = 0; voice < voices; voice++) leanings[voice] = rng.next() - 0.5;
  return { evidence, weights, leanings };
}

const seeds = fc.nat(10_000);

describe('a pool', () => {
  test('shares one between the candidates and something else', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { evidence, weights, leanings } = situation(seed);
        pool(evidence, weights, leanings);
        let sum = evidence.other;
        for (let candidate = 0; candidate < evidence.count; candidate++) {
          expect(evidence.probability[candidate]).toBeGreaterThan(0);
          sum += evidence.probability[candidate];
        }
        expect(sum).toBeCloseTo(1, 12);
      }),
      { seed: 1 },
    );
  });

  test('takes scores of any height', () => {
    const { evidence, weights } = situation(1);
    weights.values.fill(1e6, 0, used);
    pool(evidence, weights, null);
    for (let candidate = 0; candidate < evidence.count; candidate++)
      expect(evidence.probability[candidate]).not.toBeNaN();
    expect(evidence.other).not.toBeNaN();
  });

  test('knows nothing but something else where there are no candidates', () => {
    const evidence = new Evidence();
    evidence.reset(0);
    evidence.otherWeight = at.other;
    pool(evidence, new Weights(), null);
    expect(evidence.other).toBe(1);
  });
});

describe('learning', () => {
  /** What came was this likely. */
  const chanceOf = (evidence: Evidence, target: number): number =>
    target < 0 ? evidence.other : evidence.probability[target];

  test('raises what came, each time', () => {
    fc.assert(
      fc.property(seeds, fc.nat(6), (seed, choice) => {
        const { evidence, weights, leanings } = situation(seed);
        const target = (choice % (evidence.count + 1)) - 1;
        pool(evidence, weights, leanings);
        let before = chanceOf(evidence, target);
        for (let round = 0; round < 5; round++) {
          learn(evidence, weights, leanings, target, pace);
          pool(evidence, weights, leanings);
          expect(chanceOf(evidence, target)).toBeGreaterThanOrEqual(before - 1e-6);
          before = chanceOf(evidence, target);
        }
      }),
      { seed: 1 },
    );
  });

  test('foresees what always comes, in the end', () => {
    const { evidence, weights, leanings } = situation(4);
    for (let round = 0; round < 3000; round++) {
      pool(evidence, weights, leanings);
      learn(evidence, weights, leanings, 0, pace);
    }
    pool(evidence, weights, leanings);
    expect(evidence.probability[0]).toBeGreaterThan(0.95);
  });

  test('moves each weight, gain and leaning along the slope of the log loss', () => {
    // A step so small that values do not change while the pieces of one forecast are gone through.
    const tiny: Pace = { weights: 1e-4, gains: 1e-4, leanings: 1e-4 };
    const nudge = 1e-2;
    for (let seed = 1; seed <= 20; seed++) {
      const { evidence, weights, leanings } = situation(seed);
      const target = (seed % (evidence.count + 1)) - 1;
      const loss = (): number => {
        pool(evidence, weights, leanings);
        return -Math.log(chanceOf(evidence, target));
      };
      /** Finite difference. */
      const slopeOf = (values: Float32Array, index: number): number => {
        const before = values[index];
        values[index] = before + nudge;
        const up = loss();
        values[index] = before - nudge;
        const down = loss();
        values[index] = before;
        return (down - up) / (2 * nudge);
      };
      const single = new Set<number>();
      const repeated = new Set<number>();
      for (let piece = 0; piece < evidence.pieces; piece++) {
        (single.has(evidence.weight[piece]) ? repeated : single).add(evidence.weight[piece]);
      }
      const weightSlopes = Array.from({ length: used }, (_, weight) => slopeOf(weights.values, weight));
      const gainSlopes = Array.from({ length: voices }, (_, voice) => slopeOf(weights.gains, voice));
      const otherSlope = slopeOf(weights.values, at.other);
      const moved = {
        values: weights.values.slice(),
        gains: weights.gains.slice(),
        squares: weights.moved.slice(),
        gainSquares: weights.gainsMoved.slice(),
        leanings: leanings.slice(),
      };
      pool(evidence, weights, leanings);
      learn(evidence, weights, leanings, target, tiny);
      for (const [weight, slope] of weightSlopes.entries()) {
        const step = weights.values[weight] - moved.values[weight];
        // A weight with several pieces moves once for each.
        if (repeated.has(weight)) continue;
        if (Math.abs(slope) > 0.01) expect(Math.sign(step)).toBe(Math.sign(slope));
        expect(weights.moved[weight] - moved.squares[weight]).toBeCloseTo(slope * slope, 3);
        expect(step / tiny.weights).toBeCloseTo(slope / Math.sqrt(1 + slope * slope), 1);
      }
      for (const [voice, slope] of gainSlopes.entries()) {
        expect(weights.gainsMoved[voice] - moved.gainSquares[voice]).toBeCloseTo(slope * slope, 2);
        expect(leanings[voices + voice] - moved.leanings[voices + voice]).toBeCloseTo(slope * slope, 2);
        if (Math.abs(slope) < 0.05) continue;
        expect(Math.sign(weights.gains[voice] - moved.gains[voice])).toBe(Math.sign(slope));
        expect(Math.sign(leanings[voice] - moved.leanings[voice])).toBe(Math.sign(slope));
      }
      expect(weights.moved[at.other] - moved.squares[at.other]).toBeCloseTo(otherSlope * otherSlope, 3);
      expect(Math.sign(weights.values[at.other] - moved.values[at.other])).toBe(Math.sign(otherSlope));
    }
  });
});
