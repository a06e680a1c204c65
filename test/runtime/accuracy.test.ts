import { describe, expect, it } from 'vitest';
import { instant, settled, world } from './world.ts';

const components = { a: { loader: instant(), size: '1MB' }, b: { loader: instant(), size: '1MB' } };

describe('how good forecasts were', () => {
  it('is in the status, by user, and told', async () => {
    const { foreload, notices } = world(components);
    expect(foreload.status().forecast).toMatchObject({ all: { commands: 0, steps: { 1: { top1: null } } }, users: [] });
    expect(foreload.accuracy()).toBeNull();
    for (let round = 0; round < 104; round++) {
      (await foreload.observe({ user: 'ann' }).acquire(round % 2 ? 'a' : 'b')).release();
      await settled();
    }
    const { all, users, behind } = foreload.status().forecast;
    expect(all.commands).toBe(102);
    expect(all.steps[1].top1).toBeGreaterThan(0.9);
    expect(all.regret.last.top1).toBeLessThan(-0.9);
    expect(users).toEqual([{ user: 'ann', ...all }]);
    expect(foreload.accuracy('ann')).toEqual(all);
    expect(foreload.accuracy()).toBeNull();
    expect(behind).toBeNull();
    expect(notices.filter(({ kind }) => kind === 'accuracy')).toMatchObject([{ accuracy: { commands: 100 } }]);
    await foreload.close();
  });

  it('keeps nothing but names: a status is plain data', async () => {
    const { foreload } = world(components);
    for (let round = 0; round < 3; round++) {
      (await foreload.observe({ text: 'a secret text', user: 'ann' }).acquire('a')).release();
      await settled();
    }
    const { forecast } = foreload.status();
    expect(JSON.parse(JSON.stringify(forecast))).toEqual(forecast);
    expect(JSON.stringify(forecast)).not.toContain('secret');
    await foreload.close();
  });
});
