import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calibration } from '../../../src/predict/blend/calibration.ts';
import { Reader, Writer } from '../../../src/predict/bytes.ts';
import { seededRng } from '../../../src/time/clock.ts';

describe('a calibration', () => {
  test('believes a probability before it has learned otherwise', () => {
    const calibration = new Calibration();
    for (const probability of [0.01, 0.1, 0.3, 0.5, 0.8, 0.97]) {
      expect(Math.abs(calibration.of(probability) - probability)).toBeLessThan(0.02);
    }
  });

  test.each([
    [0.8, 0.5],
    [0.3, 0.6],
    [0.99, 0.9],
    [0.05, 0.01],
  ])('learns that %d means %d', (said, true_) => {
    const calibration = new Calibration();
    const rng = seededRng(1);
    for (let round = 0; round < 8000; round++) calibration.learn(said, rng.next() < true_);
    expect(Math.abs(calibration.of(said) - true_)).toBeLessThan(0.05);
  });

  test('keeps what it learned to the neighbourhood', () => {
    const calibration = new Calibration();
    for (let round = 0; round < 2000; round++) calibration.learn(0.8, false);
    expect(calibration.of(0.8)).toBeLessThan(0.05);
    expect(calibration.of(0.1)).toBeCloseTo(new Calibration().of(0.1), 12);
  });

  test('stays a probability, whatever it is told', () => {
    const told = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 300 });
    fc.assert(
      fc.property(told, fc.double({ min: 0, max: 1, noNaN: true }), (told, asked) => {
        const calibration = new Calibration();
        for (const [probability, came] of told) calibration.learn(probability, came);
        for (const probability of [asked, 0, 1, Number.MIN_VALUE, 1 - Number.EPSILON]) {
          expect(calibration.of(probability)).toBeGreaterThanOrEqual(0);
          expect(calibration.of(probability)).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 1 },
    );
  });

  test('is the same when saved and loaded', () => {
    const calibration = new Calibration();
    for (let round = 0; round < 100; round++) calibration.learn(round / 100, round % 3 === 0);
    const to = new Writer();
    calibration.save(to);
    expect(new Calibration(new Reader(to.bytes()))).toEqual(calibration);
  });
});
