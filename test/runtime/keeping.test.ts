import { expect, it } from 'vitest';
import { instant, settled, world } from './world.ts';

const hour = 3_600_000;

it('lets an idle component go by the price of memory, in time and without a budget that is full', async () => {
  const component = { loader: instant(), size: '10MB', loadMs: 1000 };
  const { foreload, time, notices } = world({ a: component }, { keep: { mbHourMs: 500 } });
  const lease = await foreload.observe().acquire('a');
  time.advance(hour);
  expect(foreload.status().components[0].state).toBe('warm');
  lease.release();
  await settled();
  time.advance(hour);
  await settled();
  expect(foreload.status().components[0].state).toBe('cold');
  expect(notices).toContainEqual(expect.objectContaining({ kind: 'unload-started', reason: 'idle' }));
});

it('keeps it for as long as the memory is cheap', async () => {
  const component = { loader: instant(), size: '10MB', loadMs: 1000 };
  const { foreload, time } = world({ a: component }, { keep: { mbHourMs: 0.01 } });
  (await foreload.observe().acquire('a')).release();
  time.advance(2 * hour);
  await settled();
  expect(foreload.status().components[0].state).toBe('warm');
});
