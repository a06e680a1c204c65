import { describe, expect, test } from 'vitest';
import type { Lane } from '../../src/model/reason.ts';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import { Driver, type Forecast, spec, specs } from './driver.ts';

const many = Array.from({ length: 60 }, (_, index) => `c${index}`);
const crowd = (options = {}) => new Driver(specs(...many), { budget: 10_000, ...options });
/** Forecasts that lead to a lane. */
const leadsTo: Readonly<Record<Lane, [number, 1 | 2 | 3]>> = {
  immediate: [0.95, 1],
  delayed: [0.8, 2],
  background: [0.4, 3],
};
const towards = (lane: Lane, ids: readonly string[]): Forecast[] => ids.map((id) => [id, ...leadsTo[lane]]);

describe('the lanes', () => {
  test.each<[Lane, number]>([
    ['immediate', 10],
    ['delayed', 20],
    ['background', 50],
  ])('%s holds %i and has three workers', (lane, capacity) => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    driver.forecast(towards(lane, many.slice(0, 59)));
    expect(driver.status().lanes[lane]).toEqual({ waiting: capacity, running: 0, capacity });
    expect(driver.demand('c58')).toHaveLength(4);
    expect(driver.status().lanes[lane]).toEqual({ waiting: capacity - 3, running: 3, capacity });
    expect(driver.counts().turnedAway).toMatchObject({ 'lane-full': 59 - capacity });
  });

  test('begin the next when a worker is free', () => {
    const driver = crowd();
    expect(driver.forecast(towards('immediate', ['c0', 'c1', 'c2', 'c3', 'c4']))).toEqual([
      'load c0',
      'load c1',
      'load c2',
    ]);
    expect(driver.loaded('c1')).toEqual(['load c3']);
    expect(driver.failed('c0')).toEqual(['load c4']);
  });

  test('work side by side: nine loads at once', () => {
    const driver = crowd();
    const loads = driver.forecast([
      ...towards('immediate', many.slice(0, 5)),
      ...towards('delayed', many.slice(5, 10)),
      ...towards('background', many.slice(10, 15)),
    ]);
    expect(loads).toHaveLength(9);
  });

  test('are ordered by worth: what is dear to load for its size, and likely, comes first', () => {
    const driver = new Driver(
      [
        ...specs('x', 'y', 'z'),
        spec('cheap', { loadMs: 10 }),
        spec('dear', { loadMs: 1000 }),
        spec('large', { loadMs: 1000, bytes: 50 }),
      ],
      { budget: 1000 },
    );
    driver.forecast(towards('background', ['x', 'y', 'z', 'cheap', 'large', 'dear']));
    expect(['dear', 'large', 'x', 'y', 'z', 'cheap'].filter((id) => driver.component(id).lane)).toEqual([
      'y',
      'z',
      'cheap',
    ]);
  });

  test('route by probability and step', () => {
    const laneOf = (probability: number, step: 1 | 2 | 3): Lane | null => {
      const driver = new Driver(specs('a', 'b'));
      driver.demand('b', { more: true });
      driver.forecast([['a', probability, step]]);
      return driver.component('a').lane;
    };
    expect([laneOf(0.91, 1), laneOf(0.9, 1), laneOf(0.91, 2), laneOf(0.91, 3)]).toEqual([
      'immediate',
      'delayed',
      'delayed',
      'background',
    ]);
    expect([laneOf(0.71, 2), laneOf(0.7, 2), laneOf(0.7, 1), laneOf(0.3, 3), laneOf(0.29, 1)]).toEqual([
      'delayed',
      'background',
      'background',
      'background',
      null,
    ]);
  });
});

