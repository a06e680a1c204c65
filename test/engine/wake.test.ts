import { describe, expect, test } from 'vitest';
import { Driver, spec } from './driver.ts';

const idle = (id: string, idleMs: number) => spec(id, { idleMs });

describe('a wake', () => {
  test('unloads what has been idle for long enough, and asks for the next that will be', () => {
    const driver = new Driver([idle('a', 100), idle('b', 300), spec('c')]);
    driver.warm('a', 'b', 'c');
    expect(driver.wake(100)).toEqual(['unload a (idle)', 'wake 300']);
    driver.unloaded('a');
    expect(driver.wake(200)).toEqual(['unload b (idle)']);
    driver.unloaded('b');
    expect(driver.wake(1000)).toEqual([]);
    expect(driver.in('warm')).toEqual(['c']);
  });

  test('asks for when a component that was used meanwhile is really due, not for when it was', () => {
    const driver = new Driver([idle('a', 100), idle('b', 150)]);
    driver.warm('a', 'b');
    driver.now = 50;
    driver.demand('b');
    driver.release(driver.lastLease);
    expect(driver.wake(50)).toEqual(['unload a (idle)', 'wake 200']);
    driver.unloaded('a');
    expect(driver.wake(100)).toEqual(['unload b (idle)']);
  });

  test('leaves alone what is leased; its time begins anew when the lease ends', () => {
    const driver = new Driver([idle('a', 100)]);
    driver.warm('a');
    driver.demand('a');
    const lease = driver.lastLease;
    expect(driver.wake(500)).toEqual([]);
    expect(driver.release(lease)).toEqual(['wake 600']);
    expect(driver.wake(100)).toEqual(['unload a (idle)']);
  });

  test('lets hints lapse at their own times', () => {
    const driver = new Driver([spec('a', { bytes: 80 }), spec('b'), spec('c')], { speculation: 'load' });
    driver.pressure('high');
    driver.hint('b', 200);
    driver.hint('c', 100);
    expect(driver.wake(100)).toContain('wake 200');
    expect(driver.wake(100)).toEqual([]);
  });
});
