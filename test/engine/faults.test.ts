import { describe, expect, test } from 'vitest';
import type { FaultOptions } from '../../src/engine/trouble.ts';
import { ForeloadError } from '../../src/model/errors.ts';
import { Driver, spec, specs } from './driver.ts';

const faults: FaultOptions = {
  retries: 2,
  backoffMs: 100,
  longestBackoffMs: 150,
  openAfter: 4,
  openMs: 1000,
  longestOpenMs: 3000,
  rng: { next: () => 0 },
};

describe('a demand whose load fails', () => {
  test('waits for a retry after half the back-off at least, and no longer than the longest', () => {
    const driver = new Driver(specs('a'), { faults });
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.failed('a')).toEqual(['wake 50']);
    expect(driver.engine.retryAt).toBe(50);
    expect(driver.wake(49)).toEqual(['wake 50']);
    expect(driver.wake(1)).toEqual(['load a']);
    expect(driver.failed('a')).toEqual(['wake 125']);
    expect(driver.wake(75)).toEqual(['load a']);
    expect(driver.failed('a')).toEqual(['refuse 1 (load-failed)']);
    expect(driver.engine.retryAt).toBeNull();
  });

  test('is joined by later ones, and by those of what rests on it', () => {
    const driver = new Driver([spec('a', { dependsOn: ['b'] }), spec('b')], { faults });
    driver.demand('b');
    driver.failed('b');
    expect(driver.demand('b')).toEqual([]);
    expect(driver.demand('a')).toEqual([]);
    expect(driver.wake(50)).toEqual(['load b']);
    expect(driver.loaded('b')).toEqual(['load a', 'grant 1 (cold)', 'grant 2 (cold)']);
  });

  test('goes on at once when a load begun for somebody else ends well', () => {
    const driver = new Driver([spec('a', { dependsOn: ['b', 'c'] }), spec('b'), spec('c')], { faults });
    driver.demand('a');
    driver.loaded('b');
    driver.failed('c');
    expect(driver.demand('c')).toEqual([]);
    driver.now = 50;
    expect(driver.wake(0)).toEqual(['load c']);
    expect(driver.loaded('c')).toEqual(['load a', 'grant 2 (cold)']);
  });

  test('that gives up leaves all retries to the next', () => {
    const driver = new Driver(specs('a'), { faults: { ...faults, openAfter: 100 } });
    driver.demand('a');
    driver.failed('a');
    driver.wake(50);
    driver.failed('a');
    driver.release(1);
    expect(driver.engine.retryAt).toBeNull();
    driver.now = 1000;
    expect(driver.demand('a')).toEqual(['load a']);
    driver.failed('a');
    // The first of two, again.
    expect(driver.engine.retryAt).toBe(1050);
  });

  test('is not tried again where that can mend nothing', () => {
    const driver = new Driver(specs('a'), { faults });
    driver.demand('a');
    const error = new ForeloadError('load-empty', { what: 'nothing', remedy: 'return something' });
    expect(driver.failed('a', error)).toEqual(['refuse 1 (load-empty)']);
  });
});

describe('a failed speculation', () => {
  test('neither fails nor delays a demand, nor loads twice for it', () => {
    const driver = new Driver(specs('a'), { faults });
    expect(driver.preload('a')).toEqual(['load a']);
    expect(driver.demand('a')).toEqual(['hurry a']);
    expect(driver.failed('a')).toEqual(['load a']);
    expect(driver.loaded('a')).toEqual(['grant 1 (loading)']);
    expect(driver.component('a').trouble).toBeNull();
  });

  test('opens no circuit, however often; nothing is forecast for a while, each time for longer', () => {
    const driver = new Driver(specs('a'), { faults });
    for (const wait of [1000, 2000, 3000, 3000, 3000]) {
      expect(driver.forecast([['a', 0.95]])).toEqual(['load a']);
      driver.failed('a');
      driver.now += wait - 1;
      expect(driver.forecast([['a', 0.95]])).toEqual([]);
      driver.now += 1;
    }
    expect(driver.demand('a')).toEqual(['load a']);
  });

  test('does not load through what demands wait for', () => {
    const driver = new Driver([spec('a', { dependsOn: ['b'] }), spec('b')], { faults });
    driver.demand('b');
    driver.failed('b');
    expect(driver.preload('a')).toEqual([]);
    expect(driver.counts().turnedAway).toMatchObject({ 'recent-failure': 1 });
    expect(driver.wake(50)).toEqual(['load b']);
  });
});

