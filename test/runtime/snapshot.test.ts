import { describe, expect, test } from 'vitest';
import { bytes } from '../../src/model/ids.ts';
import { Blend } from '../../src/predict/blend/blend.ts';
import { History } from '../../src/predict/history.ts';
import { createForeload, type Foreload } from '../../src/runtime/foreload.ts';
import type { ComponentConfig, ForeloadConfig } from '../../src/runtime/config.ts';
import { fakeLoader } from '../../src/testing/fake-loader.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import { settled, world } from './world.ts';

const hour = 3_600_000;
type Components = Record<string, ComponentConfig>;

/** Components of 20 MB, each loading in as many ms as its number says, which its loader tells to take 30 MB. */
function components(time: VirtualTime, loads: Readonly<Record<string, number>>): Components {
  const made = Object.entries(loads).map(([id, ms]): [string, ComponentConfig] => [
    id,
    { loader: fakeLoader({ after: { ms, timers: time }, bytes: 30 * 2 ** 20 }), size: '20MB', loadMs: ms },
  ]);
  return Object.fromEntries(made);
}

function begin(time: VirtualTime, given: Components, rest: Partial<ForeloadConfig<Components>> = {}) {
  const { foreload, notices } = world(given, rest, time);
  const begun = (): string[] =>
    notices.flatMap((notice) =>
      notice.kind === 'load-started' && notice.origin === 'warming' ? [notice.component as string] : [],
    );
  return { foreload, notices, begun };
}

/** Time passes, and what was promised meanwhile is kept. */
async function pass(time: VirtualTime, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    time.advance(Math.min(50, left));
    await settled();
  }
}

async function demand(foreload: Foreload<Components>, time: VirtualTime, id: string, text = ''): Promise<string> {
  const asked = foreload.observe({ text }).acquire(id);
  await pass(time, 1000);
  const lease = await asked;
  lease.release();
  return lease.found;
}

/** Ten hours in which `a`, `b` and `c` are demanded each hour, and `seldom` once. */
async function worked(time: VirtualTime, given: Components): Promise<Uint8Array> {
  const { foreload } = begin(time, given);
  await demand(foreload, time, 'seldom');
  for (let hours = 0; hours < 10; hours++) {
    for (const id of ['a', 'b', 'c']) await demand(foreload, time, id);
    time.advance(hour - 3000);
  }
  await foreload.close();
  return foreload.snapshot();
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

const usual = { a: 100, b: 300, c: 200, seldom: 400 };

describe('after a restart', () => {
  test('what is worth most is loaded at once, the longest load first, within the budget as measured', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload, begun } = begin(time, components(time, usual), { snapshot, budget: '70MB' });
    expect(begun()).toEqual([]);
    time.advance(0);
    // Of three usual components of 30 MB, as was measured, two fit: those that take longest.
    expect(begun()).toEqual(['b', 'c']);
    expect(foreload.status().components.map(({ id, expectedBytes }) => [id, expectedBytes])).toContainEqual([
      'b',
      bytes(30 * 2 ** 20),
    ]);
    await pass(time, 1000);
    expect(await demand(foreload, time, 'b')).toBe('warm');
    expect(foreload.status().ledger.preloads).toMatchObject({ timely: 1, open: 1 });
    foreload.check();
    await foreload.close();
    expect(foreload.status().ledger.preloads).toMatchObject({ timely: 1, wasted: 1, open: 0 });
  });

  test('forecasts go on where they were, and load times are known', async () => {
    const time = new VirtualTime();
    const given = components(time, usual);
    const snapshot = await worked(time, given);
    const { foreload, notices } = begin(time, given, { snapshot, warming: false });
    await demand(foreload, time, 'a');
    const forecast = notices.findLast((notice) => notice.kind === 'forecast');
    expect(forecast?.predictions[0]).toMatchObject({ component: 'b', step: 1 });
    expect(forecast?.predictions[0]?.probability).toBeGreaterThan(0.7);
    await foreload.close();
  });

  test('a demand goes first: what is being warmed waits for nobody, and is joined where it is the same', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload } = begin(time, components(time, usual), { snapshot, polite: false });
    const before = foreload.observe().acquire('seldom');
    time.advance(0);
    const joined = foreload.acquire('b');
    await pass(time, 1000);
    expect([(await before).found, (await joined).found]).toEqual(['cold', 'loading']);
    (await before).release();
    (await joined).release();
    foreload.check();
    await foreload.close();
  });

  test('nothing is loaded without a snapshot, with warming off, or in observe-only mode', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    for (const rest of [{}, { snapshot, warming: false }, { snapshot, warming: 0 }, { snapshot, preload: false }]) {
      const { foreload, begun } = begin(time, components(time, usual), rest);
      await pass(time, 1000);
      expect(begun()).toEqual([]);
      await foreload.close();
    }
  });

  test('a share of the budget may be kept free', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload, begun } = begin(time, components(time, usual), { snapshot, warming: 0.5 });
    await pass(time, 1000);
    expect(begun()).toEqual(['b']);
    await foreload.close();
  });

  test('what closes at once loads nothing any more', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload, begun } = begin(time, components(time, usual), { snapshot });
    await foreload.close();
    time.advance(10);
    expect(begun()).toEqual([]);
  });

  test('other components: those in common are known, new ones have no history', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload, begun } = begin(time, components(time, { other: 500, c: 200, more: 50 }), { snapshot });
    await pass(time, 1000);
    expect(begun()).toEqual(['c']);
    expect(await demand(foreload, time, 'other')).toBe('cold');
    await foreload.close();
  });

  test('measured sizes with which a component no longer fits give way to the configured ones', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload } = begin(time, components(time, usual), { snapshot, budget: '25MB' });
    expect(foreload.status().components[0]?.expectedBytes).toBe(20 * 2 ** 20);
    await expect(demand(foreload, time, 'a')).resolves.toBe('cold');
    await foreload.close();
  });

  test('another predictor begins anew, and one without a memory has none', async () => {
    const time = new VirtualTime();
    const snapshot = await worked(time, components(time, usual));
    const { foreload, begun } = begin(time, components(time, usual), { snapshot, predictor: new History() });
    await pass(time, 1000);
    expect(begun()).toEqual(['b', 'c', 'a']);
    const { foreload: next } = begin(time, components(time, usual), { snapshot: foreload.snapshot() });
    await foreload.close();
    await next.close();
  });
});

