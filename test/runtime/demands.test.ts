import { describe, expect, it } from 'vitest';
import { handLoader, instant, settled, world } from './world.ts';

describe('demands', () => {
  it('gives a lease with the value of the loader', async () => {
    const { foreload } = world({ a: { loader: instant('hello'), size: '1MB' } });
    const lease = await foreload.acquire('a');
    expect(lease).toMatchObject({ component: 'a', value: 'hello', found: 'cold' });
    lease.release();
    lease.release();
    expect(foreload.status().components[0]).toMatchObject({ state: 'warm', leases: 0 });
    await foreload.close();
  });

  it('joins concurrent demands in one load', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const first = foreload.acquire('a');
    const second = foreload.acquire('a', { user: 'other' });
    await settled();
    expect(loader.loads).toHaveLength(1);
    loader.loads[0]?.resolve('one');
    const leases = await Promise.all([first, second]);
    expect(leases.map(({ found }) => found)).toEqual(['cold', 'loading']);
    await foreload.close();
    expect(loader.unloaded).toEqual(['one']);
  });

  it('hands dependencies to the loader, loaded first', async () => {
    const { foreload } = world({
      base: { loader: instant('base'), size: '1MB' },
      top: {
        loader: { load: ({ dependencies }: { dependencies: ReadonlyMap<string, unknown> }) => [...dependencies] },
        size: '1MB',
        dependsOn: ['base'],
      },
    });
    const lease = await foreload.acquire('top');
    expect(lease.value).toEqual([['base', 'base']]);
    await foreload.close();
  });

  it('keeps falsy values: only undefined is nothing', async () => {
    const { foreload } = world({ zero: { loader: { load: () => 0 }, size: '1MB' } });
    expect((await foreload.acquire('zero')).value).toBe(0);
    await foreload.close();
  });

  it('gives up waiting when the signal aborts, and lets the load be used by the next', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const controller = new AbortController();
    const waiting = foreload.acquire('a', { signal: controller.signal });
    await settled();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    loader.loads[0]?.resolve('late');
    await settled();
    expect((await foreload.acquire('a')).found).toBe('warm');
    await foreload.close();
  });

  it('refuses an aborted signal, an unknown component and anything after close', async () => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    await expect(foreload.acquire('a', { signal: AbortSignal.abort(new Error('no')) })).rejects.toMatchObject({
      code: 'aborted',
      message: expect.stringContaining('found no;'),
    });
    await expect(foreload.acquire('b' as 'a')).rejects.toMatchObject({ code: 'unknown-component' });
    expect(() => foreload.expect('b' as 'a', { within: 5 })).toThrow(/no component is named "b"/);
    expect(() => foreload.schedulePreload('a', 'fast' as 'delayed')).toThrow(
      /use one of immediate, delayed, background/,
    );
    expect(() => foreload.pressure('bogus' as 'low')).toThrow(
      /level has an unusable value: found bogus; give one of low/,
    );
    await foreload.close();
    await expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'closed' });
    expect(() => foreload.observe({ text: 'x' })).toThrow(/closed/);
  });

  it('may share one signal by the dozen, without a warning of leaks', async () => {
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', warn);
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const controller = new AbortController();
    const waiting = Array.from({ length: 24 }, () => foreload.acquire('a', { signal: controller.signal }));
    controller.abort();
    const ended = await Promise.allSettled(waiting);
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
    await new Promise(setImmediate);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
    loader.loads[0]?.resolve('late');
    await foreload.close();
  });

  it('stays usable after an event of the caller that is refused', async () => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    expect(() => foreload.schedulePreload('a', 'fast' as 'delayed')).toThrow();
    expect((await foreload.acquire('a')).value).toBe('value');
    await foreload.close();
  });
});
