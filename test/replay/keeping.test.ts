import { describe, expect, test } from 'vitest';
import type { ComponentId, UserId } from '../../src/model/ids.ts';
import { Blend } from '../../src/predict/blend/blend.ts';
import { compare } from '../../src/replay/compare.ts';
import { IdleHistogram } from '../../src/replay/idle-histogram.ts';
import { parsePolicy } from '../../src/replay/policy-spec.ts';
import { newWorkload, parseBudget, type Workload } from '../../src/replay/workload.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Rows of one user: when (ms), and which component. */
function workloadOf(rows: readonly (readonly [ts: number, component: number])[], loadMs = 0, scoreFrom = 0): Workload {
  const components = Math.max(...rows.map(([, component]) => component)) + 1;
  const trace = {
    name: 'test',
    rows: rows.length,
    ts: Float64Array.from(rows, ([ts]) => ts),
    user: new Int32Array(rows.length),
    users: ['u' as UserId],
    needs: Int32Array.from(rows, ([, component]) => component),
    firstNeed: Int32Array.from([...rows.keys(), rows.length]),
    components: Array.from({ length: components }, (_, i) => `c${i}` as ComponentId),
    texts: null,
  };
  const costs = {
    of: trace.components.map(() => ({ bytes: 1 as never, loadMs: loadMs as never })),
    source: 'test',
    given: true,
  };
  return newWorkload({ trace, costs, budget: parseBudget('9slots'), scope: 'shared', scoreFrom, lead: 0 });
}

const compared = async (workload: Workload, ...policies: readonly string[]) =>
  (await compare(workload, { policies, noSpeculation: false, makePredictor: () => new Blend(), waste: 0.1 })).results;

describe('idle hours', () => {
  const rows = [[0, 0], [hour, 1], [3 * hour, 0], [4 * hour, 1]] as const; // biome-ignore format: one line

  test('add up how long each component was warm and unused', async () => {
    const results = await compared(workloadOf(rows), 'lru', 'keepalive:30m', 'keepalive:90m', 'clairvoyant');
    expect(results['lru'].idleHours).toBe(4 + 3);
    expect(results['keepalive:30m'].idleHours).toBe(3 * 0.5);
    expect(results['keepalive:90m'].idleHours).toBe(1.5 + 1.5 + 1);
    expect(results['clairvoyant'].idleHours).toBeNull();
  });

  test('leave out the time of loads, and what is not scored', async () => {
    const slow = await compared(workloadOf(rows, hour / 2), 'lru');
    // Loaded at 0:30 and 1:30; until 4:00.
    expect(slow['lru'].idleHours).toBe(3.5 + 2.5);
    const half = await compared(workloadOf(rows, 0, 0.5), 'lru', 'hybrid');
    expect(half['lru'].idleHours).toBe(1 + 1);
    // It knows one idle time of the first, three hours, and has it unloaded until then.
    expect(half['hybrid'].idleHours).toBe(1);
  });
});

describe('a histogram of idle times', () => {
  test('says nothing at first, nor when idle times are all over or beyond it: then all four hours are kept', () => {
    const flat = new IdleHistogram();
    expect(flat.windows()).toEqual({ after: 0, keep: 4 * hour });
    for (let bin = 0; bin < 240; bin++) flat.add((bin + 0.5) * minute);
    expect(flat.windows()).toEqual({ after: 0, keep: 4 * hour });
    const beyond = new IdleHistogram();
    beyond.add(30 * minute);
    for (let i = 0; i < 3; i++) beyond.add(5 * hour);
    expect(beyond.windows()).toEqual({ after: 0, keep: 4 * hour });
  });

  test('of one rhythm loads shortly before its 5th percentile and lets go shortly after its 99th', () => {
    const steady = new IdleHistogram();
    for (let i = 0; i < 100; i++) steady.add((i < 50 ? 20.5 : 30.5) * minute);
    const { after, keep } = steady.windows();
    expect(after).toBeCloseTo(20 * 0.9 * minute, 6);
    expect(after + keep).toBeCloseTo(31 * 1.1 * minute, 6);
  });

  test('of idle times below a minute never unloads in between', () => {
    const busy = new IdleHistogram();
    for (let i = 0; i < 100; i++) busy.add(20_000);
    expect(busy.windows()).toEqual({ after: 0, keep: 1.1 * minute });
  });
});

describe('the hybrid histogram policy', () => {
  test('loads ahead what comes in a rhythm, and is charged only while that is in memory', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [i * hour, 0] as const);
    const { hybrid } = await compared(workloadOf(rows), 'hybrid');
    expect(hybrid.warmRate).toBe(19 / 20);
    expect(hybrid.preloads).toMatchObject({ timely: 18, late: 0, wasted: 0 });
    // One hour before it knows, then a tenth of each.
    expect(hybrid.idleHours).toBeCloseTo(1 + 18 * 0.1, 6);
  });

  test('finds a component loading where its load takes longer than it was begun ahead', async () => {
    const rows = Array.from({ length: 4 }, (_, i) => [i * hour, 0] as const);
    const { hybrid } = await compared(workloadOf(rows, 15 * minute), 'hybrid');
    expect(hybrid.preloads).toMatchObject({ timely: 0, late: 2, wasted: 0 });
    expect(hybrid.responseMs.p50).toBe(9 * minute);
  });

  test('has wasted what it loaded for nobody', async () => {
    const rows = [[0, 0], [hour, 0], [2 * hour, 0], [9 * hour, 1]] as const; // biome-ignore format: one line
    const { hybrid } = await compared(workloadOf(rows), 'hybrid');
    expect(hybrid.preloads).toMatchObject({ timely: 1, wasted: 1 });
  });
});

describe('keeping by price', () => {
  /** One comes every five minutes, one every six hours. */
  const rows = Array.from({ length: 600 }, (_, i) => [i * 5 * minute, i % 72 === 36 ? 1 : 0] as const);

  test('keeps what comes often and lets go what does not: warmer than an idle time of the same cost', async () => {
    const results = await compared(workloadOf(rows), 'keep:6', 'keepalive:4m', 'keepalive:6m');
    expect(results['keep:6'].warmRate).toBeGreaterThan(0.95);
    expect(results['keepalive:4m'].warmRate).toBe(0);
    expect(results['keep:6'].idleHours).toBeLessThan(results['keepalive:6m'].idleHours! + 1);
  });

  test('keeps less the more memory costs', async () => {
    const results = await compared(workloadOf(rows), 'keep:0.1', 'keep:6', 'keep:10000');
    const hours = Object.values(results).map((figures) => figures.idleHours ?? Number.NaN);
    expect(hours).toEqual(hours.toSorted((a, b) => b - a));
    expect(hours[2]).toBeLessThan(1);
  });

  test('loads nothing ahead, unless foreload asks', async () => {
    const results = await compared(workloadOf(rows), 'keep:6', 'foreload:keep=6');
    expect(results['keep:6'].preloads).toMatchObject({ timely: 0, late: 0, wasted: 0 });
    expect(results['foreload:keep=6'].pollution).not.toBeNull();
  });

  test('reads its price', () => {
    expect(parsePolicy('keep:2.5')).toMatchObject({ keep: 2.5, forecast: true, speculation: false });
    expect(parsePolicy('foreload:keep=3')).toMatchObject({ keep: 3, forecast: true, speculation: true });
    for (const wrong of ['keep:', 'keep:-1', 'keep:10m', 'foreload:keep=', 'hybrid:4h']) {
      expect(() => parsePolicy(wrong)).toThrow(/no such policy/);
    }
  });
});
