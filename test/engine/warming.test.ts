import { describe, expect, test } from 'vitest';
import type { EngineOptions } from '../../src/engine/options.ts';
import type { ComponentSpec } from '../../src/model/component.ts';
import { type ComponentId, ms } from '../../src/model/ids.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import { Rhythm } from '../../src/predict/rhythm.ts';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import { Driver, spec, specs } from './driver.ts';

const hour = 3_600_000;
/** After four weeks. */
const start = 28 * 24 * hour;

/** A driver whose components were demanded in so many of ten of the first 10 of every 24 hours, and something else at any time. */
function usual(
  components: readonly ComponentSpec[],
  demanded: Readonly<Record<string, number>> = {},
  options: Partial<EngineOptions> = {},
): Driver {
  const rhythm = new Rhythm([...components.map(({ id }) => id), 'something else' as ComponentId]);
  for (let at = 0; at < start; at += hour) {
    rhythm.demand(components.length, ms(at));
    components.forEach(({ id }, index) => {
      const hours = (at / hour) % 24;
      if (hours < 10 && ((at / hour) * 7) % 10 < (demanded[id] ?? 10)) rhythm.demand(index, ms(at));
    });
  }
  const driver = new Driver(components, { rhythm, ...options });
  driver.now = start;
  return driver;
}

const warm = (driver: Driver): string[] => driver.tell({ kind: 'warm' });

/** Lets every load end in the order begun; what was begun in all. */
function letLoad(driver: Driver, begun: string[]): string[] {
  const all = begun.filter((word) => word.startsWith('load '));
  for (let at = 0; at < all.length; at++) {
    all.push(...driver.loaded(all[at].slice(5)).filter((word) => word.startsWith('load ')));
  }
  return all.map((word) => word.slice(5));
}

