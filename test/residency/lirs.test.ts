import { expect, test } from 'vitest';
import { lirs } from '../../src/residency/lirs.ts';
import type { Millis } from '../../src/model/ids.ts';

test.each([
  ['a tenth of a small memory', 100, 10],
  ['room for 16 components', 1000, 16],
  ['a hundredth of a large one', 10_000, 100],
])('LIRS lets what came last pass through %s', (_, budget, passing) => {
  const policy = lirs();
  policy.budget(budget);
  for (let component = 0; component < budget; component++) policy.insert(component, 1, 1, 0 as Millis, false);
  const first = [...policy.victims(0 as Millis)].slice(0, passing + 1);
  expect(first).toEqual([...Array.from({ length: passing }, (__, at) => budget - passing + at), 0]);
});
