import { describe, expect, test } from 'vitest';
import { MB } from '../../src/model/bytes.ts';
import { Driver, spec, specs } from './driver.ts';

const others = Array.from({ length: 20 }, (_, at) => `c${at}`);

/** `a` is loaded ahead, with room for everything; then so many others have to be loaded for demands. */
function aheadThenLoads(
  loads: number,
  standing: boolean,
  { minIdleMs = 0, mb = 200 } = {},
): { driver: Driver; told: string[] } {
  const a = spec('a', { minIdleMs, bytes: mb * MB });
  const driver = new Driver([a, ...specs(...others)], { budget: 1000 * MB });
  const told = driver.forecast([['a', 0.95]]);
  told.push(...driver.loaded('a'));
  if (!standing) told.push(...driver.forecast([]));
  for (const other of others.slice(0, loads)) told.push(...driver.demand(other), ...driver.loaded(other));
  return { driver, told };
}

describe('what was loaded ahead and nobody demands', () => {
  test('goes after 16 loads for demands, though there is room, and counts as wasted', () => {
    expect(aheadThenLoads(15, false).told).not.toContain('unload a (idle)');
    const { driver, told } = aheadThenLoads(16, false);
    expect(told).toContain('unload a (idle)');
    expect(driver.counts().preloads).toMatchObject({ wasted: 1 });
  });

  test('stays while a forecast names it', () => {
    const { driver, told } = aheadThenLoads(20, true);
    expect(told).not.toContain('unload a (idle)');
    expect(driver.component('a').state).toBe('warm');
  });

  test('stays for its minimum idle time', () => {
    expect(aheadThenLoads(20, false, { minIdleMs: 10_000 }).told).not.toContain('unload a (idle)');
  });

  test('stays if it is small', () => {
    expect(aheadThenLoads(20, false, { mb: 100 }).told).not.toContain('unload a (idle)');
  });

  test('is not unloaded by the demand that comes for it', () => {
    const { driver } = aheadThenLoads(15, false);
    expect(driver.demand('a')).toEqual(['grant 16 (warm)']);
    expect(driver.counts().preloads).toMatchObject({ timely: 1 });
  });
});