describe('a start', () => {
  test('loads what is usual at this time of day, three at a time, and nothing else', () => {
    const driver = usual(specs('a', 'b', 'c', 'd', 'seldom', 'never'), { seldom: 1, never: 0 });
    expect(warm(driver)).toEqual(['load a', 'load b', 'load c']);
    expect(driver.status()).toMatchObject({ warming: 1, lanes: { background: { running: 3, waiting: 0 } } });
    expect(driver.loaded('b')).toEqual(['load d']);
    expect(driver.in('cold')).toEqual(['seldom', 'never']);
    expect(driver.told('load-started').map(({ origin, lane }) => [origin, lane])).toEqual(
      Array.from({ length: 4 }, () => ['warming', 'background']),
    );
  });

  test('loads nothing at another time of day', () => {
    const driver = usual(specs('a', 'b'));
    driver.now += 15 * hour;
    expect(warm(driver)).toEqual([]);
  });

  test('takes what is worth most for its memory, as far as that goes', () => {
    const components = [
      spec('large', { bytes: 90, loadMs: 1000 }),
      spec('dear', { bytes: 30, loadMs: 2000 }),
      spec('cheap', { bytes: 30, loadMs: 10 }),
      spec('unlikely', { bytes: 30, loadMs: 1000 }),
      spec('likely', { bytes: 30, loadMs: 1000 }),
    ];
    const driver = usual(components, { unlikely: 5 });
    expect(letLoad(driver, warm(driver)).toSorted()).toEqual(['dear', 'likely', 'unlikely']);
    expect(driver.status().heldBytes).toBe(90);
  });

  test('fills no more than its share of the budget', () => {
    const driver = usual(specs('a', 'b', 'c', 'd', 'e', 'f'), {}, { warmingShare: 0.4 });
    expect(letLoad(driver, warm(driver))).toEqual(['a', 'b', 'c', 'd']);
    expect(warm(usual(specs('a'), {}, { warmingShare: 0 }))).toEqual([]);
  });

  test('begins with the longest chain of loads, and holds no worker for what must wait', () => {
    const components = [
      spec('app', { loadMs: 400, dependsOn: ['lib'] }),
      spec('lib', { loadMs: 400, dependsOn: ['base'] }),
      spec('base', { loadMs: 400 }),
      ...['p', 'q', 'r', 's'].map((id, at) => spec(id, { loadMs: 1000 - 100 * at })),
    ];
    const driver = usual(components);
    expect(warm(driver)).toEqual(['load base', 'load p', 'load q']);
    expect(driver.loaded('p')).toEqual(['load r']);
    expect(driver.loaded('base')).toEqual(['load lib']);
    expect(driver.loaded('lib')).toEqual(['load s']);
    expect(driver.loaded('q')).toEqual(['load app']);
  });

  test('counts what several rest on once', () => {
    const components = [
      spec('base', { bytes: 60, loadMs: 1 }),
      spec('x', { bytes: 10, loadMs: 1000, dependsOn: ['base'] }),
      spec('y', { bytes: 10, loadMs: 900, dependsOn: ['base'] }),
      spec('z', { bytes: 10, loadMs: 800, dependsOn: ['base'] }),
      spec('rest', { bytes: 10, loadMs: 30 }),
    ];
    const driver = usual(components, { base: 0 });
    expect(letLoad(driver, warm(driver)).toSorted()).toEqual(['base', 'rest', 'x', 'y', 'z']);
    expect(driver.status().heldBytes).toBe(100);
  });

  test('finds what became cheaper by what it shares', () => {
    const components = [
      spec('base', { bytes: 60, loadMs: 1 }),
      spec('x', { bytes: 10, loadMs: 3000, dependsOn: ['base'] }),
      spec('y', { bytes: 10, loadMs: 900, dependsOn: ['base'] }),
      spec('rest', { bytes: 30, loadMs: 600 }),
    ];
    const driver = usual(components, { base: 0 });
    expect(letLoad(driver, warm(driver)).toSorted()).toEqual(['base', 'x', 'y']);
  });

  test('leaves out the less worthwhile of two that conflict', () => {
    const components = [spec('a', { loadMs: 500 }), spec('b', { loadMs: 900, conflictsWith: ['a'] }), spec('c')];
    const driver = usual(components);
    expect(letLoad(driver, warm(driver)).toSorted()).toEqual(['b', 'c']);
  });

  test('passes over what would be unloaded again before its demand', () => {
    const driver = usual([spec('hasty', { idleMs: 1000 }), spec('patient', { idleMs: hour })]);
    expect(letLoad(driver, warm(driver))).toEqual(['patient']);
  });

  test('displaces nothing that is in memory', () => {
    const driver = usual(specs('a', 'b', 'c', 'other'), { other: 0 }, { budget: 25 });
    driver.command();
    driver.warm('other');
    expect(letLoad(driver, warm(driver))).toEqual(['a']);
    expect(driver.in('warm')).toEqual(['a', 'other']);
  });

  test('does nothing where nothing is to be loaded ahead', () => {
    for (const speculation of ['observe', 'off'] as const) {
      expect(warm(usual(specs('a'), {}, { speculation }))).toEqual([]);
    }
    expect(warm(new Driver(specs('a')))).toEqual([]);
  });
});

test('what the predictor knows of idle times counts as much as the time of day', () => {
  const predictor = (within: readonly number[]): Markov2 => Object.assign(new Markov2(), { within: () => within });
  const begun = (half: number, hourly: number): string[] =>
    warm(usual([spec('a', { idleMs: half * hour })], { a: 3 }, { predictor: predictor([0, 0, 0, hourly]) }));
  // At this time of day it is demanded in about three hours of ten.
  expect(begun(1, 0.1)).toEqual([]);
  expect(begun(1, 0.5)).toEqual(['load a']);
  expect(begun(0.5, 0.5)).toEqual([]);
});

test('a pause is no idle time: the predictor is asked for what it said before', () => {
  const asked: number[] = [];
  const within = (_: ComponentId, now: number): number[] => (asked.push(now), [0, 0, 0, 1]);
  const driver = usual(specs('a'), {}, { predictor: Object.assign(new Markov2(), { within }) });
  driver.now += 12 * hour;
  warm(driver);
  expect(asked).toEqual([start - hour]);
});

