import { describe, expect, it } from 'vitest';
import type { Timers } from '../../src/time/clock.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import type { ComponentConfig, ForeloadConfig } from '../../src/runtime/config.ts';
import { handLoader, instant, settled, world as anyWorld } from './world.ts';

/** A world that tries nothing again, unless told so. */
const world = <C extends Readonly<Record<string, ComponentConfig>>>(
  components: C,
  rest: Omit<ForeloadConfig<C>, 'components'> = {},
): ReturnType<typeof anyWorld<C>> => anyWorld(components, { retry: { times: 0 }, ...rest });

describe('loaders that misbehave', () => {
  it('throws: one line with the component and the cause', async () => {
    const loader = {
      load: () => {
        throw new Error('disk\nfull');
      },
    };
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const failure = await foreload.acquire('a').catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'load-failed', message: expect.stringContaining('"a"') });
    expect((failure as Error).message).toMatch(/disk full/);
    expect((failure as Error).message).not.toContain('\n');
    await foreload.close();
  });

  it('throws something that is no error', async () => {
    const { foreload } = world({ a: { loader: { load: () => Promise.reject('plain') }, size: '1MB' } });
    await expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'load-failed' });
    await foreload.close();
  });

  it('hangs: given up after the timeout, told to stop, and its late value is unloaded', async () => {
    const loader = handLoader();
    const { foreload, time } = world({ a: { loader, size: '1MB' } }, { loadTimeoutMs: 500 });
    const waiting = foreload.acquire('a');
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'load-timeout' });
    await settled();
    time.advance(500);
    await outcome;
    expect(loader.loads[0]?.signal.aborted).toBe(true);
    loader.loads[0]?.resolve('too late');
    await settled();
    expect(loader.unloaded).toEqual(['too late']);
    expect(foreload.status().heldBytes).toBe(0);
    await foreload.close();
  });

  it('returns nothing', async () => {
    const { foreload } = world({ a: { loader: { load: () => undefined }, size: '1MB' } });
    await expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'load-empty' });
    await foreload.close();
  });

  it('fails as a dependency: the dependant says so, with the cause', async () => {
    const { foreload } = world({
      base: { loader: { load: () => Promise.reject(new Error('no base')) }, size: '1MB' },
      top: { loader: instant(), size: '1MB', dependsOn: ['base'] },
    });
    await expect(foreload.acquire('top')).rejects.toMatchObject({ code: 'dependency-failed' });
    await foreload.close();
  });

  it('fails once: the next demand loads again', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const first = foreload.acquire('a');
    await settled();
    loader.loads[0]?.reject(new Error('once'));
    await expect(first).rejects.toMatchObject({ code: 'load-failed' });
    const second = foreload.acquire('a');
    await settled();
    loader.loads[1]?.resolve('twice');
    expect((await second).value).toBe('twice');
    await foreload.close();
  });

  it('ends while leased: the lease is told, the next demand reloads', async () => {
    let crash: (error: Error) => void = () => undefined;
    const loader = {
      load: () => 'alive',
      watch: (_: string, ended: (error: Error) => void) => {
        crash = ended;
        return () => undefined;
      },
    };
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const lease = await foreload.acquire('a');
    crash(new Error('segmentation fault'));
    expect(lease.signal.aborted).toBe(true);
    expect(lease.signal.reason).toMatchObject({ message: expect.stringContaining('segmentation fault') });
    lease.release();
    expect((await foreload.acquire('a')).found).toBe('cold');
    await foreload.close();
  });

  it('has ended before it is watched: the load fails, and what it gave is unloaded', async () => {
    const unloaded: string[] = [];
    const loader = {
      load: () => 'dead',
      unload: (value: string) => void unloaded.push(value),
      watch: (_: string, ended: (error: Error) => void) => {
        ended(new Error('dead on arrival'));
        return () => undefined;
      },
    };
    const { foreload } = world({ a: { loader, size: '1MB' } });
    await expect(foreload.acquire('a')).rejects.toMatchObject({ message: expect.stringContaining('dead on arrival') });
    expect(unloaded).toEqual(['dead']);
    await foreload.close();
  });

  it('throws in watch: the load fails, and what it gave is unloaded', async () => {
    const unloaded: string[] = [];
    const loader = {
      load: () => 'unwatched',
      unload: (value: string) => void unloaded.push(value),
      watch: (): never => {
        throw new Error('no watch');
      },
    };
    const { foreload } = world({ a: { loader, size: '1MB' } });
    await expect(foreload.acquire('a')).rejects.toMatchObject({ message: expect.stringContaining('no watch') });
    expect(unloaded).toEqual(['unwatched']);
    await foreload.close();
  });

  it('throws as it stops watching: told as an event, and it is unloaded', async () => {
    const unloaded: string[] = [];
    const loader = {
      load: () => 'x',
      unload: (value: string) => void unloaded.push(value),
      watch: () => () => {
        throw new Error('still watching');
      },
    };
    const { foreload, notices } = world({ a: { loader, size: '1MB' } });
    (await foreload.acquire('a')).release();
    await foreload.close();
    expect(unloaded).toEqual(['x']);
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'unload-failed', component: 'a' }));
  });

  it('fails to unload what it gave too late: told as an event', async () => {
    const loader = { ...handLoader(), unload: () => Promise.reject(new Error('stuck')) };
    const { foreload, time, notices } = world({ a: { loader, size: '1MB' } }, { loadTimeoutMs: 500 });
    const outcome = expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'load-timeout' });
    await settled();
    time.advance(500);
    await outcome;
    loader.loads[0]?.resolve('too late');
    await settled();
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'unload-failed', component: 'a' }));
    await foreload.close();
  });

  it('hangs: the process stays alive for as long as that may take, and no longer', async () => {
    const time = new VirtualTime();
    const awaited = new Set<object>();
    const timers: Timers = {
      start: (after, run, isAwaited) => {
        const timer = {};
        if (isAwaited) awaited.add(timer);
        const cancel = time.start(after, () => (awaited.delete(timer), run()));
        return () => (awaited.delete(timer), cancel());
      },
    };
    const loader = { ...handLoader(), unload: () => new Promise<void>(() => undefined) };
    const { foreload } = world({ a: { loader, size: '1MB' } }, { clock: time, timers, loadTimeoutMs: 500 });
    const outcome = expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'load-timeout' });
    await settled();
    expect(awaited.size).toBe(1);
    time.advance(500);
    await outcome;
    expect(awaited.size).toBe(0);
    const second = foreload.acquire('a');
    await settled();
    loader.loads[1]?.resolve('held');
    (await second).release();
    expect(awaited.size).toBe(0);
    const closed = foreload.close();
    await settled();
    expect(awaited.size).toBeGreaterThan(0);
    time.advance(20_000);
    await settled();
    time.advance(20_000);
    await closed;
    expect(awaited.size).toBe(0);
  });

  it('throws in unload: told as an event, and the memory counts as lost', async () => {
    const loader = { load: () => 'x', unload: () => Promise.reject(new Error('stuck')) };
    const { foreload, notices } = world({ a: { loader, size: '1MB' } });
    (await foreload.acquire('a')).release();
    await foreload.close();
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'unload-failed', component: 'a' }));
    expect(notices).toContainEqual(
      expect.objectContaining({ kind: 'memory-lost', component: 'a', bytes: 2 ** 20, lost: 2 ** 20 }),
    );
    expect(foreload.status()).toMatchObject({ heldBytes: 2 ** 20, lostBytes: 2 ** 20 });
  });

  it('hangs in unload, and ends after all: the memory counts as free again', async () => {
    let end: () => void = () => undefined;
    const loader = { load: () => 'x', unload: () => new Promise<void>((resolve) => (end = resolve)) };
    const { foreload, time } = world({ a: { loader, size: '1MB' } }, { unloadTimeoutMs: 300 });
    (await foreload.acquire('a')).release();
    foreload.unload('a');
    await settled();
    time.advance(300);
    await settled();
    expect(foreload.status().lostBytes).toBe(2 ** 20);
    expect(foreload.status().components[0]?.state).toBe('cold');
    end();
    await settled();
    expect(foreload.status()).toMatchObject({ heldBytes: 0, lostBytes: 0 });
    await foreload.close();
  });

  it('hangs in unload: close ends all the same', async () => {
    const loader = { load: () => 'x', unload: () => new Promise<void>(() => undefined) };
    const { foreload, time } = world({ a: { loader, size: '1MB' } });
    (await foreload.acquire('a')).release();
    const closed = foreload.close();
    await settled();
    time.advance(10_000);
    await closed;
  });

  it('measures badly: the estimate stands', async () => {
    const loader = { load: () => 'x', measure: () => Promise.reject(new Error('no proc')) };
    const { foreload } = world({ a: { loader, size: '7MB' } });
    await foreload.acquire('a');
    expect(foreload.status().components[0]?.heldBytes).toBe(7 * 2 ** 20);
    await foreload.close();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    'measures %s: the estimate stands',
    async (size) => {
      const { foreload } = world({ a: { loader: { load: () => 'x', measure: () => size as number }, size: '7MB' } });
      await foreload.acquire('a');
      expect(foreload.status().components[0]?.heldBytes).toBe(7 * 2 ** 20);
      await foreload.close();
    },
  );

  it('measures something else each time: the latest counts, a hundred times more or less', async () => {
    const sizes = [0.07, 700, 7];
    const loader = { load: () => 'x', measure: () => sizes.shift()! * 2 ** 20 };
    const { foreload, notices } = world({ a: { loader, size: '7MB' } });
    const held: number[] = [];
    for (let load = 0; load < 2; load++) {
      const lease = await foreload.acquire('a');
      held.push(Math.round((foreload.status().heldBytes / 2 ** 20) * 100) / 100);
      lease.release();
      foreload.unload('a');
      await settled();
    }
    expect(held).toEqual([0.07, 700]);
    expect(notices.filter(({ kind }) => kind === 'budget-overdrawn')).toHaveLength(1);
    await expect(foreload.acquire('a')).rejects.toThrow(/needs 700 MB: found a budget of 100 MB; raise the budget/);
    await foreload.close();
  });

  it('measures a part: that raises the estimate and never lowers it', async () => {
    const part = (bytes: number) => ({ load: () => 'x', measure: () => bytes, measures: 'part' as const });
    const { foreload } = world({
      low: { loader: part(1000), size: '7MB' },
      high: { loader: part(9 * 2 ** 20), size: '7MB' },
      all: { loader: { load: () => 'x', measure: () => 2 ** 20 }, size: '7MB' },
    });
    for (const id of ['low', 'high', 'all'] as const) (await foreload.acquire(id)).release();
    expect(foreload.status().components.map(({ heldBytes }) => heldBytes / 2 ** 20)).toEqual([7, 9, 1]);
    await foreload.close();
  });

  it('tells how far it has come, while it loads', async () => {
    const loader = {
      load: ({ progress }: { progress: (fraction: number) => void }) => {
        progress(0.4);
        progress(7);
        return 'done';
      },
    };
    const { foreload, notices } = world({ a: { loader, size: '1MB' } });
    await foreload.acquire('a');
    const told = notices.flatMap((notice) => (notice.kind === 'load-progress' ? [notice.fraction] : []));
    expect(told).toEqual([0.4, 1]);
    await foreload.close();
  });

  it('is abandoned by close while it loads', async () => {
    const loader = handLoader();
    const { foreload } = world({ a: { loader, size: '1MB' } });
    const waiting = foreload.acquire('a');
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await settled();
    const closed = foreload.close();
    await outcome;
    loader.loads[0]?.resolve('late');
    await closed;
    expect(loader.unloaded).toEqual(['late']);
  });

  it('neither loads nor stops: close ends all the same, and says so', async () => {
    const { foreload, time, notices } = world({ a: { loader: handLoader(), size: '1MB' } });
    const waiting = foreload.acquire('a');
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await settled();
    const closed = foreload.close();
    await outcome;
    time.advance(10_000);
    await closed;
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'unload-failed', component: 'a' }));
  });
});