describe('a snapshot', () => {
  test('may be a Buffer, which shares its memory with others', async () => {
    const time = new VirtualTime();
    const snapshot = Buffer.concat([Buffer.from('x'), await worked(time, components(time, usual))]).subarray(1);
    const { foreload, begun } = begin(time, components(time, usual), { snapshot });
    time.advance(0);
    expect(begun()).toEqual(['b', 'c', 'a']);
    await foreload.close();
  });

  test('that is damaged, cut, foreign or empty is refused, and nothing of it is applied', async () => {
    const time = new VirtualTime();
    const given = components(time, usual);
    const snapshot = await worked(time, given);
    const flipped = snapshot.slice();
    flipped[flipped.length >> 1] ^= 1;
    const predictor = new Blend();
    predictor.demand('ann' as never, 'seldom' as never, 0 as never);
    const before = predictor.snapshot();
    for (const damaged of [flipped, snapshot.slice(0, -1), new Uint8Array(0), new Blend().snapshot()]) {
      let error: unknown;
      try {
        begin(time, given, { snapshot: damaged, predictor });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: 'invalid-snapshot' });
      expect(String(error)).toMatch(/begin without it/);
      expect(same(predictor.snapshot(), before)).toBe(true);
    }
    expect(time.now()).toBeGreaterThan(0);
    for (const { loader } of Object.values(given)) expect(loader).toMatchObject({ running: 0, live: [] });
  });

  test('of the same state is the same, byte for byte', async () => {
    const time = new VirtualTime();
    const { foreload } = world(components(time, usual));
    expect(same(foreload.snapshot(), foreload.snapshot())).toBe(true);
    await foreload.close();
  });

  test.each([
    ['snapshot', 'text'],
    ['warming', 2],
    ['warming', 'yes'],
  ])('%s: %j is no option', (name, value) => {
    expect(() => createForeload({ components: {}, [name]: value })).toThrow(
      expect.objectContaining({ code: 'invalid-config' }),
    );
  });
});
