import { describe, expect, test } from 'vitest';
import { Keeping } from '../../src/residency/keeping.ts';
import { ageAt, ages, begins, ReturnHazard } from '../../src/residency/return-hazard.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('ages', () => {
  test('cover all idle times without a gap', () => {
    for (let age = 0; age < ages; age++) {
      expect(ageAt(begins(age))).toBe(age);
      if (age < ages - 1) expect(ageAt(begins(age + 1) - 1)).toBe(age);
      expect(begins(age + 1)).toBeGreaterThan(begins(age));
    }
    expect(ageAt(Number.MAX_SAFE_INTEGER)).toBe(ages - 1);
  });
});

describe('a return hazard', () => {
  test('is returns divided by the time spent at an age', () => {
    const hazard = new ReturnHazard(2);
    for (let i = 0; i < 1000; i++) hazard.learn(1, 5000, 1);
    // Five seconds each, and every one returned within the first 15.
    expect(hazard.at(1, 0, 1e-9, 1e-6)).toBeCloseTo(1 / 5000, 6);
  });

  test('counts time that did not end with a return', () => {
    const hazard = new ReturnHazard(1);
    for (let i = 0; i < 100; i++) hazard.learn(0, 5000, Number(i < 25));
    expect(hazard.at(0, 0, 1e-9, 1e-6)).toBeCloseTo(0.25 / 5000, 6);
  });

  test('says the guess where nothing was seen, and follows what changes', () => {
    const hazard = new ReturnHazard(1);
    expect(hazard.at(0, 3, 0.001, 4)).toBeCloseTo(0.001, 9);
    for (let i = 0; i < 50_000; i++) hazard.learn(0, 10_000, 1);
    for (let i = 0; i < 20_000; i++) hazard.learn(0, 1000, 1);
    expect(hazard.at(0, 0, 0.001, 4)).toBeGreaterThan(1 / 1500);
  });
});

