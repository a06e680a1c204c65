import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { idleGate } from '../../src/runtime/idle-gate.ts';
import { parseConfig } from '../../src/runtime/parse-config.ts';
import { ms } from '../../src/model/ids.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import type { Loader } from '../../src/runtime/config.ts';
import { uncaught } from '../uncaught.ts';
import { handLoader, instant, settled, world } from './world.ts';

/** Timers of an event loop that is always busy: what is due comes so many ms later. */
function busy(by: number) {
  const time = new VirtualTime();
  return { time, clock: time, timers: { start: (after: number, run: () => void) => time.start(ms(after + by), run) } };
}

async function opened(gate: Promise<void>): Promise<boolean> {
  let open = false;
  void gate.then(() => (open = true));
  await settled();
  return open;
}

describe('the gate before a load on the main thread', () => {
  it('opens when the event loop has been idle for a moment', async () => {
    const { time, clock, timers } = busy(0);
    const gate = idleGate(clock, timers, new AbortController().signal);
    time.advance(9);
    expect(await opened(gate)).toBe(false);
    time.advance(1);
    expect(await opened(gate)).toBe(true);
  });

  it('stays closed while it is busy, for two seconds at most', async () => {
    const { time, clock, timers } = busy(20);
    const gate = idleGate(clock, timers, new AbortController().signal);
    time.advance(1900);
    expect(await opened(gate)).toBe(false);
    time.advance(200);
    expect(await opened(gate)).toBe(true);
  });

  it('opens for a demand', async () => {
    const { clock, timers } = busy(20);
    const demand = new AbortController();
    const gate = idleGate(clock, timers, demand.signal);
    demand.abort();
    expect(await opened(gate)).toBe(true);
  });
});

/** A loader that fails at once. */
const failing: Loader<string> = {
  apart: true,
  load: () => {
    throw new Error('broken');
  },
};