describe('a waiting preload', () => {
  /** All workers are busy, so that what comes waits. */
  function busy(): Driver {
    const driver = crowd();
    for (const [at, lane] of (['immediate', 'delayed', 'background'] as const).entries()) {
      for (let worker = 0; worker < 3; worker++) driver.preload(`c${50 + 3 * at + worker}`, lane);
    }
    return driver;
  }

  test('waits in one place, however often it is forecast', () => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    for (let again = 0; again < 4; again++) driver.forecast(towards('delayed', ['c0']));
    expect(driver.status().lanes.delayed.waiting).toBe(1);
    expect(driver.told('preload-queued')).toHaveLength(1);
  });

  test('moves up to a stronger lane, never down', () => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    const lanesOf = (['background', 'immediate', 'delayed'] as const).map((lane) => {
      driver.forecast(towards(lane, ['c0']));
      return driver.component('c0').lane;
    });
    expect(lanesOf).toEqual(['background', 'immediate', 'immediate']);
    expect(driver.counts().preloads.open).toBe(1);
  });

  test('stays where it is when the stronger lane is full of what is worth more', () => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    driver.forecast([...towards('background', ['c20']), ...many.slice(0, 10).map((id): Forecast => [id, 0.99, 1])]);
    driver.forecast([...many.slice(0, 10).map((id): Forecast => [id, 0.99, 1]), ['c20', 0.92, 1]]);
    expect(driver.component('c20').lane).toBe('background');
    expect(driver.status().lanes.immediate.waiting).toBe(10);
  });

  test('lapses when a newer forecast of its user no longer holds it', () => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    driver.forecast(towards('delayed', ['c0', 'c1']));
    driver.forecast(towards('delayed', ['c2']), 'bob');
    expect(driver.status().lanes.delayed.waiting).toBe(3);
    driver.forecast(towards('delayed', ['c1']));
    expect(driver.component('c0').lane).toBeNull();
    expect(driver.component('c2').lane).toBe('delayed');
    expect(driver.counts()).toMatchObject({ preloads: { cancelled: 1 }, turnedAway: { lapsed: 1 } });
    expect(driver.told('preload-ended')).toMatchObject([{ component: 'c0', outcome: 'cancelled' }]);
  });

  test('is taken over by a demand, which waits for no worker', () => {
    const driver = busy();
    driver.preload('c1');
    expect(driver.component('c1').lane).toBe('immediate');
    expect(driver.demand('c1')).toEqual(['load c1']);
    expect(driver.component('c1').lane).toBeNull();
    expect(driver.counts()).toMatchObject({ preloads: { cancelled: 1 }, turnedAway: { demanded: 1 }, cold: 1 });
  });

  test('asked for by name never lapses, whatever is forecast', () => {
    const driver = busy();
    driver.preload('c1', 'background');
    driver.forecast(towards('delayed', ['c1']));
    driver.forecast(towards('delayed', ['c2']));
    expect(driver.component('c1').lane).toBe('delayed');
    driver.hint('c1', 10);
    driver.wake(10);
    expect(driver.component('c1').lane).not.toBeNull();
  });

  test('of an unknown lane is refused with the names of the lanes', () => {
    const driver = new Driver(specs('a'));
    expect(() => driver.preload('a', 'soon' as Lane)).toThrow(
      'found "soon"; use one of immediate, delayed, background',
    );
  });
});

