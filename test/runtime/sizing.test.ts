import { expect, it } from 'vitest';
import { instant, settled, world } from './world.ts';

const minute = 60_000;

it('a budget with bounds moves by itself, and tells', async () => {
  const component = { loader: instant(), size: '10MB', loadMs: 1000 };
  const { foreload, time, notices } = world({ a: component, b: component }, { budget: { min: '10MB', max: '90MB' } });
  expect(foreload.status().budgetBytes).toBe(90 * 2 ** 20);
  for (let i = 0; i < 120; i++) {
    (await foreload.observe().acquire('a')).release();
    await settled();
    time.advance(minute);
    await settled();
  }
  expect(foreload.status().budgetBytes).toBe(10 * 2 ** 20);
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'budget-changed', reason: 'does-not-pay' }));
});
