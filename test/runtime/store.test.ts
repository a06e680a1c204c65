import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import type { ComponentConfig, ForeloadConfig } from '../../src/runtime/config.ts';
import { createForeload, type Foreload } from '../../src/runtime/foreload.ts';
import { relearn } from '../../src/runtime/relearn.ts';
import { forgetUser, historyStats, readHistory, rowsOf } from '../../src/store/history.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { fakeLoader } from '../../src/testing/fake-loader.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import { newFolder, segments, start } from '../store/folder.ts';
import { settled } from './world.ts';

type Components = Record<string, ComponentConfig>;
type Config = Partial<ForeloadConfig<Components>>;

/** Components of 20 MB as configured, 30 as measured, that load in 100 ms. */
function components(time: VirtualTime): Components {
  const made = ['a', 'b', 'c', 'secret'].map((id): [string, ComponentConfig] => [
    id,
    { loader: fakeLoader({ after: { ms: 100, timers: time }, bytes: 30 * 2 ** 20 }), size: '20MB', loadMs: 5000 },
  ]);
  return Object.fromEntries(made);
}

function begin(time: VirtualTime, rest: Config) {
  const foreload = createForeload({
    components: components(time),
    clock: time,
    timers: time,
    pressure: false,
    budget: '200MB',
    preload: false,
    ...rest,
  });
  const notices: Notice[] = [];
  foreload.events.on('notice', (notice) => notices.push(notice));
  const told = async (): Promise<Notice[]> => {
    await settled();
    return notices.filter(({ kind }) => kind.startsWith('store-'));
  };
  return { foreload, notices, told };
}

type World = ReturnType<typeof begin>;

/** A command that demands one component. */
async function give(
  foreload: Foreload<Components>,
  time: VirtualTime,
  id: string,
  user = 'ann',
  text = '',
): Promise<void> {
  const asked = foreload.observe({ user, text }).acquire(id);
  await settled();
  time.advance(150);
  await settled();
  (await asked).release();
  time.advance(1000);
  await settled();
}

async function habit({ foreload }: World, time: VirtualTime, rounds: number, user = 'ann'): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const id of ['a', 'b', 'c']) await give(foreload, time, id, user);
  }
}

/** What is expected after a user's `a`, the likeliest first. */
async function expectedAfterA({ foreload, notices }: World, time: VirtualTime, user = 'ann'): Promise<string[]> {
  await give(foreload, time, 'a', user);
  const forecast = notices.findLast((notice) => notice.kind === 'forecast');
  return (forecast?.predictions ?? []).filter(({ step }) => step === 1).map(({ component }) => component);
}

