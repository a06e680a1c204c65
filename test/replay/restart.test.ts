import { describe, expect, test } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import { Blend } from '../../src/predict/blend/blend.ts';
import { parsePolicy } from '../../src/replay/policy-spec.ts';
import { run } from '../../src/replay/run.ts';
import type { Restart, RunOptions } from '../../src/replay/run-options.ts';
import { foundCodes, type RunResult } from '../../src/replay/run-result.ts';
import { newWorkload, parseBudget, type Workload } from '../../src/replay/workload.ts';
import { readTrace } from '../../src/trace/read-trace.ts';
import { Files } from '../cli/cli.ts';
import { afterAll } from 'vitest';

const files = new Files();
afterAll(() => files.remove());

/** Sixty rounds of three components, a minute apart; a fourth is demanded once. */
const rows = Array.from({ length: 180 }, (_, at) => `${at * 60_000},ann,,${at === 5 ? 'once' : 'abc'[at % 3]}`);
const path = files.write('rounds.csv', `ts,user,command,components\n${rows.join('\n')}\n`);

async function workload(scope: 'shared' | 'user' = 'shared'): Promise<Workload> {
  const trace = await readTrace(path);
  const of = trace.components.map(() => ({ bytes: 100, loadMs: 1000 }));
  const costs = { of, source: 'the test', given: true };
  return newWorkload({ trace, costs, budget: parseBudget('300KB'), scope, scoreFrom: 0, lead: 0 });
}

const options: RunOptions = { makePredictor: () => new Blend(), waste: 0.1, check: true };
const foreload = parsePolicy('foreload');

async function snapshotAfter(work: Workload, row: number): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  const snapshots = { rows: new Set([row]), taken: (_: number, snapshot: Uint8Array) => taken.push(snapshot) };
  await run(work, foreload, { ...options, snapshots });
  return taken[0];
}

const restarted = (work: Workload, restart: Partial<Restart>, watch: (notice: Notice) => void = () => undefined) =>
  run(work, foreload, {
    ...options,
    restart: { row: 120, rows: 10, snapshot: null, lead: 0, warming: true, ...restart },
    watch: { device: 0, notice: watch },
  });

const found = ({ found }: RunResult): string[] => [...found.subarray(120, 126)].map((code) => foundCodes[code]);

describe('a replay that begins after a restart', () => {
  test('finds nothing in memory, and serves so many rows', async () => {
    const work = await workload();
    const result = await restarted(work, {});
    expect(found(result).slice(0, 3)).toEqual(['cold', 'cold', 'cold']);
    expect(result.counts.needs).toBe(10);
    expect(result.response.subarray(0, 120).every(Number.isNaN)).toBe(true);
  });

  test('with a snapshot what is usual loads at the start: in time, if there is any', async () => {
    const work = await workload();
    const snapshot = await snapshotAfter(work, 119);
    expect(found(await restarted(work, { snapshot, lead: 1000 }))).toEqual(Array.from({ length: 6 }, () => 'warm'));
    expect(found(await restarted(work, { snapshot })).slice(0, 3)).toEqual(['loading', 'warm', 'warm']);
    expect(found(await restarted(work, { snapshot, warming: false })).slice(0, 1)).toEqual(['cold']);
  });

  test('warms only what is usual, and every load has its one outcome at the end', async () => {
    const work = await workload();
    const snapshot = await snapshotAfter(work, 119);
    const notices: Notice[] = [];
    const { counts } = await restarted(work, { snapshot, lead: 5000, rows: 2 }, (notice) => notices.push(notice));
    const begun = notices.flatMap((notice) =>
      notice.kind === 'load-started' && notice.origin === 'warming' ? [notice.component as string] : [],
    );
    expect(begun.toSorted()).toEqual(['a', 'b', 'c']);
    expect(counts.preloads).toMatchObject({ timely: 2, wasted: 1, open: 0 });
  });

  test('is of one device', async () => {
    await expect(run(await workload('user'), foreload, options)).resolves.toBeDefined();
    const two = files.write('two.csv', 'ts,user,command,components\n0,ann,,a\n1,bob,,b\n');
    const trace = await readTrace(two);
    const costs = { of: trace.components.map(() => ({ bytes: 1, loadMs: 1 })), source: 'the test', given: true };
    const work = newWorkload({ trace, costs, budget: parseBudget('8KB'), scope: 'user', scoreFrom: 0, lead: 0 });
    await expect(restarted(work, { row: 1 })).rejects.toThrow(/one device: found 2 devices/);
  });
});
