import { describe, expect, it } from 'vitest';
import type { Foreload } from '../../src/runtime/foreload.ts';
import { uncaught } from '../uncaught.ts';
import { handLoader, instant, settled, world } from './world.ts';

describe('a listener that throws', () => {
  it('loses no grant, and keeps nothing from other listeners; what it throws surfaces', async () => {
    const caught = uncaught();
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    const heard: string[] = [];
    foreload.events.on('notice', ({ kind }) => {
      throw new Error(`heard ${kind}`);
    });
    foreload.events.on('notice', ({ kind }) => void heard.push(kind));
    const lease = await foreload.acquire('a');
    expect(lease.value).toBe('value');
    lease.release();
    await foreload.close();
    expect(heard).toContain('load-ended');
    await new Promise(setImmediate);
    expect(caught).toEqual(heard.map((kind) => new Error(`heard ${kind}`)));
  });

  it('fails no load by what it does with progress, and stops no close by what it does with trouble', async () => {
    const caught = uncaught();
    const loader = {
      load: async ({ progress }: { progress: (fraction: number) => void }) => {
        await settled();
        progress(0.5);
        return 'loaded';
      },
      unload: () => Promise.reject(new Error('stuck')),
    };
    const { foreload } = world({ a: { loader, size: '1MB' } });
    for (const kind of ['load-progress', 'unload-failed'] as const) {
      foreload.events.on(kind, () => {
        throw new Error(kind);
      });
    }
    expect((await foreload.acquire('a')).value).toBe('loaded');
    await foreload.close();
    await new Promise(setImmediate);
    expect(caught).toEqual([new Error('load-progress'), new Error('unload-failed')]);
  });
});

describe('a listener that calls back', () => {
  it('hears everything in order all the same', async () => {
    const { foreload, notices } = world({
      a: { loader: instant(), size: '1MB' },
      b: { loader: instant(), size: '1MB' },
    });
    const asked: Promise<void>[] = [];
    const heard: string[] = [];
    const acquireOnce = (): void => {
      if (asked.length === 0) asked.push(foreload.acquire('b').then((lease) => lease.release()));
    };
    foreload.events.prependListener('notice', acquireOnce);
    foreload.events.on('notice', ({ kind }) => void heard.push(kind));
    (await foreload.acquire('a')).release();
    await Promise.all(asked);
    expect(notices.map(({ kind }) => kind)).toEqual(heard);
    const demands = notices.flatMap((notice) => (notice.kind === 'demanded' ? [notice.component] : []));
    expect(demands).toEqual(['a', 'b']);
    const times = notices.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    await foreload.close();
  });

  it('may close at any notice, even at those of a close', async () => {
    const { foreload } = world({ a: { loader: instant(), size: '1MB' } });
    (await foreload.acquire('a')).release();
    const closes = new Set<Promise<void>>();
    foreload.events.on('notice', () => void closes.add(foreload.close()));
    await foreload.close();
    expect([...closes]).toEqual([foreload.close()]);
    expect(foreload.status().heldBytes).toBe(0);
  });
});

describe('a loader that calls back', () => {
  it('may close while it is asked to load: loads asked for at the same time are given up', async () => {
    const hanging = handLoader();
    let foreload: Foreload<Record<string, never>> | null = null;
    const closing = { load: () => (void foreload?.close(), 'closed') };
    const made = world({
      one: { loader: closing, size: '1MB' },
      two: { loader: hanging, size: '1MB' },
      top: { loader: instant(), size: '1MB', dependsOn: ['one', 'two'] },
    });
    foreload = made.foreload as never;
    await expect(made.foreload.acquire('top')).rejects.toMatchObject({ code: 'closed' });
    expect(hanging.loads[0]?.signal.aborted).toBe(true);
    hanging.loads[0]?.reject(new Error('stopped'));
    await made.foreload.close();
  });

  it('is told itself of a lane that does not exist, and loads on', async () => {
    let told: unknown;
    const loader = {
      load: () => {
        try {
          foreload.schedulePreload('b', 'fast' as 'delayed');
        } catch (error) {
          told = error;
        }
        return 'loaded';
      },
    };
    const { foreload } = world({ a: { loader, size: '1MB' }, b: { loader: instant(), size: '1MB' } }) as {
      foreload: Foreload<Record<'a' | 'b', { loader: { load: () => string }; size: string }>>;
    };
    expect((await foreload.acquire('a')).value).toBe('loaded');
    expect(told).toMatchObject({ code: 'unknown-lane' });
    await foreload.close();
  });
});
