import { describe, expect, it, vi } from 'vitest';
import { createForeload, type Foreload } from '../../src/runtime/foreload.ts';
import type { ComponentConfig } from '../../src/runtime/config.ts';
import { collectGarbage } from '../collected.ts';
import { handLoader, instant, settled, world } from './world.ts';

describe('a demand with a time limit', () => {
  it('is given up, and says what held it up', async () => {
    const loader = handLoader();
    const { foreload, time } = world({ a: { loader, size: '1MB' } });
    const waiting = foreload.acquire('a', { timeoutMs: 500 });
    const refused = expect(waiting).rejects.toMatchObject({
      code: 'demand-timeout',
      message: expect.stringMatching(/^the demand of "a" was not met within 500 ms: found it loading; wait longer/),
    });
    time.advance(499);
    expect(foreload.status().components[0]).toMatchObject({ waiting: 1 });
    time.advance(1);
    await refused;
    expect(foreload.status().components[0]).toMatchObject({ state: 'loading', waiting: 0 });
    loader.loads[0]?.resolve('late');
    await settled();
    expect((await foreload.acquire('a', { timeoutMs: 0 })).found).toBe('warm');
    await foreload.close();
  });

  it('is not given up once it was met', async () => {
    const loader = handLoader();
    const { foreload, time } = world({ a: { loader, size: '1MB' } });
    const waiting = foreload.acquire('a', { timeoutMs: 500 });
    loader.loads[0]?.resolve('in time');
    const lease = await waiting;
    time.advance(1000);
    expect(lease.signal.aborted).toBe(false);
    lease.release();
    await foreload.close();
  });

  it('says how many are before it where only so many may hold it at once', async () => {
    const { foreload, time } = world({ a: { loader: instant(), size: '1MB', concurrency: 1 } });
    const holder = await foreload.acquire('a');
    const second = foreload.acquire('a');
    const third = foreload.acquire('a', { timeoutMs: 10 });
    const refused = expect(third).rejects.toThrow(/found all its 1 leases in use, behind 1 earlier demands of it/);
    time.advance(10);
    await refused;
    holder.release();
    (await second).release();
    await foreload.close();
  });

  it.each([-1, Number.NaN])('refuses the limit %d', async (timeoutMs) => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    await expect(foreload.acquire('a', { timeoutMs })).rejects.toMatchObject({ code: 'invalid-option' });
    await foreload.close();
  });
});

describe('turns', () => {
  it('are waited for, and taken in order', async () => {
    const { foreload, time } = world({ a: { loader: instant(), size: '1MB', concurrency: 2 } });
    const held = [await foreload.acquire('a'), await foreload.acquire('a')];
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (turn) => {
      const lease = await foreload.acquire('a', { user: `user${turn}` });
      order.push(turn);
      return lease;
    });
    expect(foreload.status().components[0]).toMatchObject({ leases: 2, waiting: 3, concurrency: 2 });
    time.advance(7);
    for (const lease of held) lease.release();
    const [first, second] = await Promise.all(waiting.slice(0, 2));
    expect(order).toEqual([1, 2]);
    expect(first).toMatchObject({ found: 'warm', waitedMs: 7 });
    await second[Symbol.asyncDispose]();
    (await waiting[2]).release();
    first.release();
    expect(foreload.status().components[0]).toMatchObject({ leases: 0, waiting: 0 });
    await foreload.close();
  });

  it('can be given up by a signal', async () => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB', concurrency: 1 } });
    const holder = await foreload.acquire('a');
    const abort = new AbortController();
    const waiting = foreload.acquire('a', { signal: abort.signal });
    const next = foreload.acquire('a');
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    holder.release();
    (await next).release();
    await foreload.close();
  });

  it.each([0, 1.5])('refuses %d leases at once', (concurrency) => {
    expect(() => world({ a: { loader: instant(), size: '1MB', concurrency } })).toThrow(/components.a.concurrency/);
  });
});

describe('10,000 demands at once', () => {
  it('cause one load, and all get its value', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const command = foreload.observe({ text: 'all of them' });
    const waiting = Array.from({ length: 10_000 }, (_, n) =>
      n % 2 ? command.acquire('a') : foreload.acquire('a', { user: `user${n % 7}` }),
    );
    expect(loader.loads).toHaveLength(1);
    loader.loads[0].resolve('shared');
    const leases = await Promise.all(waiting);
    expect(new Set(leases.map(({ value }) => value))).toEqual(new Set(['shared']));
    for (const lease of leases) lease.release();
    expect(foreload.status().components[0]).toMatchObject({ leases: 0 });
    expect(loader.loads).toHaveLength(1);
    await foreload.close();
  });
});