describe('how long something is worth keeping', () => {
  /** One saved start is worth this many ms of keeping. */
  const price = (ms: number): number => 1 / ms;

  /** Demands `component` every `gap` ms until `until`. */
  function every(keeping: Keeping, component: number, gap: number, until: number): void {
    for (let now = 0; now <= until; now += gap) keeping.demand(component, 'ann', now);
  }

  test('is nothing for what was never demanded, and for what costs too much', () => {
    const keeping = new Keeping();
    expect(keeping.stay(0, 0, price(hour)).ms).toBe(0);
    keeping.demand(0, 'ann', 0);
    expect(keeping.stay(0, 0, price(hour)).ms).toBeGreaterThan(0);
    expect(keeping.stay(0, 0, 1).ms).toBe(0);
  });

  test('is longer the less it costs', () => {
    const keeping = new Keeping();
    every(keeping, 0, 5 * minute, 10 * hour);
    every(keeping, 1, 2 * minute, 10 * hour);
    const stays = [1, 5, 20, 60, 600].map((minutes) => keeping.stay(0, 10 * hour, price(minutes * minute)).ms);
    expect(stays).toEqual(stays.toSorted((a, b) => a - b));
    expect(new Set(stays).size).toBeGreaterThan(2);
  });

  test('covers the time after which it returns, and not what comes too seldom', () => {
    const keeping = new Keeping();
    const until = 240 * hour;
    const demands = [
      ...Array.from({ length: (until / 6 / minute) | 0 }, (_, i) => [i * 6 * minute, 0] as const),
      ...Array.from({ length: 30 }, (_, i) => [i * 8 * hour, 1] as const),
    ].toSorted((a, b) => a[0] - b[0]);
    for (const [now, component] of demands) keeping.demand(component, 'ann', now);
    const often = keeping.stay(0, until - 6 * minute, price(20 * minute));
    expect(often.ms).toBeGreaterThanOrEqual(6 * minute);
    expect(often.probability).toBeGreaterThan(0.6);
    expect(keeping.stay(1, until - 8 * hour, price(20 * minute)).ms).toBeLessThan(2 * minute);
  });

  test('is prolonged by a forecast, until its user does something else or stays silent', () => {
    const keeping = new Keeping();
    for (let now = 0; now < hour; now += minute) keeping.command('ann', now);
    keeping.demand(0, 'ann', 0);
    const alone = keeping.stay(0, hour, price(10 * minute));
    keeping.command('ann', hour);
    expect(keeping.expect('ann', new Map([[0, 0.9]]), hour)).toEqual(new Set([0]));
    const expected = keeping.stay(0, hour, price(10 * minute));
    expect(expected.probability).toBeGreaterThan(alone.probability + 0.3);
    expect(expected.ms).toBeGreaterThanOrEqual(minute);
    expect(keeping.stay(0, hour + 90 * minute, price(10 * minute)).probability).toBeLessThan(expected.probability / 2);
    keeping.command('ann', hour + minute);
    // Looked at again although it is expected no longer.
    expect(keeping.expect('ann', new Map(), hour + minute)).toEqual(new Set([0]));
    expect(keeping.stay(0, hour + minute, price(10 * minute)).probability).toBeLessThan(expected.probability / 2);
  });

  test('takes a forecast of a user who types a first command', () => {
    const keeping = new Keeping();
    for (let now = 0; now <= hour; now += minute) keeping.command('bob', now);
    expect(keeping.expect('ann', new Map([[0, 0.9]]), hour)).toEqual(new Set([0]));
    expect(keeping.stay(0, hour, price(10 * minute)).probability).toBeGreaterThan(0.5);
  });

  test('takes a forecast of a component that was never demanded', () => {
    const keeping = new Keeping();
    for (let now = 0; now <= hour; now += minute) keeping.command('ann', now);
    expect(keeping.expect('ann', new Map([[0, 0.9]]), hour)).toEqual(new Set([0]));
    const { ms, probability } = keeping.stay(0, hour, price(10 * minute));
    expect(ms).toBeGreaterThanOrEqual(minute);
    expect(probability).toBeGreaterThan(0.5);
    // Its first demand ends no idle time.
    keeping.demand(0, 'ann', hour + minute);
    expect(keeping.stay(0, hour + minute, price(10 * minute)).ms).toBeGreaterThan(0);
  });

  test.each([
    ['at one moment', 0, false],
    ['at one moment, and the text says so too', 0, true],
    ['a moment later', 0.05, false],
    ['a moment later, and the text says so too', 0.05, true],
    ['seconds later', 3000, true],
  ])('is not learned from returns that a forecast foretold: demanded %s', (_, later, text) => {
    // A component that every tenth command demands, one command a minute: each time foretold, or not at all.
    const stays = [0, 0.99].map((probability) => {
      const keeping = new Keeping();
      const foretold = new Map([[0, probability]]);
      for (let command = 0; command <= 600; command++) {
        const now = command * minute;
        keeping.command('ann', now);
        if (text) keeping.expect('ann', command % 10 === 0 ? foretold : new Map(), now + later / 2);
        if (command % 10 === 0) keeping.demand(0, 'ann', now + later);
        keeping.expect('ann', command % 10 === 9 ? foretold : new Map(), now + later);
      }
      return keeping.stay(0, 600 * minute, price(hour)).probability;
    });
    // No forecast stands: what its own past makes of it.
    expect(stays[1]).toBeLessThan(0.8 * stays[0]);
  });

  test('is learned from returns at a command after the one that was foretold', () => {
    const stays = [0, 0.99].map((probability) => {
      const keeping = new Keeping();
      for (let command = 0; command <= 600; command++) {
        const now = command * minute;
        keeping.command('ann', now);
        if (command % 10 === 0) keeping.demand(0, 'ann', now);
        // Of the command after it. No forecast follows on that one.
        if (command % 10 === 8) keeping.expect('ann', new Map([[0, probability]]), now);
      }
      keeping.expect('ann', new Map(), 600 * minute);
      return keeping.stay(0, 600 * minute, price(hour)).probability;
    });
    expect(stays[1]).toBe(stays[0]);
  });

  test('is learned from returns for one user while the forecast was of another', () => {
    const [same, other] = ['ann', 'bob'].map((demanding) => {
      const keeping = new Keeping();
      for (let command = 0; command <= 600; command++) {
        const now = command * minute;
        keeping.command('ann', now);
        keeping.command('bob', now);
        if (command % 10 === 0) keeping.demand(0, demanding, now);
        keeping.expect('ann', command % 10 === 9 ? new Map([[0, 0.99]]) : new Map(), now);
      }
      return keeping.stay(0, 600 * minute, price(hour)).probability;
    });
    expect(same).toBeLessThan(0.8 * other);
  });

  test('stays bounded, however many users come', () => {
    const keeping = new Keeping();
    keeping.demand(0, 'ann', 0);
    for (let user = 0; user < 10_000; user++) {
      keeping.command(`u${user}`, user);
      keeping.expect(`u${user}`, new Map([[0, 0.01]]), user);
    }
    // The first ones are forgotten, with what was expected of them.
    expect(keeping.expect('u0', new Map(), 10_000)).toEqual(new Set());
    expect(keeping.expect('u9999', new Map(), 10_000)).toEqual(new Set([0]));
  });
});