describe('a preload', () => {
  test('is timely when it is warm before its first demand; later demands are none of its doing', () => {
    const driver = new Driver(specs('a'));
    driver.preload('a');
    driver.loaded('a');
    expect(driver.component('a').speculative).toBe(true);
    expect(driver.demand('a')).toEqual(['grant 1 (warm)']);
    driver.demand('a');
    expect(driver.component('a').speculative).toBe(false);
    expect(driver.status().speculativeBytes).toBe(0);
    expect(driver.counts()).toMatchObject({ warm: 2, preloads: { open: 0, timely: 1 } });
  });

  test('is late when it still loads then: the demand joins it', () => {
    const driver = new Driver(specs('a'));
    expect(driver.preload('a')).toEqual(['load a']);
    expect(driver.demand('a')).toEqual(['hurry a']);
    expect(driver.loaded('a')).toEqual(['grant 1 (loading)']);
    expect(driver.counts()).toMatchObject({ loading: 1, preloads: { open: 0, late: 1 } });
  });

  test('is wasted when it is unloaded unused', () => {
    const driver = new Driver([spec('a', { idleMs: 10 })]);
    driver.preload('a');
    driver.loaded('a');
    driver.wake(10);
    expect(driver.counts().preloads).toMatchObject({ open: 0, wasted: 1 });
  });

  test('that fails fails nobody: a demand that joined it gets a load of its own', () => {
    const driver = new Driver(specs('a'));
    driver.preload('a');
    driver.demand('a');
    expect(driver.failed('a')).toEqual(['load a']);
    expect(driver.counts().preloads).toMatchObject({ late: 1, failed: 0 });
    expect(driver.loaded('a')).toEqual(['grant 1 (loading)']);
  });

  test('whose dependency fails fails no demand either', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    driver.preload('lib');
    driver.demand('app');
    expect(driver.failed('lib')).toEqual(['load lib']);
    expect(driver.failed('lib')).toEqual(['refuse 1 (dependency-failed)']);
  });

  test('that failed is not forecast into a lane again until a demand has loaded it', () => {
    const driver = new Driver(specs('a'));
    driver.forecast([['a', 0.99]]);
    driver.failed('a');
    expect(driver.forecast([['a', 0.99]])).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ 'recent-failure': 1 });
    driver.warm('a');
    driver.unload('a');
    driver.unloaded('a');
    expect(driver.forecast([['a', 0.99]])).toEqual(['load a']);
  });

  test('that crashes unused has failed', () => {
    const driver = new Driver(specs('a'));
    driver.preload('a');
    driver.loaded('a');
    driver.crashed('a');
    expect(driver.counts().preloads).toMatchObject({ open: 0, failed: 1 });
  });

  test('brings its dependencies, as preloads of their own', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    expect(driver.forecast([['app', 0.99]])).toEqual(['load lib']);
    expect(driver.loaded('lib')).toEqual(['load app']);
    driver.loaded('app');
    expect(driver.status().speculativeBytes).toBe(20);
    driver.demand('app');
    expect(driver.counts().preloads).toMatchObject({ open: 0, timely: 2 });
  });

  test('takes over a dependency that waits in a lane itself', () => {
    const driver = new Driver([...specs('x', 'y', 'z'), spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    for (const id of ['x', 'y', 'z', 'lib']) driver.preload(id, 'background');
    expect(driver.component('lib').lane).toBe('background');
    expect(driver.preload('app', 'immediate')).toEqual(['load lib']);
    expect(driver.counts().preloads).toMatchObject({ open: 5, cancelled: 1 });
  });

  test('does not begin while demands follow each other', () => {
    const driver = new Driver(specs('a', 'b', 'c'));
    driver.demand('a', { more: true });
    expect(driver.preload('c')).toEqual([]);
    expect(driver.demand('b')).toEqual(['load b', 'load c']);
  });

  test('is neither asked for nor queued twice once it is warm, loading or on its way', () => {
    const driver = new Driver(specs('a'));
    driver.preload('a');
    expect(driver.preload('a')).toEqual([]);
    driver.loaded('a');
    expect(driver.preload('a')).toEqual([]);
    expect(driver.forecast([['a', 0.99]])).toEqual([]);
    expect(driver.counts().preloads.open).toBe(1);
  });
});