describe('a signal of a lease', () => {
  it('tells of an end that came before anybody asked for it', async () => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    const lease = await foreload.acquire('a');
    await foreload.close();
    expect(lease.signal.aborted).toBe(true);
    expect(lease.signal.reason).toMatchObject({ code: 'closed' });
  });

  it('is passed on with a release that needs no lease in front of it', async () => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    const { release } = await foreload.acquire('a');
    release();
    expect(foreload.status().components[0]).toMatchObject({ leases: 0 });
    await foreload.close();
  });
});

describe('a command that demands the same again', () => {
  it('looks ahead once, and again when it had to wait', async () => {
    const { foreload, notices } = world({ a: { loader: instant(), size: '1MB' } });
    const forecasts = () => notices.filter(({ kind }) => kind === 'forecast').length;
    const command = foreload.observe({ text: 'use a' });
    (await command.acquire('a')).release();
    const once = forecasts();
    for (let n = 0; n < 5; n++) (await command.acquire('a')).release();
    expect(forecasts()).toBe(once);
    foreload.unload('a');
    (await command.acquire('a')).release();
    expect(forecasts()).toBe(once + 1);
    await foreload.close();
  });
});

describe('a listener to demands', () => {
  it.each(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const)(
    'hears of them from when it came by %s, though nobody did before',
    async (add) => {
      const components = { a: { loader: instant(), size: '1MB' } };
      const foreload = createForeload({ components, pressure: false });
      const command = foreload.observe();
      for (let n = 0; n < 3; n++) (await command.acquire('a')).release();
      const listener = vi.fn();
      foreload.events[add]('demanded', listener);
      (await command.acquire('a')).release();
      expect(listener).toHaveBeenCalledTimes(1);
      expect(listener.mock.calls[0]?.[0]).toMatchObject({ kind: 'demanded', component: 'a', found: 'warm' });
      foreload.events.removeAllListeners();
      (await command.acquire('a')).release();
      expect(listener).toHaveBeenCalledTimes(1);
      foreload.events.on('notice', listener);
      (await command.acquire('a')).release();
      expect(listener).toHaveBeenCalledTimes(2);
      await foreload.close();
    },
  );
});

describe('a lease that is forgotten', () => {
  /** Nothing on this stack refers to the lease afterwards. */
  async function forget(foreload: Foreload<{ a: ComponentConfig<string> }>): Promise<void> {
    await foreload.observe().acquire('a');
  }

  async function forgetAnother(foreload: Foreload<{ a: ComponentConfig<string> }>): Promise<void> {
    await foreload.acquire('a');
  }

  async function collected(kind: string, notices: readonly { readonly kind: string }[], count = 1): Promise<void> {
    await vi.waitFor(() => {
      collectGarbage();
      expect(notices.filter((notice) => notice.kind === kind)).toHaveLength(count);
    });
  }

  it('is given back, and told with the place where it was acquired', async () => {
    const { foreload, time, notices } = world({ a: { loader: instant(), size: '1MB' } }, { traceLeases: true });
    await forget(foreload);
    expect(foreload.status().components[0]).toMatchObject({ leases: 1 });
    time.advance(5000);
    await collected('lease-leaked', notices);
    const told = notices.find(({ kind }) => kind === 'lease-leaked');
    expect(told).toMatchObject({ component: 'a', heldMs: 5000 });
    expect((told as { acquiredAt: string }).acquiredAt).toMatch(/^at forget .*leases\.test\.ts/);
    expect(foreload.status().components[0]).toMatchObject({ leases: 0 });
    await foreload.close();
  });

  it('has its place written down from the second of a component on, without being asked to', async () => {
    const { foreload, time, notices } = world({ a: { loader: instant(), size: '1MB' } });
    // The first lease of all is among those that are sampled.
    (await foreload.acquire('a')).release();
    for (const leaks of [1, 2]) {
      await forgetAnother(foreload);
      time.advance(1000);
      await collected('lease-leaked', notices, leaks);
    }
    const places = notices.flatMap((notice) => (notice.kind === 'lease-leaked' ? [notice.acquiredAt] : []));
    expect(places).toEqual([null, expect.stringMatching(/^at forgetAnother/)]);
    await foreload.close();
  });

  it('is no lease that was released, nor one that is held', async () => {
    const { foreload, time, notices } = world({ a: { loader: instant(), size: '1MB' } });
    const held = await foreload.acquire('a');
    const released = await foreload.acquire('a');
    time.advance(1000);
    released.release();
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
    expect(notices.filter(({ kind }) => kind === 'lease-leaked')).toEqual([]);
    held.release();
    await foreload.close();
  });
});
