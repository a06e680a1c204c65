import { describe, expect, it } from 'vitest';
import type { ComponentConfig, ForeloadConfig } from '../../src/runtime/config.ts';
import { instant, settled, world } from './world.ts';

const a = { loader: instant(), size: '40MB' };
const b = { loader: instant(), size: '30MB' };
const components: Record<string, ComponentConfig> = { a, b };
type Config = ForeloadConfig<typeof components>;

/** A world, and what it was configured with but for its clock. */
function begin(rest: Partial<Config> = {}) {
  const made = world(components, rest);
  const { time } = made;
  const lanes = { atOnce: 9 };
  const base: Config = { components, clock: time, timers: time, pressure: false, budget: '100MB', lanes };
  return { ...made, base: { ...base, ...rest } };
}

describe('reload', () => {
  it('applies what can be, at once, and names it', () => {
    const { foreload, base } = begin();
    const next: Config = {
      ...base,
      budget: '80MB',
      waste: 0.3,
      lanes: { background: { capacity: 7, workers: 1 } },
      routing: { background: 0.5 },
      keep: { mbHourMs: 50 },
      preload: false,
    };
    const before = foreload.status();
    const { applied, refused } = foreload.reload(next);
    expect([...applied].sort()).toEqual(['budget', 'keep', 'lanes', 'preload', 'routing', 'waste']);
    expect(refused).toEqual([]);
    const after = foreload.status();
    expect(before.budgetBytes).toBe(100 * 2 ** 20);
    expect(after.budgetBytes).toBe(80 * 2 ** 20);
    expect(after.lanes.background).toMatchObject({ capacity: 7 });
    expect(foreload.reload(next)).toEqual({ applied: [], refused: [] });
    // What is left out is the default again.
    expect(foreload.reload(base).applied).toHaveLength(6);
    expect(foreload.status()).toMatchObject({ budgetBytes: 100 * 2 ** 20, lanes: { background: { capacity: 50 } } });
  });

  it('a lower budget makes idle components leave', async () => {
    const { foreload, base } = begin();
    for (const id of ['a', 'b']) (await foreload.acquire(id)).release();
    expect(foreload.status().components.map(({ state }) => state)).toEqual(['warm', 'warm']);
    foreload.reload({ ...base, budget: '50MB' });
    await settled();
    expect(foreload.status().components.filter(({ state }) => state === 'warm')).toHaveLength(1);
    await foreload.close();
  });

  it('preload: false withdraws what waits, and nothing is loaded ahead any more', async () => {
    const { foreload, base, notices } = begin({ lanes: { background: { workers: 1 } } });
    foreload.reload({ ...base, preload: false });
    for (let n = 0; n < 10; n++) for (const id of ['a', 'b']) (await foreload.observe().acquire(id)).release();
    expect(notices.filter(({ kind }) => kind === 'preload-queued')).toEqual([]);
    await foreload.close();
  });

  it('a price for memory lets idle components go', async () => {
    const { foreload, base, time } = begin();
    (await foreload.acquire('a')).release();
    time.advance(3_600_000);
    expect(foreload.status().components[0]?.state).toBe('warm');
    expect(foreload.reload({ ...base, keep: { mbHourMs: 1e9 } }).applied).toEqual(['keep']);
    time.advance(60_000);
    await settled();
    expect(foreload.status().components[0]?.state).toBe('cold');
    await foreload.close();
  });

  it('another probe is read from now on', () => {
    let reads = 0;
    const read = () =>
      ({
        level: 'low' as const,
        reads: ++reads,
      }) as never;
    const { foreload, base, time } = begin();
    expect(foreload.reload({ ...base, pressure: { name: 'mine', read } }).applied).toEqual(['pressure']);
    expect(reads).toBe(1);
    time.advance(2100);
    expect(reads).toBeGreaterThan(2);
    foreload.reload({ ...base, pressure: false });
    const last = reads;
    time.advance(5000);
    expect(reads).toBe(last);
  });

  it('says what needs a restart, and why, and applies the rest', () => {
    const { foreload, base } = begin();
    const { applied, refused } = foreload.reload({
      ...base,
      budget: '90MB',
      policy: 'lru',
      warming: false,
      store: '/nowhere',
      loadTimeoutMs: 5,
      components: { a: { ...a, size: '41MB' }, c: b },
    });
    expect(applied).toEqual(['budget']);
    expect(refused.map(({ option }) => option).sort()).toEqual([
      'components.a',
      'components.b',
      'components.c',
      'loadTimeoutMs',
      'policy',
      'store',
      'warming',
    ]);
    for (const { why } of refused) expect(why.length).toBeGreaterThan(10);
    // They differ still: they are named again.
    expect(foreload.reload({ ...base, budget: '90MB', policy: 'lru' }).refused).toMatchObject([{ option: 'policy' }]);
  });

  it.each([
    ['an unknown option', { budgets: 5 }],
    ['a share beyond 1', { waste: 2 }],
    ['a budget in which a component does not fit', { budget: '30MB' }],
    ['a budget that is none', { budget: 'much' }],
  ])('%s leaves the one before in force, all of it', (_, wrong) => {
    const { foreload, base } = begin();
    const before = JSON.stringify(foreload.status());
    expect(() => foreload.reload({ ...base, lanes: { delayed: { capacity: 1 } }, ...wrong })).toThrow(
      expect.objectContaining({ name: 'ForeloadError' }),
    );
    expect(JSON.stringify(foreload.status())).toBe(before);
  });

  it('a budget between bounds is set up at the start', () => {
    const { foreload, base } = begin();
    const { applied, refused } = foreload.reload({ ...base, budget: { min: '80MB', max: '90MB' } });
    expect({ applied, refused }).toMatchObject({ applied: [], refused: [{ option: 'budget' }] });
    expect(foreload.status().budgetBytes).toBe(100 * 2 ** 20);
  });

  it('is refused once closed', async () => {
    const { foreload, base } = begin();
    await foreload.close();
    expect(() => foreload.reload(base)).toThrow(/closed/);
  });
});