describe('room for a preload', () => {
  test('is made by evicting what is worth less, once that is gone', () => {
    const driver = new Driver([spec('a', { bytes: 60 }), spec('b', { bytes: 60 })]);
    driver.warm('a');
    expect(driver.forecast([['b', 0.95]])).toEqual(['unload a (evicted)']);
    expect(driver.unloaded('a')).toEqual(['load b']);
  });

  test('is not made by evicting what is worth as much', () => {
    const driver = new Driver([spec('a', { bytes: 60, loadMs: 1000 }), spec('b', { bytes: 60 })]);
    driver.warm('a');
    expect(
      driver.forecast([
        ['b', 0.95],
        ['a', 0.8],
      ]),
    ).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ 'displaces-more-worth': 1 });
  });

  test('is not made by evicting what the application says it expects', () => {
    const driver = new Driver([spec('a', { bytes: 60, loadMs: 1000 }), spec('b', { bytes: 60 })]);
    driver.warm('a');
    driver.hint('a', 1000);
    expect(driver.forecast([['b', 0.99]])).toEqual([]);
    driver.wake(1000);
    expect(driver.forecast([['b', 0.99]])).toEqual(['unload a (evicted)']);
  });

  test('is never taken from a lease, nor from what is core', () => {
    const driver = new Driver([spec('a', { bytes: 60 }), spec('b', { bytes: 60 })]);
    driver.demand('a');
    driver.loaded('a');
    expect(driver.forecast([['b', 0.95]])).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ 'no-room': 1 });
  });

  test('holds no more than its share, but always one component; what is asked for by name may have more', () => {
    const components = [spec('a', { bytes: 60 }), spec('b', { bytes: 20 })];
    const driver = new Driver(components, { speculativeShare: 0.5 });
    expect(driver.forecast([['a', 0.95]])).toEqual(['load a']);
    expect(driver.forecast([['b', 0.95]])).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ 'speculative-share': 1 });
    expect(driver.preload('b')).toEqual(['load b']);
  });

  test('goes to a demand that comes meanwhile', () => {
    const driver = new Driver([spec('a', { bytes: 60 }), spec('b', { bytes: 60 }), spec('c', { bytes: 60 })]);
    driver.warm('a');
    driver.forecast([['b', 0.95]]);
    expect(driver.demand('c')).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load c']);
    expect(driver.counts()).toMatchObject({ preloads: { cancelled: 1 }, turnedAway: { 'no-room': 1 } });
  });

  test('that is still awaited is not asked for twice', () => {
    const driver = new Driver([spec('a', { bytes: 60 }), spec('b', { bytes: 60 })]);
    driver.warm('a');
    driver.forecast([['b', 0.95]]);
    driver.forecast([['b', 0.95]]);
    driver.preload('b');
    expect(driver.status().lanes.immediate).toMatchObject({ waiting: 0, running: 1 });
    driver.unloaded('a');
    driver.loaded('b');
    expect(driver.counts().preloads).toMatchObject({ open: 1, cancelled: 0 });
  });

  test('that comes too late is given up: a conflict has been loaded meanwhile, or a dependency is leaving', () => {
    const driver = new Driver([
      spec('a', { bytes: 60 }),
      spec('b', { bytes: 60, conflictsWith: ['x'] }),
      spec('x', { bytes: 10 }),
    ]);
    driver.warm('a');
    driver.forecast([['b', 0.95]]);
    expect(driver.demand('x')).toEqual(['load x']);
    expect(driver.unloaded('a')).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ conflict: 1 });

    const other = new Driver([spec('a', { bytes: 60 }), spec('app', { bytes: 60, dependsOn: ['lib'] }), spec('lib')]);
    other.warm('lib', 'a');
    other.forecast([['app', 0.95]]);
    expect(other.unload('lib')).toEqual(['unload lib (explicit)']);
    expect(other.unloaded('a')).toEqual([]);
    expect(other.counts().turnedAway).toMatchObject({ 'no-room': 1 });
  });

  test('is not begun over a conflict: a preload unloads nothing to resolve one', () => {
    const driver = new Driver([spec('a', { conflictsWith: ['b'] }), spec('b')]);
    driver.warm('b');
    expect(driver.forecast([['a', 0.99]])).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ conflict: 1 });
  });

  test('for two that conflict goes to one of them', () => {
    const driver = new Driver([spec('a', { conflictsWith: ['b'] }), spec('b')]);
    expect(
      driver.forecast([
        ['b', 0.99],
        ['a', 0.98],
      ]),
    ).toEqual(['load b']);
    expect(driver.counts().turnedAway).toMatchObject({ conflict: 1 });
  });
});

describe('a hint', () => {
  test('is loaded at once, and counts as speculative', () => {
    const driver = new Driver(specs('a'));
    expect(driver.hint('a', 500)).toEqual(['wake 500', 'load a']);
    driver.loaded('a');
    expect(driver.component('a').speculative).toBe(true);
  });

  test('holds while a forecast knows nothing of it, and lapses when its time is up', () => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    driver.hint('c0', 500);
    driver.forecast([['c1', 0.95]]);
    expect(driver.component('c0').lane).toBe('immediate');
    driver.wake(500);
    expect(driver.component('c0').lane).toBeNull();
    expect(driver.counts().turnedAway).toMatchObject({ lapsed: 1 });
  });

  test('that lapses leaves what a forecast still holds', () => {
    const driver = crowd();
    driver.demand('c59', { more: true });
    driver.hint('c0', 500);
    driver.forecast([['c0', 0.95]]);
    driver.wake(500);
    expect(driver.component('c0').lane).toBe('immediate');
  });

  test('wakes in order of time', () => {
    const driver = crowd();
    expect(driver.hint('c0', 500)).toContain('wake 500');
    expect(driver.hint('c1', 300)).toContain('wake 300');
    expect(driver.hint('c2', 900)).not.toContain('wake 900');
    expect(driver.wake(300)).toEqual(['wake 500']);
  });
});

