import { describe, expect, it } from 'vitest';
import { createForeload } from '../../src/runtime/foreload.ts';
import { ms } from '../../src/model/ids.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import { handLoader, instant, settled, world } from './world.ts';

const cycle = ['a', 'b', 'c'] as const;
const components = {
  a: { loader: instant('a'), size: '40MB' },
  b: { loader: instant('b'), size: '40MB' },
  c: { loader: instant('c'), size: '40MB' },
};

/** Rounds of a, b, c with room for two: LRU alone misses every time. */
async function rounds(foreload: ReturnType<typeof world<typeof components>>['foreload'], count: number) {
  const found: string[] = [];
  for (let round = 0; round < count; round++) {
    for (const id of cycle) {
      const command = foreload.observe({ text: `do ${id}` });
      const lease = await command.acquire(id);
      found.push(lease.found);
      lease.release();
      await settled();
    }
  }
  return found;
}

describe('loading ahead', () => {
  it('learns a cycle that LRU always misses', async () => {
    const { foreload } = world(components);
    const found = await rounds(foreload, 40);
    expect(found.slice(0, 3)).toEqual(['cold', 'cold', 'cold']);
    expect(found.slice(-9).filter((where) => where === 'warm').length).toBeGreaterThanOrEqual(8);
    await foreload.close();
  });

  it('observe-only: loads nothing ahead, and counts what it would have saved', async () => {
    const { foreload, notices } = world(components, { preload: false, policy: 'lru' });
    const found = await rounds(foreload, 40);
    expect(found.every((where) => where === 'cold')).toBe(true);
    expect(notices.some((notice) => notice.kind === 'load-started' && notice.origin !== 'demand')).toBe(false);
    expect(foreload.status().observed.saved).toBeGreaterThan(50);
    await foreload.close();
  });

  it('a hint is a forecast: loaded before it is demanded', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } }, { waste: 1 });
    foreload.expect('a', { within: 1000 });
    await settled();
    loader.loads[0]?.resolve('ready');
    await settled();
    expect((await foreload.acquire('a')).found).toBe('warm');
    expect(foreload.status().ledger.preloads).toMatchObject({ timely: 1, wasted: 0 });
    await foreload.close();
  });

  it('tags foretell as words do', async () => {
    const warmBy = async (preload: boolean) => {
      let after: (done: () => void) => void = () => undefined;
      const load = () => new Promise<string>((resolve) => after(() => resolve('loaded')));
      const slow = { loader: { load }, size: '40MB' };
      const { foreload, time } = world({ a: slow, b: slow, c: slow }, { waste: 0.5, preload });
      after = (done) => time.start(ms(200), done);
      const pass = async () => {
        await settled();
        time.advance(300);
        await settled();
      };
      let warm = 0;
      for (let round = 0; round < 90; round++) {
        const id = cycle[(round * 7 + (round % 4)) % 3];
        const command = foreload.observe({ tags: [`in-${id}`] });
        await pass();
        const acquired = command.acquire(id);
        await pass();
        const lease = await acquired;
        if (round >= 45 && lease.found === 'warm') warm++;
        lease.release();
        await pass();
      }
      await foreload.close();
      return warm;
    };
    expect(await warmBy(true)).toBeGreaterThanOrEqual((await warmBy(false)) + 10);
  });

  it('schedulePreload loads by hand, in a lane', async () => {
    const { foreload, notices } = world({ a: { loader: instant(), size: '1MB' } });
    foreload.schedulePreload('a', 'background');
    await settled();
    expect(notices).toContainEqual(
      expect.objectContaining({ kind: 'load-started', origin: 'warming', lane: 'background' }),
    );
    expect(foreload.status().components[0]?.state).toBe('warm');
    await foreload.close();
  });

  it('a failed speculation fails no demand', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    foreload.schedulePreload('a', 'immediate');
    await settled();
    const waiting = foreload.acquire('a');
    loader.loads[0]?.reject(new Error('flaky'));
    await settled();
    loader.loads[1]?.resolve('second try');
    expect((await waiting).value).toBe('second try');
    await foreload.close();
  });

  it('looks ahead once a command holds its leases for a moment, not only when it ends', async () => {
    const { foreload, time, notices } = world(components);
    const lease = await foreload.observe({ text: 'x' }).acquire('a');
    expect(notices.filter(({ kind }) => kind === 'forecast')).toHaveLength(1);
    time.advance(20);
    expect(notices.filter(({ kind }) => kind === 'forecast')).toHaveLength(2);
    lease.release();
    await foreload.close();
  });

  it('is told the pressure at the start, and acts on it', async () => {
    const time = new VirtualTime();
    let available = 1;
    const foreload = createForeload({
      components,
      clock: time,
      timers: time,
      pressure: { name: 'test', read: () => ({ availableBytes: available, limitBytes: 100 }) },
    });
    expect(foreload.status().pressure).toBe('emergency');
    available = 90;
    time.advance(60_000);
    expect(foreload.status().pressure).toBe('low');
    await foreload.close();
  });

  it('takes a budget below what leases hold, and refuses one that a component could never fit into', async () => {
    const { foreload, notices } = world(components);
    const leases = [await foreload.acquire('a'), await foreload.acquire('b')];
    expect(() => foreload.budget(39 * 2 ** 20)).toThrow(
      expect.objectContaining({
        code: 'over-budget',
        message: expect.stringMatching(/^component "a" with its dependencies needs 40 MB: found a budget of 39 MB; /),
      }),
    );
    expect(() => foreload.reload({ components, budget: 39 * 2 ** 20 })).toThrow(/^component "a"/);
    expect(foreload.status().budgetBytes).toBeGreaterThanOrEqual(80 * 2 ** 20);
    foreload.budget(40 * 2 ** 20);
    await settled();
    expect(foreload.status()).toMatchObject({ budgetBytes: 40 * 2 ** 20, heldBytes: 80 * 2 ** 20 });
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'budget-overdrawn', bytes: 40 * 2 ** 20 }));
    for (const lease of leases) lease.release();
    await settled();
    expect(foreload.status().heldBytes).toBeLessThanOrEqual(40 * 2 ** 20);
    await foreload.close();
  });

  it('unloads by hand, and keeps to a lowered budget', async () => {
    const { foreload } = world(components);
    (await foreload.acquire('a')).release();
    (await foreload.acquire('b')).release();
    foreload.budget(50 * 2 ** 20);
    await settled();
    expect(foreload.status().heldBytes).toBe(40 * 2 ** 20);
    foreload.unload('b');
    await settled();
    expect(foreload.status().heldBytes).toBe(0);
    await foreload.close();
  });
});