describe('what is being warmed', () => {
  test('lets demands go first', () => {
    const driver = usual(specs('a', 'b', 'c', 'd', 'e'), { e: 0 }, { budget: 45 });
    warm(driver);
    driver.command();
    expect(driver.demand('e')).toEqual(['load e']);
    expect(driver.demand('d')).toEqual(['unload a (evicted)'].slice(1));
    expect(driver.loaded('a')).toContain('unload a (evicted)');
    expect(driver.unloaded('a')).toEqual(['load d']);
    expect(driver.status().warming).toBe(0);
  });

  test('joins a demand for what is loading, and counts as late', () => {
    const driver = usual(specs('a', 'b'));
    warm(driver);
    driver.command();
    expect(driver.demand('a')).toEqual(['hurry a']);
    expect(driver.loaded('a')).toEqual(['grant 1 (loading)']);
    driver.loaded('b');
    expect(driver.demand('b')).toEqual(['grant 2 (warm)']);
    expect(driver.counts().preloads).toMatchObject({ timely: 1, late: 1, wasted: 0, open: 0 });
  });

  test('leaves workers and memory to forecasts', () => {
    const driver = usual(specs('a', 'b', 'c', 'd', 'x', 'y'), { x: 0, y: 0 }, { budget: 40, speculativeShare: 0.25 });
    expect(warm(driver)).toEqual(['load a', 'load b', 'load c']);
    driver.forecast([['x', 0.5, 3]]);
    expect(driver.loaded('a')).toEqual(['load x']);
    expect(driver.status().warming).toBe(0);
    expect(driver.counts().turnedAway).toEqual({ 'no-room': 1 });
    driver.loaded('b');
    driver.loaded('x');
    driver.loaded('c');
    driver.warm('x');
    // Three warmed components hold far more than the share of forecasts.
    expect(driver.forecast([['y', 0.95]])).toEqual(['unload a (evicted)']);
  });

  test('waits while pressure is high, and goes on when it falls', () => {
    const driver = usual(specs('a', 'b', 'c', 'd'));
    driver.pressure('high');
    expect(warm(driver)).toEqual([]);
    expect(driver.pressure('medium')).toEqual(['load a', 'load b', 'load c']);
    expect(driver.loaded('a')).toEqual(['load d']);
    // What nobody has demanded yet is the first to go.
    expect(driver.pressure('high')).toEqual(['unload a (pressure)']);
    expect(driver.counts().preloads.wasted).toBe(1);
  });

  test('is given up at critical pressure, at the end, and when its hour is over', () => {
    for (const stop of [
      (driver: Driver) => driver.pressure('critical'),
      (driver: Driver) => driver.close(),
      (driver: Driver) => driver.wake(hour),
    ]) {
      const driver = usual(specs('a', 'b', 'c', 'd', 'e'));
      warm(driver);
      stop(driver);
      expect(driver.status().warming).toBe(0);
      expect(driver.loaded('a')).not.toContain('load d');
      expect(Object.values(driver.counts().turnedAway)).toEqual([2]);
    }
    const driver = usual(specs('a'));
    driver.pressure('critical');
    warm(driver);
    expect(driver.pressure('low')).toEqual([]);
  });

  test('does without what rests on a load that failed', () => {
    const driver = usual([spec('app', { dependsOn: ['base'] }), spec('base', { loadMs: 500 }), spec('other')]);
    expect(warm(driver)).toEqual(['load base', 'load other']);
    expect(driver.failed('base')).toEqual([]);
    expect(driver.status().warming).toBe(0);
    expect(driver.counts()).toMatchObject({ preloads: { failed: 1 }, turnedAway: { 'recent-failure': 1 } });
  });

  test('is no business of the waste target', () => {
    const waste = new WasteTarget(0.1, 0.3);
    const before = waste.threshold;
    const driver = usual(specs('a', 'b', 'c', 'd'), {}, { waste });
    letLoad(driver, warm(driver));
    driver.pressure('critical');
    expect(driver.counts().preloads.wasted).toBe(4);
    expect(waste.threshold).toBe(before);
  });
});