describe('a circuit', () => {
  const broken = (): Driver => {
    const driver = new Driver([spec('a', { dependsOn: ['b'] }), spec('b')], { faults: { ...faults, retries: 0 } });
    for (let failure = 0; failure < 4; failure++) {
      driver.demand('b');
      driver.failed('b');
    }
    return driver;
  };

  test('that is open refuses what rests on it too, with the chain', () => {
    const driver = broken();
    expect(driver.demand('b')).toEqual(['refuse 5 (circuit-open)']);
    expect(driver.demand('a')).toEqual(['refuse 6 (dependency-failed)']);
    expect(driver.component('b').trouble).toMatchObject({ failures: 4, circuit: 'open', since: 0, retryAt: 1000 });
  });

  test('lets one load try, joined by all demands; a failure keeps it open for twice as long', () => {
    const driver = broken();
    driver.now = 1000;
    expect(driver.demand('b')).toEqual(['load b']);
    expect(driver.component('b').trouble).toMatchObject({ circuit: 'half-open' });
    expect(driver.demand('a')).toEqual([]);
    expect(driver.failed('b')).toEqual(['refuse 5 (load-failed)', 'refuse 6 (dependency-failed)']);
    driver.now = 2999;
    expect(driver.demand('b')).toEqual(['refuse 7 (circuit-open)']);
    driver.now = 3000;
    expect(driver.demand('b')).toEqual(['load b']);
    expect(driver.loaded('b')).toEqual(['grant 8 (cold)']);
    expect(driver.component('b').trouble).toBeNull();
  });

  test('opens for what crashes soon after each load, and not for what lasts', () => {
    for (const [lasts, refused] of [
      [500, 'refuse 5 (circuit-open)'],
      [1500, 'load a'],
    ] as const) {
      const driver = new Driver(specs('a'), { faults });
      for (let crash = 0; crash < 4; crash++) {
        driver.demand('a');
        driver.loaded('a');
        driver.now += lasts;
        driver.crashed('a');
      }
      expect(driver.demand('a')).toEqual([refused]);
    }
  });
});

describe('memory of an unload that failed', () => {
  const usual = [spec('a', { bytes: 60 }), spec('b', { bytes: 30 }), spec('c', { bytes: 90 })];
  /** That of a. */
  const lost = (components = usual): Driver => {
    const driver = new Driver(components);
    driver.warm('a');
    driver.unload('a');
    driver.tell({ kind: 'unloaded', component: 'a' as never, error: new Error('stuck') });
    return driver;
  };

  test('stays charged, so that nothing is loaded ahead into it', () => {
    const driver = lost();
    expect(driver.status()).toMatchObject({ heldBytes: 60, lostBytes: 60 });
    expect(driver.told('memory-lost')).toMatchObject([{ component: 'a', bytes: 60, lost: 60 }]);
    expect(driver.preload('c')).toEqual([]);
    expect(driver.preload('b')).toEqual(['load b']);
  });

  test('is forgotten, as far as it must be, for a demand', () => {
    const driver = lost();
    expect(driver.demand('c')).toEqual(['load c']);
    expect(driver.status()).toMatchObject({ heldBytes: 100, lostBytes: 10 });
  });

  test('is not forgotten for a demand that something else holds up', () => {
    const opposed = { ...spec('c', { bytes: 90 }), conflictsWith: ['d' as never] };
    const driver = lost([spec('a', { bytes: 60 }), spec('b', { bytes: 40 }), opposed, spec('d', { bytes: 10 })]);
    expect(driver.demand('d')).toEqual(['load d']);
    driver.loaded('d');
    expect(driver.demand('c')).toEqual([]);
    expect(driver.preload('b')).toEqual([]);
    expect(driver.status()).toMatchObject({ heldBytes: 70, lostBytes: 60 });
    // Lease 2 is that of d.
    expect(driver.release(2)).toEqual(['unload d (conflict)']);
    expect(driver.unloaded('d')).toEqual(['load c']);
    expect(driver.status()).toMatchObject({ heldBytes: 100, lostBytes: 10 });
  });

  test('is not forgotten for a demand that waits for what is leased', () => {
    const driver = lost([spec('a', { bytes: 40 }), spec('b', { bytes: 50 }), spec('c', { bytes: 80 })]);
    expect(driver.demand('b')).toEqual(['load b']);
    driver.loaded('b');
    expect(driver.demand('c')).toEqual([]);
    expect(driver.status()).toMatchObject({ lostBytes: 40 });
    // Lease 2 is that of b.
    expect(driver.release(2)).toEqual(['unload b (evicted)']);
    expect(driver.unloaded('b')).toEqual(['load c']);
    expect(driver.status()).toMatchObject({ heldBytes: 100, lostBytes: 20 });
  });

  test('comes free when the unload ends after all', () => {
    const driver = lost();
    driver.tell({ kind: 'reclaimed', component: 'a' as never });
    expect(driver.status()).toMatchObject({ heldBytes: 0, lostBytes: 0 });
    expect(driver.tell({ kind: 'reclaimed', component: 'a' as never })).toEqual([]);
  });
});

test('what is idle is checked at its interval; what is in use, or rested on, is not', () => {
  const base = { ...spec('base'), checkMs: 100 as never };
  const driver = new Driver([base, spec('app', { dependsOn: ['base'] })]);
  driver.demand('base');
  driver.loaded('base');
  expect(driver.wake(100)).toEqual([]);
  expect(driver.release(1)).toEqual(['wake 200']);
  expect(driver.wake(100)).toEqual(['check base', 'wake 300']);
  driver.demand('app');
  driver.loaded('app');
  expect(driver.wake(100)).toEqual([]);
});

test('while a demand loads nothing new is loaded ahead', () => {
  const driver = new Driver(specs('a', 'b', 'c'), { yields: true });
  expect(driver.preload('b')).toEqual(['load b']);
  driver.demand('a');
  expect(driver.preload('c')).toEqual([]);
  expect(driver.component('c').lane).toBe('immediate');
  expect(driver.loaded('a')).toEqual(['grant 1 (cold)', 'load c']);
});