describe('the waste target', () => {
  test('turns away what is likely to be wasted, and says so', () => {
    const waste = new WasteTarget(0.5, 0.6);
    const { threshold } = waste;
    const driver = new Driver(specs('a'), { waste });
    expect(driver.forecast([['a', threshold - 0.01]])).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ 'below-threshold': 1 });
    expect(driver.forecast([['a', threshold]])).toEqual(['load a']);
  });

  test('counts a preload that was upgraded in one band, and one asked for by name in none', () => {
    const calls: string[] = [];
    class Watched extends WasteTarget {
      override get threshold(): number {
        return 0;
      }
      override begun(probability: number): void {
        calls.push(`begun ${probability.toFixed(2)}`);
        super.begun(probability);
      }
      override used(probability: number): void {
        calls.push(`used ${probability.toFixed(2)}`);
        super.used(probability);
      }
      override withdrawn(probability: number): void {
        calls.push('withdrawn');
        super.withdrawn(probability);
      }
    }
    const driver = crowd({ waste: new Watched(0.1, 0.3) });
    driver.demand('c59', { more: true });
    driver.forecast([
      ['c0', 0.4],
      ['c1', 0.5],
    ]);
    driver.forecast([
      ['c0', 0.95],
      ['c1', 0.5],
      ['c2', 0.6],
    ]);
    driver.preload('c1');
    driver.preload('c2', 'delayed');
    driver.forecast([
      ['c0', 0.95],
      ['c1', 0.5],
      ['c2', 0.6],
    ]);
    driver.demand('c58');
    for (const id of ['c0', 'c1', 'c2']) driver.loaded(id);
    for (const id of ['c0', 'c1', 'c2']) driver.demand(id);
    expect(calls).toEqual(['begun 0.95', 'used 0.95']);
  });
});

describe('observing only', () => {
  test('loads nothing ahead, and counts what it would have saved', () => {
    const driver = new Driver(specs('a', 'b'), { speculation: 'observe' });
    driver.command();
    expect(
      driver.forecast([
        ['a', 0.95],
        ['b', 0.95],
      ]),
    ).toEqual([]);
    driver.command();
    expect(driver.demand('a')).toEqual(['load a']);
    driver.loaded('a');
    for (let later = 0; later < 4; later++) driver.command();
    expect(driver.status().observed).toEqual({ saved: 1, savedMs: 100, wasted: 1 });
    expect(driver.counts().preloads).toMatchObject({ open: 0, timely: 0 });
  });

  test('learns what its forecasts are worth from all of them', () => {
    const calls: string[] = [];
    class Watched extends WasteTarget {
      override followed(probability: number): void {
        calls.push(`followed ${probability.toFixed(2)}`);
        super.followed(probability);
      }
      override cameTrue(probability: number): void {
        calls.push(`came true ${probability.toFixed(2)}`);
        super.cameTrue(probability);
      }
    }
    const driver = new Driver(specs('a', 'b'), { speculation: 'observe', waste: new Watched(0.5, 0.3) });
    driver.forecast([
      ['a', 0.95],
      ['b', 0.9],
    ]);
    driver.demand('b');
    expect(calls).toEqual(['followed 0.95', 'followed 0.90', 'came true 0.90']);
  });

  test('saves nothing where the component was warm anyway', () => {
    const driver = new Driver(specs('a'), { speculation: 'observe' });
    driver.warm('a');
    driver.forecast([['a', 0.95]]);
    driver.demand('a');
    expect(driver.status().observed).toEqual({ saved: 0, savedMs: 0, wasted: 0 });
  });
});
