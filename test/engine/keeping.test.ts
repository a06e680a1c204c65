import { describe, expect, test } from 'vitest';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import { Driver, specs } from './driver.ts';

const minute = 60_000;

/** Components of 10 bytes and 100 ms: at this price a start is worth six minutes of keeping. */
const keepPrice = (101 / 10) * 10;

function wakeOf(words: readonly string[]): number {
  const wake = words.findLast((word) => word.startsWith('wake'));
  return wake === undefined ? Number.NaN : Number(wake.split(' ')[1]);
}

test('lets an idle component go when keeping it costs more than it saves', () => {
  const driver = new Driver(specs('a'), { keepPrice });
  driver.demand('a');
  driver.loaded('a');
  const deadline = wakeOf(driver.release(1));
  expect(deadline).toBeGreaterThan(0);
  expect(deadline).toBeLessThan(60 * minute);
  expect(driver.wake(deadline - 1 - driver.now)).not.toContain('unload a (idle)');
  expect(driver.wake(1)).toContain('unload a (idle)');
});

test('keeps everything without a price', () => {
  const driver = new Driver(specs('a'));
  driver.warm('a');
  expect(driver.wake(1000 * minute)).toEqual([]);
  expect(driver.state('a')).toBe('warm');
});

test('keeps longer what costs less memory', () => {
  const stays = [keepPrice / 100, keepPrice].map((price) => {
    const driver = new Driver(specs('a'), { keepPrice: price });
    driver.demand('a');
    driver.loaded('a');
    return wakeOf(driver.release(1));
  });
  expect(stays[0]).toBeGreaterThan(stays[1]);
});

test('never lets go of what somebody holds, of what is core, nor of what was asked for by name', () => {
  const [a, b, c] = specs('a', 'b', 'c');
  const driver = new Driver([a, { ...b, priority: 'core' }, c], { keepPrice });
  driver.warm('b');
  driver.demand('a');
  driver.loaded('a');
  driver.preload('c');
  driver.loaded('c');
  driver.wake(1000 * minute);
  expect(driver.in('warm')).toEqual(['a', 'b', 'c']);
});

test('a forecast prolongs the stay, and the next command of its user ends that', () => {
  const driver = new Driver(specs('a', 'b'), { keepPrice });
  for (let i = 0; i < 30; i++) {
    driver.now += minute;
    driver.command();
  }
  driver.warm('a');
  driver.command();
  driver.now += minute;
  driver.command();
  driver.forecast([['a', 0.95]]);
  expect(driver.state('a')).toBe('warm');
  const last = driver.now;
  driver.wake(minute);
  expect(driver.state('a')).toBe('warm');
  driver.now = last + minute;
  driver.command();
  driver.forecast([['b', 0.95]]);
  driver.wake(6 * minute);
  expect(driver.in('warm')).not.toContain('a');
});

test('a hint keeps it for as long as it says', () => {
  const driver = new Driver(specs('a'), { keepPrice });
  driver.warm('a');
  driver.hint('a', 500 * minute);
  driver.wake(400 * minute);
  expect(driver.state('a')).toBe('warm');
  driver.wake(100 * minute);
  expect(driver.in('warm')).toEqual([]);
});

describe('what is loaded ahead where memory has a price', () => {
  /** A user who gives a command each minute; a start is worth six minutes of keeping. */
  function regular(waste: number): Driver {
    const driver = new Driver(specs('a', 'b'), { keepPrice, waste: new WasteTarget(waste, 0) });
    for (let i = 0; i < 120; i++) {
      driver.now += minute;
      driver.command();
    }
    return driver;
  }

  test('is what is worth it, though no lane would take it for its probability', () => {
    const driver = regular(1);
    expect(driver.forecast([['a', 0.25], ['b', 0.01]])).toContain('load a'); // biome-ignore format: one line
    expect(driver.state('b')).toBe('cold');
  });

  test('is not what costs more than it saves, however likely it is', () => {
    const driver = new Driver(specs('a'), { keepPrice: keepPrice * 1000, waste: new WasteTarget(1, 0) });
    driver.command();
    expect(driver.forecast([['a', 0.95]])).not.toContain('load a');
  });

  test('keeps to the waste target', () => {
    const driver = regular(0.1);
    driver.forecast([['a', 0.25]]);
    expect(driver.state('a')).toBe('cold');
    expect(driver.counts().turnedAway['below-threshold']).toBe(1);
  });

  test.each([[0.2], [0.25]])(
    'is on trial anew on paper once the trial before, at %d, would have been let go',
    (earlier) => {
      const heard: string[] = [];
      class Heard extends WasteTarget {
        override followed(probability: number): void {
          heard.push(`followed ${probability}`);
          super.followed(probability);
        }
        override raised(before: number, probability: number): void {
          heard.push(`raised ${before} ${probability}`);
          super.raised(before, probability);
        }
        override cameTrue(probability: number): void {
          heard.push(`came true ${probability}`);
          super.cameTrue(probability);
        }
      }
      const driver = new Driver(specs('a'), { keepPrice, waste: new Heard(0.1, 0) });
      const minutes = (count: number): void => {
        for (let minuteNow = 0; minuteNow < count; minuteNow++) {
          driver.now += minute;
          driver.command();
        }
      };
      minutes(120);
      driver.forecast([['a', earlier]]);
      minutes(90);
      driver.forecast([['a', 0.25]]);
      driver.command();
      driver.demand('a');
      expect(heard.map((word) => word.replace(/\.\d+/g, ''))).toEqual(['followed 0', 'followed 0', 'came true 0']);
    },
  );

  test('goes when the next forecast no longer names it', () => {
    const driver = regular(1);
    driver.forecast([['a', 0.25]]);
    driver.loaded('a');
    driver.now += 1000;
    driver.command();
    driver.forecast([['b', 0.25]]);
    expect(driver.wake(minute)).toContain('unload a (idle)');
  });

  test('has the floor back that routing sets when memory has no price any more', () => {
    const driver = regular(1);
    const { threshold } = driver.status();
    driver.tell({ kind: 'settings', settings: { keepPrice: null } });
    expect(threshold).toBeLessThan(0.3);
    expect(driver.status().threshold).toBeGreaterThanOrEqual(0.3);
  });
});