describe('a load for a demand that fails', () => {
  const retry = { times: 3, afterMs: 100 };
  /** Half of each back-off is drawn: always the longest. */
  const rng = { next: () => 1 - 2 ** -53 };

  it('is tried again, each time twice as late, and the demand gets what comes', async () => {
    const loader = handLoader();
    const { foreload, time } = world({ a: { loader, size: '1MB' } }, { retry, rng });
    const waiting = foreload.acquire('a');
    for (const wait of [100, 200, 400]) {
      await settled();
      loader.loads.at(-1)?.reject(new Error('busy'));
      await settled();
      const before = loader.loads.length;
      time.advance(wait - 1);
      expect(loader.loads).toHaveLength(before);
      time.advance(1);
      expect(loader.loads).toHaveLength(before + 1);
    }
    loader.loads.at(-1)?.resolve('at last');
    expect((await waiting).value).toBe('at last');
    expect(foreload.status().components[0]?.trouble).toBeNull();
    await foreload.close();
  });

  it('is refused with the last error when it failed once more than it may', async () => {
    let loads = 0;
    const loader = { load: () => Promise.reject(new Error(`no ${++loads}`)) };
    const { foreload, time } = world({ a: { loader, size: '1MB' } }, { retry, rng });
    const outcome = expect(foreload.acquire('a')).rejects.toMatchObject({
      code: 'load-failed',
      message: expect.stringMatching(/no 4/),
    });
    for (let turn = 0; turn < 4; turn++) {
      await settled();
      time.advance(1000);
    }
    await outcome;
    expect(loads).toBe(4);
    await foreload.close();
  });

  it('keeps the process alive while the demand waits', async () => {
    const time = new VirtualTime();
    let awaited = 0;
    const timers: Timers = {
      start: (after, run, isAwaited) => {
        const cancel = time.start(after, run);
        if (isAwaited) awaited++;
        return cancel;
      },
    };
    const loader = { load: () => Promise.reject(new Error('no')) };
    const { foreload } = world({ a: { loader, size: '1MB' } }, { retry, clock: time, timers });
    const outcome = expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'closed' });
    await settled();
    // The limit of the load, and the retry.
    expect(awaited).toBe(2);
    await foreload.close();
    await outcome;
  });

  it('opens the circuit after five: refused at once until one load may try', async () => {
    const loader = handLoader();
    const { foreload, time } = world({ a: { loader, size: '1MB' } }, { breaker: { openMs: 1000 } });
    const failing = async (): Promise<unknown> => {
      const outcome = foreload.acquire('a').catch((error: unknown) => error);
      await settled();
      loader.loads.at(-1)?.reject(new Error('no disk'));
      return outcome;
    };
    for (let failure = 0; failure < 5; failure++) expect(await failing()).toMatchObject({ code: 'load-failed' });
    time.advance(400);
    await expect(foreload.acquire('a')).rejects.toMatchObject({
      code: 'circuit-open',
      message: expect.stringMatching(
        /"a" failed 5 times in a row .*for 0\.4 s; it may be tried again in 0\.6 s.*no disk/,
      ),
    });
    expect(foreload.status().components[0]?.trouble).toMatchObject({ circuit: 'open', since: 0, retryAt: 1000 });
    expect(loader.loads).toHaveLength(5);
    time.advance(600);
    expect(await failing()).toMatchObject({ code: 'load-failed' });
    time.advance(1999);
    await expect(foreload.acquire('a')).rejects.toMatchObject({ code: 'circuit-open' });
    time.advance(1);
    const lease = foreload.acquire('a');
    await settled();
    expect(foreload.status().components[0]?.trouble).toMatchObject({ circuit: 'half-open' });
    loader.loads.at(-1)?.resolve('well');
    expect((await lease).value).toBe('well');
    expect(foreload.status().components[0]?.trouble).toBeNull();
    await foreload.close();
  });
});

