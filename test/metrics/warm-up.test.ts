import { expect, test } from 'vitest';
import { needsUntilWarm } from '../../src/metrics/warm-up.ts';

const repeat = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

test('a restart shows until nine tenths as much is warm, of the fifty needs to come', () => {
  const usual = repeat(200, 1);
  expect(needsUntilWarm([...repeat(20, 0), ...repeat(180, 1)], usual)).toBe(15);
  expect(needsUntilWarm([...repeat(5, 0), ...repeat(195, 1)], usual)).toBe(0);
  expect(needsUntilWarm([...repeat(6, 0), ...repeat(194, 1)], usual)).toBe(1);
});

test('what is usual is what is warm without a restart, not everything', () => {
  const half = Array.from({ length: 100 }, (_, at) => at % 2);
  expect(needsUntilWarm(half, half)).toBe(0);
  expect(needsUntilWarm(repeat(100, 0), half)).toBeNull();
  expect(needsUntilWarm([...repeat(10, 0), ...half.slice(10)], half)).toBe(6);
});

test('it may never end, and says nothing of fewer than fifty needs', () => {
  expect(needsUntilWarm(repeat(100, 0), repeat(100, 1))).toBeNull();
  expect(needsUntilWarm(repeat(49, 1), repeat(49, 1))).toBeNull();
});