describe('a load that nobody waits for', () => {
  /** On the main thread; tells whether each load was polite. */
  const here = (polite: boolean[]): Loader<string> & ReturnType<typeof handLoader> => {
    const loader = handLoader();
    return {
      ...loader,
      apart: false,
      load: (context) => {
        polite.push(context.politeUntil !== undefined);
        return loader.load(context);
      },
    };
  };

  it('on the main thread begins when the event loop is idle, or when a demand joins it', async () => {
    const polite: boolean[] = [];
    const loaders = [here(polite), here(polite)] as const;
    const { foreload, time } = world({
      a: { loader: loaders[0], size: '1MB' },
      b: { loader: loaders[1], size: '1MB' },
    });
    foreload.schedulePreload('a', 'immediate');
    await settled();
    expect(polite).toEqual([]);
    time.advance(10);
    await settled();
    expect(polite).toEqual([true]);
    foreload.schedulePreload('b', 'immediate');
    const lease = foreload.acquire('b').catch(() => null);
    await settled();
    expect(polite).toEqual([true, false]);
    for (const { loads } of loaders) loads[0]?.resolve('value');
    await lease;
    await foreload.close();
  });

  it('does not begin while a demand loads; it does after, or if it need not be polite', async () => {
    for (const polite of [true, false]) {
      const [first, second] = [handLoader(), handLoader()];
      const { foreload } = world({ a: { loader: first, size: '1MB' }, b: { loader: second, size: '1MB' } }, { polite });
      const lease = foreload.acquire('a');
      foreload.schedulePreload('b', 'immediate');
      await settled();
      expect(second.loads).toHaveLength(polite ? 0 : 1);
      first.loads[0]?.resolve('a');
      (await lease).release();
      await settled();
      expect(second.loads).toHaveLength(1);
      second.loads[0]?.resolve('b');
      await settled();
      await foreload.close();
    }
  });

  it('leaves the machine a core: of all lanes together as many begin as `atOnce` says, and demands besides', async () => {
    const loaders = [handLoader(), handLoader(), handLoader(), handLoader()] as const;
    const begun = () => loaders.map(({ loads }) => loads.length);
    const [a, b, c, d] = loaders.map((loader) => ({ loader, size: '1MB' }));
    const { foreload } = world({ a, b, c, d }, { lanes: { atOnce: 2 }, polite: false });
    foreload.schedulePreload('a', 'immediate');
    foreload.schedulePreload('b', 'delayed');
    foreload.schedulePreload('c', 'background');
    await settled();
    expect(begun()).toEqual([1, 1, 0, 0]);
    const lease = foreload.acquire('d');
    await settled();
    expect(begun()).toEqual([1, 1, 0, 1]);
    loaders[0].loads[0].resolve('a');
    await settled();
    expect(begun()).toEqual([1, 1, 1, 1]);
    for (const { loads } of loaders) loads[0].resolve('value');
    (await lease).release();
    await foreload.close();
  });

  it('shares all cores but one, unless the configuration says how many load at once', () => {
    const components = { a: { loader: handLoader(), size: 1 } };
    expect(parseConfig({ components }).lanes.atOnce).toBe(Math.max(1, availableParallelism() - 1));
    expect(parseConfig({ components, lanes: { atOnce: 3 } }).lanes.atOnce).toBe(3);
  });

  it('is told when a demand joins', async () => {
    const signals: AbortSignal[] = [];
    const loader = handLoader();
    const { foreload } = world({
      a: {
        loader: { ...loader, load: (context) => (signals.push(context.politeUntil!), loader.load(context)) },
        size: 1,
      },
    });
    foreload.schedulePreload('a', 'immediate');
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    const lease = foreload.acquire('a');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    loader.loads[0]?.resolve('a');
    expect((await lease).found).toBe('loading');
    await foreload.close();
  });

  /** Loads by hand, and can stand still. */
  const still = (said: string[]): ReturnType<typeof handLoader> => {
    const loader = handLoader();
    return {
      ...loader,
      load: (context) => {
        context.standAside?.(
          () => said.push('pause'),
          () => said.push('resume'),
        );
        return loader.load(context);
      },
    };
  };

  it.each([true, false])('stands still while a demand is served, if it need be polite (%s)', async (polite) => {
    const said: string[] = [];
    const loader = still(said);
    const { foreload } = world(
      {
        a: { loader: instant(), size: '1MB' },
        b: { loader, size: '1MB' },
        c: { loader: failing, size: '1MB' },
      },
      { polite, retry: { times: 0 } },
    );
    (await foreload.acquire('a')).release();
    foreload.schedulePreload('b', 'immediate');
    await settled();
    expect(said).toEqual([]);
    const lease = foreload.acquire('a');
    expect(said).toEqual(polite ? ['pause'] : []);
    (await lease).release();
    expect(said).toEqual(polite ? ['pause', 'resume'] : []);
    await expect(foreload.acquire('c')).rejects.toThrow('broken');
    expect(said).toEqual(polite ? ['pause', 'resume', 'pause', 'resume'] : []);
    loader.loads[0]?.resolve('b');
    await foreload.close();
  });

  it.each([
    ['once it is warm', (loads: ReturnType<typeof handLoader>['loads']) => loads[0]?.resolve('b')],
    ['once it has failed', (loads: ReturnType<typeof handLoader>['loads']) => loads[0]?.reject(new Error('broken'))],
  ])('stands still no more %s', async (_, end) => {
    const said: string[] = [];
    const loader = still(said);
    const { foreload } = world(
      { a: { loader: instant(), size: '1MB' }, b: { loader, size: '1MB' } },
      { retry: { times: 0 } },
    );
    (await foreload.acquire('a')).release();
    foreload.schedulePreload('b', 'immediate');
    await settled();
    const lease = await foreload.acquire('a');
    end(loader.loads);
    await settled();
    expect(said).toEqual(['pause', 'resume']);
    lease.release();
    (await foreload.acquire('a')).release();
    expect(said).toEqual(['pause', 'resume']);
  });

  it('stands still no more once it is given up for taking too long', async () => {
    const said: string[] = [];
    const { foreload, time } = world(
      { a: { loader: instant(), size: '1MB' }, b: { loader: still(said), size: '1MB' } },
      { retry: { times: 0 }, loadTimeoutMs: 1000 },
    );
    (await foreload.acquire('a')).release();
    foreload.schedulePreload('b', 'immediate');
    await settled();
    time.advance(1000);
    (await foreload.acquire('a')).release();
    expect(said).toEqual([]);
  });

  it('goes on when a demand joins it, and stands still no more', async () => {
    const said: string[] = [];
    const loader = still(said);
    const { foreload } = world({ a: { loader: instant(), size: '1MB' }, b: { loader, size: '1MB' } });
    (await foreload.acquire('a')).release();
    foreload.schedulePreload('b', 'immediate');
    await settled();
    const held = await foreload.acquire('a');
    const joined = foreload.acquire('b');
    expect(said).toEqual(['pause', 'resume']);
    held.release();
    (await foreload.acquire('a')).release();
    expect(said).toEqual(['pause', 'resume']);
    loader.loads[0]?.resolve('b');
    (await joined).release();
  });

  it('may ask to stand still only while it loads', async () => {
    const said: string[] = [];
    const contexts: Parameters<Loader<string>['load']>[0][] = [];
    const late: Loader<string> = { load: (context) => (contexts.push(context), 'b'), apart: true };
    const { foreload } = world({ a: { loader: instant(), size: '1MB' }, b: { loader: late, size: '1MB' } });
    foreload.schedulePreload('b', 'immediate');
    await settled();
    contexts[0]?.standAside?.(
      () => said.push('pause'),
      () => said.push('resume'),
    );
    (await foreload.acquire('a')).release();
    expect(contexts[0]?.standAside).toBeDefined();
    expect(said).toEqual([]);
  });

  it('fails no demand by a pause that throws', async () => {
    const caught = uncaught();
    const loader = handLoader();
    const throws: Loader<string> = {
      ...loader,
      load: (context) => {
        context.standAside?.(
          () => {
            throw new Error('pause');
          },
          () => {
            throw new Error('resume');
          },
        );
        return loader.load(context);
      },
    };
    const { foreload } = world({ a: { loader: instant(), size: '1MB' }, b: { loader: throws, size: '1MB' } });
    foreload.schedulePreload('b', 'immediate');
    await settled();
    (await foreload.acquire('a')).release();
    await new Promise(setImmediate);
    expect(caught).toEqual([new Error('pause'), new Error('resume')]);
    loader.loads[0]?.resolve('b');
  });
});
