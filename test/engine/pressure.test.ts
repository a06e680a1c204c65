import { describe, expect, test } from 'vitest';
import type { PressureLevel } from '../../src/model/reason.ts';
import { Driver, type Forecast, spec, specs } from './driver.ts';

/** One of each: leased, core, idle after use, loaded ahead and still likely, loaded ahead and lapsed. */
function house(): Driver {
  const ids = ['used', 'likely', 'lapsed', 'leased', ...Array.from({ length: 12 }, (_, index) => `c${index}`)];
  const driver = new Driver([...specs(...ids), spec('core', { priority: 'core' })], { budget: 1000 });
  driver.warm('used', 'core');
  driver.demand('leased');
  driver.loaded('leased');
  driver.forecast([
    ['likely', 0.95],
    ['lapsed', 0.95],
  ]);
  driver.loaded('likely');
  driver.loaded('lapsed');
  driver.forecast([['likely', 0.95]]);
  return driver;
}

const crowd: Forecast[] = Array.from({ length: 12 }, (_, index) => [`c${index}`, 0.95]);

describe('pressure', () => {
  test.each<[PressureLevel, string[]]>([
    ['low', []],
    ['medium', []],
    ['high', ['unload lapsed (pressure)']],
    ['critical', ['unload lapsed (pressure)', 'unload likely (pressure)']],
    ['emergency', ['unload lapsed (pressure)', 'unload likely (pressure)', 'unload used (pressure)']],
  ])('%s unloads %j', (level, expected) => {
    expect(house().pressure(level)).toEqual(expected);
  });

  test.each<[PressureLevel, number, boolean, boolean]>([
    ['low', 10, true, true],
    ['medium', 10, true, true],
    ['high', 5, true, false],
    ['critical', 0, false, false],
    ['emergency', 0, false, false],
  ])(
    '%s leaves %i places in the immediate lane; preloads %s, in the background %s',
    (level, places, any, background) => {
      const driver = new Driver(specs('a', 'b'));
      driver.pressure(level);
      expect(driver.status().lanes.immediate.capacity).toBe(places);
      expect(driver.forecast([['a', 0.5]])).toEqual(background ? ['load a'] : []);
      expect(driver.forecast([['b', 0.95]])).toEqual(any ? ['load b'] : []);
      expect(driver.status().pressure).toBe(level);
    },
  );

  test('high keeps the better half of a lane', () => {
    const driver = new Driver(specs(...crowd.map(([id]) => id), 'x'), { budget: 1000 });
    driver.demand('x', { more: true });
    driver.forecast(crowd.map(([id], index) => [id, 0.92 + index / 200]));
    driver.pressure('high');
    expect(
      driver
        .status()
        .components.filter(({ lane }) => lane)
        .map(({ id }) => id),
    ).toEqual(['c7', 'c8', 'c9', 'c10', 'c11']);
    expect(driver.counts().turnedAway.pressure).toBe(5);
  });

  test('high goes on shedding what lapses, though nobody tells it again', () => {
    const driver = house();
    driver.pressure('high');
    expect(driver.forecast([['c0', 0.95]])).toEqual(['unload likely (pressure)', 'load c0']);
  });

  test('high takes a lapsed dependant before what it rests on, and keeps what was asked for by name', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib'), spec('named')]);
    driver.forecast([['app', 0.95]]);
    driver.loaded('lib');
    driver.loaded('app');
    driver.preload('named');
    driver.loaded('named');
    driver.forecast([]);
    expect(driver.pressure('high')).toEqual(['unload app (pressure)']);
    expect(driver.unloaded('app')).toEqual(['unload lib (pressure)']);
    expect(driver.state('named')).toBe('warm');
  });

  test('critical clears the lanes and takes back what has not begun', () => {
    const driver = new Driver([...specs('a', 'b', 'c', 'd'), spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    for (const id of ['a', 'b', 'c', 'd']) driver.preload(id);
    driver.preload('app', 'delayed');
    expect(driver.pressure('critical')).toEqual([]);
    expect(driver.state('d')).toBe('cold');
    expect(driver.state('app')).toBe('cold');
    expect(driver.counts().preloads).toMatchObject({ open: 4, cancelled: 2 });
    expect(driver.loaded('a')).toEqual(['unload a (pressure)']);
    expect(driver.loaded('lib')).toEqual(['unload lib (pressure)']);
    expect(driver.preload('d')).toEqual([]);
    expect(driver.counts().turnedAway.pressure).toBe(3);
  });

  test('gives up a preload that waits for room: at critical any, at high one in the background', () => {
    for (const [level, probability, left] of [
      ['critical', 0.95, 0],
      ['high', 0.5, 0],
      ['high', 0.95, 1],
    ] as const) {
      const driver = new Driver([spec('a', { bytes: 60 }), spec('b', { bytes: 60 })]);
      driver.warm('a');
      driver.forecast([['b', probability]]);
      driver.pressure(level);
      expect(driver.counts().preloads.open).toBe(left);
      expect(driver.unloaded('a')).toEqual(left ? ['load b'] : []);
    }
  });

  test('never keeps a demand waiting; in an emergency what it loaded leaves with its lease', () => {
    const driver = new Driver(specs('a', 'b'));
    driver.pressure('emergency');
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.loaded('a')).toEqual(['grant 1 (cold)']);
    expect(driver.release(1)).toEqual(['unload a (pressure)']);
  });

  test('told at the start is answered like any change', () => {
    const driver = new Driver(specs('a'));
    driver.pressure('emergency');
    expect(driver.forecast([['a', 0.99]])).toEqual([]);
    expect(driver.told('pressure')).toMatchObject([{ level: 'emergency' }]);
  });

  test('that is over lets preloads begin again', () => {
    const driver = new Driver(specs('a'));
    driver.pressure('critical');
    driver.pressure('low');
    expect(driver.status().lanes.immediate.capacity).toBe(10);
    expect(driver.forecast([['a', 0.95]])).toEqual(['load a']);
  });
});
