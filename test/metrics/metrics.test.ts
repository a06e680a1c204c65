import { describe, expect, test } from 'vitest';
import {
  covered,
  gapClosed,
  pollution,
  quantile,
  responseFigures,
  warmRate,
  wastedShare,
} from '../../src/metrics/figures.ts';
import { Ledger, type LedgerCounts } from '../../src/metrics/ledger.ts';
import { MemoryMeter } from '../../src/metrics/memory-meter.ts';
import { ms } from '../../src/model/ids.ts';
import type { Outcome } from '../../src/model/reason.ts';

const outcomes: readonly Outcome[] = ['timely', 'late', 'wasted', 'failed', 'cancelled'];
const none: LedgerCounts = new Ledger().counts();

describe('figures', () => {
  test('are null where there is nothing to divide by, never 0 or 1', () => {
    expect(warmRate(none)).toBeNull();
    expect(wastedShare(none)).toBeNull();
    expect(covered(0, 0)).toBeNull();
    expect(pollution(0, 0)).toBeNull();
    expect(responseFigures(new Float64Array())).toEqual({ mean: null, p50: null, p95: null, p99: null });
    expect(gapClosed(null, 0.5, 0.9)).toBeNull();
    expect(gapClosed(0.5, null, 0.9)).toBeNull();
    expect(gapClosed(0.5, 0.5, null)).toBeNull();
    expect(gapClosed(0.5, 0.9, 0.9)).toBeNull();
    expect(wastedShare({ ...none, preloads: { ...none.preloads, failed: 3, cancelled: 9 } })).toBeNull();
  });

  test('are what METRICS says', () => {
    expect(warmRate({ ...none, needs: 4, warm: 3 })).toBe(0.75);
    expect(wastedShare({ ...none, preloads: { ...none.preloads, timely: 6, late: 2, wasted: 1, open: 1 } })).toBe(0.2);
    expect(covered(1, 4)).toBe(0.25);
    expect(gapClosed(0.7, 0.5, 0.9)).toBeCloseTo(0.5);
    expect(gapClosed(0.4, 0.5, 0.9)).toBeCloseTo(-0.25);
    expect(pollution(1, 10)).toBe(0.1);
  });

  test('of response are values that occurred', () => {
    const sorted = Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);
    expect(responseFigures(sorted)).toEqual({ mean: 14.5, p50: 5, p95: 100, p99: 100 });
    expect([quantile(sorted, 0), quantile(sorted, 0.1), quantile(sorted, 0.11), quantile(sorted, 1)]).toEqual([
      1, 1, 2, 100,
    ]);
    expect(quantile(Float64Array.from([7]), 0.5)).toBe(7);
  });
});

describe('the ledger', () => {
  test('counts every need and every preload once', () => {
    const ledger = new Ledger();
    for (const found of ['warm', 'warm', 'loading', 'cold'] as const) ledger.need(found);
    const preloads = [...outcomes, null].map(() => ledger.open(0, 'speculative', 'delayed', 0.8, ms(3)));
    outcomes.forEach((outcome, at) => ledger.close(preloads[at], outcome));
    ledger.turnedAway('lane-full');
    ledger.turnedAway('lane-full');
    expect(ledger.counts()).toEqual({
      needs: 4,
      warm: 2,
      loading: 1,
      cold: 1,
      preloads: { open: 1, timely: 1, late: 1, wasted: 1, failed: 1, cancelled: 1 },
      turnedAway: { 'lane-full': 2 },
    });
  });

  test('gives a preload no second outcome', () => {
    const ledger = new Ledger();
    const preload = ledger.open(0, 'speculative', 'delayed', 0.8, ms(0));
    ledger.close(preload, 'timely');
    expect(() => ledger.close(preload, 'wasted')).toThrow('closed twice (timely, wasted)');
    expect(ledger.counts().preloads).toMatchObject({ timely: 1, wasted: 0, open: 0 });
  });

  test('counts a preload where it began: outside the scored stretch not at all', () => {
    const ledger = new Ledger();
    ledger.scoring = false;
    ledger.need('cold');
    ledger.turnedAway('conflict');
    const early = ledger.open(0, 'speculative', 'delayed', 0.8, ms(0));
    ledger.scoring = true;
    const scored = ledger.open(1, 'speculative', 'delayed', 0.8, ms(0));
    ledger.close(early, 'wasted');
    ledger.scoring = false;
    ledger.close(scored, 'timely');
    expect(ledger.counts()).toMatchObject({ needs: 0, turnedAway: {}, preloads: { open: 0, timely: 1, wasted: 0 } });
  });

  test('hands out copies', () => {
    const ledger = new Ledger();
    const before = ledger.counts();
    ledger.need('cold');
    ledger.open(0, 'warming', 'immediate', 1, ms(0));
    expect(before).toEqual(none);
  });
});

describe('the memory meter', () => {
  test('adds up area and peak by hand', () => {
    const meter = new MemoryMeter();
    meter.change(50, 50);
    meter.change(-40, -50);
    meter.advance(100);
    meter.start(100);
    meter.advance(110);
    meter.change(20, 5);
    meter.advance(110);
    meter.advance(130);
    meter.change(-25, -5);
    meter.advance(140);
    expect(meter.totals()).toEqual({
      span: 40,
      residentArea: 10 * 10 + 30 * 20 + 5 * 10,
      speculativeArea: 5 * 20,
      residentPeak: 30,
      speculativePeak: 5,
    });
    expect([meter.resident, meter.speculative]).toEqual([5, 0]);
  });

  test('counts nothing before it is started, and peaks from what is there then', () => {
    const meter = new MemoryMeter();
    meter.change(10, 0);
    meter.advance(1000);
    expect(meter.totals()).toMatchObject({ span: 0, residentArea: 0, residentPeak: 0 });
    meter.start(1000);
    expect(meter.totals().residentPeak).toBe(10);
  });

  test('takes no notice of a time that went back', () => {
    const meter = new MemoryMeter();
    meter.start(100);
    meter.change(10, 0);
    meter.advance(50);
    meter.advance(110);
    expect(meter.totals()).toMatchObject({ span: 10, residentArea: 100 });
  });
});