describe('a check', () => {
  const checked = (works: () => boolean | Promise<boolean>) => {
    const unloaded: string[] = [];
    return { unloaded, load: () => 'x', check: works, unload: (value: string) => void unloaded.push(value) };
  };

  it('that fails unloads what is idle; the next demand loads it anew', async () => {
    let well = true;
    const loader = checked(() => well);
    const { foreload, time, notices } = world({ a: { loader, size: '1MB', checkMs: 100 } });
    (await foreload.acquire('a')).release();
    time.advance(100);
    await settled();
    expect(foreload.status().components[0]?.state).toBe('warm');
    well = false;
    time.advance(100);
    await settled();
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'crashed', component: 'a' }));
    expect(loader.unloaded).toEqual(['x']);
    expect(foreload.status().heldBytes).toBe(0);
    expect((await foreload.acquire('a')).found).toBe('cold');
    await foreload.close();
  });

  it('that hangs fails after five seconds; who was given it meanwhile is told', async () => {
    const loader = checked(() => new Promise<boolean>(() => undefined));
    const { foreload, time } = world({ a: { loader, size: '1MB', checkMs: 100 } });
    (await foreload.acquire('a')).release();
    time.advance(100);
    const lease = await foreload.acquire('a');
    time.advance(5000);
    await settled();
    expect(lease.signal.reason).toMatchObject({ message: expect.stringMatching(/"a".*did not answer in 5000 ms/) });
    await foreload.close();
  });

  it('is made every half minute where the loader has one, unless it is told not to', async () => {
    let asked = 0;
    const loader = checked(() => ++asked > 0);
    for (const [checkMs, times] of [
      [undefined, 2],
      [false, 0],
    ] as const) {
      asked = 0;
      const { foreload, time } = world({ a: { loader, size: '1MB', ...(checkMs === undefined ? {} : { checkMs }) } });
      const lease = await foreload.acquire('a');
      time.advance(60_000);
      expect(asked).toBe(0);
      lease.release();
      for (let turn = 0; turn < 60; turn++) {
        time.advance(1000);
        await settled();
      }
      expect(asked).toBe(times);
      await foreload.close();
    }
  });
});