describe('a store', () => {
  it.each([
    ['in a folder', newFolder],
    ['in memory', () => memoryStore()],
  ])('%s: what was learned survives a restart', async (_, make: () => string | Store) => {
    const time = new VirtualTime(start);
    const store = make();
    const first = begin(time, { store });
    await habit(first, time, 10);
    await first.foreload.close();
    const second = begin(time, { store });
    expect(await second.told()).toMatchObject([{ kind: 'store-opened', recalled: 0, damage: [] }]);
    expect(second.foreload.status().components[0]).toMatchObject({ expectedBytes: 30 * 2 ** 20 });
    expect(second.foreload.status().components[0]?.expectedLoadMs).toBeLessThan(5000);
    expect((await expectedAfterA(second, time))[0]).toBe('b');
    await second.foreload.close();
  });

  it.each([
    ['in a folder', newFolder],
    ['in memory', () => memoryStore()],
  ])('%s: what was learned survives an end without a close', async (_, make: () => string | Store) => {
    const time = new VirtualTime(start);
    const store = make();
    const first = begin(time, { store });
    await habit(first, time, 5);
    await first.foreload.close();
    const second = begin(time, { store });
    for (let round = 0; round < 10; round++) for (const id of ['a', 'c', 'b']) await give(second.foreload, time, id);
    // Never closed: another process of the same name would begin now.
    const third = begin(time, { store });
    expect(await third.told()).toMatchObject([{ kind: 'store-opened', recalled: 63, damage: [] }]);
    expect(await expectedAfterA(third, time)).toEqual(['c', ...(await expectedAfterA(third, time)).slice(1)]);
    await third.foreload.close();
    await second.foreload.close();
  });

  it('recalls just what it would have learned', async () => {
    const time = new VirtualTime(start);
    const store = newFolder();
    const first = begin(time, { store: { path: store, text: true } });
    await habit(first, time, 4);
    await give(first.foreload, time, 'secret', 'ann', 'open the hidden thing');
    await first.foreload.close();
    const learned = begin(time, { store });
    const lived = await chancesIn(learned, 'show me the hidden thing');
    await learned.foreload.close();
    expect(lived.secret).toBeGreaterThan(0.05);
    const stats = historyStats(store);
    expect(stats).toMatchObject({ commands: 14, demands: 13, users: 2, components: 4, texts: 1, damage: [] });
    const rebuilt = relearn(() => readHistory(store), null)!;
    const again = begin(time, { snapshot: rebuilt, warming: false });
    const recalled = await chancesIn(again, 'show me the hidden thing');
    expect(Object.keys(recalled).sort()).toEqual(Object.keys(lived).sort());
    for (const [id, chance] of Object.entries(lived)) expect(recalled[id]).toBeCloseTo(chance, 4);
    await again.foreload.close();
  });

  it('keeps no text unless it is asked to', async () => {
    const time = new VirtualTime(start);
    const [plain, told] = [newFolder(), newFolder()];
    for (const store of [plain, { path: told, text: true }]) {
      const { foreload } = begin(time, { store });
      await give(foreload, time, 'a', 'ann', 'wire 500 to Zurich');
      await foreload.close();
    }
    expect(readFileSync(segments(plain)[0], 'utf8')).not.toContain('Zurich');
    expect(readFileSync(segments(told)[0], 'utf8')).toContain('wire 500 to Zurich');
    expect([...rowsOf(readHistory(told))]).toMatchObject([
      { user: 'ann', text: 'wire 500 to Zurich', components: ['a'] },
    ]);
  });

  it('that can not be opened does not keep the application from starting', async () => {
    const time = new VirtualTime(start);
    const store = newFolder();
    writeFileSync(store, 'something else');
    const world = begin(time, { store });
    expect(await world.told()).toMatchObject([{ kind: 'store-failed', error: { code: 'invalid-store' } }]);
    await habit(world, time, 2);
    expect(world.foreload.status().store).toMatchObject({ state: 'off' });
    await world.foreload.close();
    expect(await world.told()).toHaveLength(1);
    expect(readFileSync(store, 'utf8')).toBe('something else');
  });

  it('with a snapshot that no engine takes learns from the history', async () => {
    const time = new VirtualTime(start);
    const store = memoryStore();
    const first = begin(time, { store });
    await habit(first, time, 10);
    await first.foreload.close();
    const spoiled: Store = {
      ...store,
      open: (now) => {
        const session = store.open(now);
        return { ...session, snapshot: Uint8Array.of(1, 2, 3), unlearned: () => [...store.entries] };
      },
    };
    const second = begin(time, { store: spoiled });
    const [opened] = await second.told();
    expect(opened).toMatchObject({
      kind: 'store-opened',
      damage: [{ what: expect.stringMatching(/snapshot is not used/) as string }],
    });
    expect((await expectedAfterA(second, time))[0]).toBe('b');
    await second.foreload.close();
  });

  it('that fails is told of once, and again when it works, with what was lost', async () => {
    const time = new VirtualTime(start);
    const inner = memoryStore();
    let full = false;
    const refuse = (): void => {
      if (full) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    const store: Store = {
      ...inner,
      open: (now) => {
        const session = inner.open(now);
        return {
          ...session,
          append: (entry) => {
            refuse();
            session.append(entry);
          },
        };
      },
    };
    const world = begin(time, { store });
    await give(world.foreload, time, 'a');
    full = true;
    for (let n = 0; n < 20; n++) await give(world.foreload, time, 'b');
    expect(world.foreload.status().store?.state).toBe('failing');
    full = false;
    time.advance(5000);
    await give(world.foreload, time, 'c');
    const told = await world.told();
    expect(told.map(({ kind }) => kind)).toEqual(['store-opened', 'store-failed', 'store-restored']);
    const { lost } = told[2] as Extract<Notice, { kind: 'store-restored' }>;
    expect(lost).toBeGreaterThanOrEqual(40);
    expect(world.foreload.status().store).toEqual({ name: 'memory', state: 'open', lost });
    expect(inner.entries.filter((entry) => entry.kind === 'demand').map(({ component }) => component)).toEqual([
      'a',
      'c',
    ]);
    await world.foreload.close();
  });

  it('with no room for a snapshot keeps history all the same', async () => {
    const time = new VirtualTime(start);
    const inner = memoryStore();
    let saves = 0;
    const store: Store = {
      ...inner,
      open: (now) => ({
        ...inner.open(now),
        save: () => {
          saves++;
          return Promise.reject(new Error('no room'));
        },
      }),
    };
    const world = begin(time, { store });
    for (let n = 0; n < 10_001; n++) world.foreload.observe();
    await settled();
    for (let n = 0; n < 100; n++) world.foreload.observe();
    expect((await world.told()).map(({ kind }) => kind)).toEqual(['store-opened', 'store-failed', 'store-restored']);
    expect({ saves, commands: inner.entries.length, lost: world.foreload.status().store?.lost }).toEqual({
      saves: 1,
      commands: 10_101,
      lost: 0,
    });
    await world.foreload.close();
    expect(saves).toBe(2);
  });

  it('saves one snapshot at a time', async () => {
    const inner = memoryStore();
    const saves: (() => void)[] = [];
    const store: Store = {
      ...inner,
      open: (now) => ({ ...inner.open(now), save: () => new Promise<void>((resolve) => saves.push(resolve)) }),
    };
    const { foreload } = begin(new VirtualTime(start), { store });
    for (let n = 0; n < 20_002; n++) foreload.observe();
    expect(saves).toHaveLength(1);
    saves[0]();
    await settled();
    foreload.observe();
    expect(saves).toHaveLength(2);
    const closed = foreload.close();
    saves[1]();
    await settled();
    saves[2]?.();
    await closed;
  });

  it('is not opened for a configuration that can not work', () => {
    let opened = 0;
    const inner = memoryStore();
    const store: Store = { ...inner, open: (now) => (opened++, inner.open(now)) };
    const time = new VirtualTime(start);
    for (const budget of ['10MB', { min: '10MB', max: '500MB' }]) {
      expect(() => begin(time, { store, budget })).toThrow(
        /"a" with its dependencies needs 20 MB: found a budget of 10 MB/,
      );
    }
    expect(opened).toBe(0);
  });

  it("and a snapshot of one's own exclude each other", () => {
    expect(() => createForeload({ components: {}, store: 'x', snapshot: new Uint8Array(3) })).toThrow(
      /a snapshot of its own/,
    );
  });

  it.each([
    [{ path: '' }, /store\.path/],
    [{ path: 'x', size: 'much' }, /invalid-size|size/],
    [{ path: 'x', ages: 5 }, /store\.ages/],
    [5, /store/],
    [{ path: 'x', days: -1 }, /store\.days/],
  ])('%j is none', (store, message) => {
    expect(() => createForeload({ components: {}, store: store as never })).toThrow(message);
  });
});

/** What a text leads to expect of a user nobody knows: how likely each component is. */
async function chancesIn({ foreload, notices }: World, text: string): Promise<Record<string, number>> {
  foreload.observe({ user: 'somebody', text });
  await settled();
  const forecast = notices.findLast((notice) => notice.kind === 'forecast');
  const next = (forecast?.predictions ?? []).filter(({ step }) => step === 1);
  return Object.fromEntries(next.map(({ component, probability }) => [component, probability]));
}

describe('forgetting a user', () => {
  async function worked(store: string, text: boolean): Promise<VirtualTime> {
    const time = new VirtualTime(start);
    const world = begin(time, { store: { path: store, text } });
    await habit(world, time, 5, 'bob');
    for (let n = 0; n < 10; n++) {
      await give(world.foreload, time, 'a', 'ann');
      await give(world.foreload, time, 'secret', 'ann', 'my private matter');
    }
    await habit(world, time, 5, 'bob');
    await world.foreload.close();
    return time;
  }

  it('leaves nothing of that user, in history or in forecasts, and what others taught stays', async () => {
    const store = newFolder();
    const time = await worked(store, true);
    const before = begin(time, { store, warming: false });
    expect(await expectedAfterA(before, time, 'ann')).toContain('secret');
    expect((await chancesIn(before, 'my private matter')).secret).toBeGreaterThan(0.2);
    await before.foreload.close();
    const { entries, left } = await forgetUser(store, 'ann' as never, relearn);
    expect(entries).toBe(42);
    expect(left).toBeGreaterThan(60);
    for (const file of [...segments(store), `${store}/snapshot.bin`]) {
      const bytes = readFileSync(file);
      for (const trace of ['ann', 'private']) {
        expect(bytes.includes(trace)).toBe(false);
        expect(bytes.includes(Buffer.from(trace, 'utf16le'))).toBe(false);
      }
    }
    const after = begin(time, { store, warming: false });
    expect(await after.told()).toMatchObject([{ recalled: 0, damage: [] }]);
    expect(await chancesIn(after, 'my private matter')).not.toHaveProperty('secret');
    expect((await expectedAfterA(after, time, 'bob'))[0]).toBe('b');
    expect(await expectedAfterA(after, time, 'ann')).not.toContain('secret');
    await after.foreload.close();
  });

  it('is refused while a Foreload writes', async () => {
    const store = newFolder();
    const time = await worked(store, false);
    const world = begin(time, { store });
    await give(world.foreload, time, 'a');
    await expect(forgetUser(store, 'ann' as never, relearn)).rejects.toMatchObject({ code: 'store-in-use' });
    await world.foreload.close();
    await expect(forgetUser(store, 'ann' as never, relearn)).resolves.toMatchObject({ entries: 42 });
  });
});
