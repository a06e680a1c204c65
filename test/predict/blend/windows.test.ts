import { describe, expect, test } from 'vitest';
import { Windows, windows } from '../../../src/predict/blend/windows.ts';
import { Reader, Writer } from '../../../src/predict/bytes.ts';
import { seededRng } from '../../../src/time/clock.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A component demanded at even intervals; when it was last. */
function beat(into: Windows, component: number, interval: number, times: number): number {
  for (let time = 0; time < times; time++) into.demand(component, time * interval);
  return (times - 1) * interval;
}

describe('windows', () => {
  test('hold nothing of what never came', () => {
    const known = new Windows();
    expect(known.within(0, 0)).toEqual([0, 0, 0, 0]);
    known.demand(3, 0);
    for (const component of [0, 2, 4, 1000, Number.POSITIVE_INFINITY]) {
      expect(known.within(component, 0)).toEqual([0, 0, 0, 0]);
    }
    expect(known.within(3, 0).every((chance) => chance > 0)).toBe(true);
  });

  test('of a rhythm: near one where they are longer than it, near nothing where shorter', () => {
    const known = new Windows();
    const last = beat(known, 0, 5 * minute, 300);
    const [seconds, one, ten, sixty] = known.within(0, last);
    expect(seconds).toBeLessThan(0.1);
    expect(one).toBeLessThan(0.1);
    expect(ten).toBeGreaterThan(0.9);
    expect(sixty).toBeGreaterThan(0.9);
  });

  test('of a rhythm know when it is due', () => {
    const known = new Windows();
    const last = beat(known, 0, 5 * minute, 300);
    expect(known.within(0, last + 4.9 * minute)[1]).toBeGreaterThan(3 * known.within(0, last)[1]);
  });

  test('hold the more the longer they are', () => {
    const known = new Windows();
    const rng = seededRng(1);
    for (let now = 0, turn = 0; turn < 3000; turn++) {
      known.demand(Math.floor(rng.next() ** 2 * 20), (now += rng.next() * 5 * minute));
      if (turn % 50 > 0) continue;
      for (let component = 0; component < 20; component++) {
        const chances = known.within(component, now + rng.next() * hour);
        expect(chances).toHaveLength(windows.length);
        chances.forEach((chance, at) => {
          expect(chance).toBeGreaterThanOrEqual(chances[at - 1] ?? 0);
          expect(chance).toBeLessThanOrEqual(1);
        });
      }
    }
  });

  test('of what never comes back fade', () => {
    const known = new Windows();
    for (let component = 1; component < 40; component++)
      for (let time = 0; time < 3; time++) {
        known.demand(component, component * 2 * hour + time * minute);
      }
    const fresh = known.within(39, 78 * hour + 2 * minute)[3];
    for (let time = 0; time < 200; time++) known.demand(0, 80 * hour + time * 20 * minute);
    const faded = known.within(39, 80 * hour + 200 * 20 * minute)[3];
    expect(faded).toBeLessThan(fresh / 2);
    expect(faded).toBeLessThan(0.15);
  });

  test('count those that never came back, not only those that did', () => {
    const known = new Windows();
    // Three times within two minutes, then never again: after the second an hour brings one more, after the third none.
    for (let component = 0; component < 300; component++) {
      for (let time = 0; time < 3; time++) known.demand(component, component * hour + time * minute);
    }
    known.demand(300, 500 * hour);
    for (let time = 0; time < 3; time++) known.demand(301, 501 * hour + time * minute);
    const [, , , chance] = known.within(301, 501 * hour + 2 * minute);
    expect(chance).toBeGreaterThan(0.3);
    expect(chance).toBeLessThan(0.75);
  });

  test('are right on average where demands come at random', () => {
    const known = new Windows();
    const rng = seededRng(7);
    const rates = [1 / minute, 1 / (10 * minute), 1 / hour, 1 / (5 * hour)];
    const next = rates.map((rate) => -Math.log(1 - rng.next()) / rate);
    const asked: (readonly number[])[][] = rates.map(() => []);
    const end = 800 * hour;
    for (;;) {
      const component = next.indexOf(Math.min(...next));
      const now = next[component];
      if (now > end) break;
      known.demand(component, now);
      next[component] = now - Math.log(1 - rng.next()) / rates[component];
      if (now < end / 4 || rng.next() > 0.05) continue;
      for (const each of rates.keys()) asked[each].push(known.within(each, now));
    }
    for (const component of rates.keys()) {
      windows.forEach((window, index) => {
        const said = asked[component].map((chances) => chances[index]);
        const mean = said.reduce((sum, chance) => sum + chance, 0) / said.length;
        expect(Math.abs(mean - (1 - Math.exp(-window * rates[component])))).toBeLessThan(0.1);
      });
    }
  });

  test('take a clock that goes back', () => {
    const known = new Windows();
    for (const now of [hour, 0, 2 * hour, minute, -hour, 3 * hour]) {
      known.demand(0, now);
      for (const chance of known.within(0, 0)) {
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
      }
    }
  });

  test('are the same when saved and loaded, and go on alike', () => {
    const rng = seededRng(3);
    const known = new Windows();
    const feed = (into: readonly Windows[], from: number): void => {
      for (let turn = 0; turn < 300; turn++) {
        const component = Math.floor(rng.next() * 100);
        for (const each of into) each.demand(component, (from + turn) * minute);
      }
    };
    const saved = (windows: Windows): Uint8Array => {
      const to = new Writer();
      windows.save(to);
      return to.bytes();
    };
    feed([known], 0);
    known.demand(7, 300 * minute);
    const from = new Reader(saved(known));
    const loaded = new Windows(from);
    expect(from.done).toBe(true);
    feed([known, loaded], 301);
    expect(saved(loaded)).toEqual(saved(known));
    for (let component = 0; component < 100; component++) {
      expect(loaded.within(component, 601 * minute)).toEqual(known.within(component, 601 * minute));
    }
  });
});
