import { expect, test } from 'vitest';
import type { EngineOptions } from '../../src/engine/options.ts';
import { Driver, specs } from './driver.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Ten components of 10 bytes and 100 ms; a budget that moves between 20 and 200 bytes. */
function adaptive(price: number, options: Partial<EngineOptions> = {}): Driver {
  const ids = Array.from({ length: 10 }, (_, i) => `c${i}`);
  return new Driver(specs(...ids), { budget: 200, sizing: { min: 20, max: 200, price }, ...options });
}

/** Demands the first `count` components in turn, one a minute, and wakes the engine as it asks. */
function turns(driver: Driver, count: number, minutes: number): void {
  for (let i = 0; i < minutes; i++) {
    driver.warm(`c${i % count}`);
    for (let left = 5; left > 0; left--) {
      for (const id of driver.in('unloading')) driver.unloaded(id);
    }
    driver.wake(minute);
  }
}

test('a budget gives back what is of no use, and says so', () => {
  const driver = adaptive(1);
  turns(driver, 3, 180);
  const { budgetBytes } = driver.status();
  expect(budgetBytes).toBeGreaterThanOrEqual(30);
  expect(budgetBytes).toBeLessThan(60);
  const [first] = driver.told('budget-changed');
  expect(first).toMatchObject({ from: 200, reason: 'does-not-pay' });
});

test('it grows again when more is needed', () => {
  const driver = adaptive(1);
  turns(driver, 3, 180);
  turns(driver, 10, 600);
  expect(driver.status().budgetBytes).toBeGreaterThanOrEqual(100);
  expect(driver.told('budget-changed').at(-1)).toMatchObject({ reason: 'pays' });
});

test('it never goes below what is in use', () => {
  const driver = adaptive(1000);
  for (let i = 0; i < 8; i++) {
    driver.demand(`c${i}`);
    driver.loaded(`c${i}`);
  }
  for (let i = 0; i < 100; i++) driver.wake(hour);
  expect(driver.status().budgetBytes).toBe(80);
  expect(driver.in('warm')).toHaveLength(8);
  for (let lease = 1; lease <= 8; lease++) driver.release(lease);
  driver.warm('c0');
  for (let i = 0; i < 100; i++) {
    driver.wake(hour);
    for (const id of driver.in('unloading')) driver.unloaded(id);
  }
  expect(driver.status().budgetBytes).toBe(20);
});

test('it rests while nothing happens: ever fewer wake-ups', () => {
  const driver = adaptive(1);
  driver.warm('c0');
  let wakes = 0;
  for (let words = driver.wake(5 * minute); driver.now < 1000 * hour; wakes++) {
    const at = words.map((word) => /^wake (\d+)$/.exec(word)?.[1]).find((time) => time !== undefined);
    words = driver.wake(Number(at) - driver.now);
  }
  expect(wakes).toBeLessThan(50);
});

test('a component that the smallest budget could not hold is refused', () => {
  expect(() => adaptive(1, { sizing: { min: 5, max: 200, price: 1 } })).toThrow(/over-budget|needs/);
});

test('a budget that is asked for holds at once', () => {
  const driver = new Driver(specs('a'));
  driver.budget(50);
  expect(driver.told('budget-changed')).toEqual([
    { kind: 'budget-changed', at: 0, from: 100, to: 50, reason: 'asked' },
  ]);
});
