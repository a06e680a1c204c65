import { afterAll, expect, it } from 'vitest';
import type { ComponentId } from '../../src/model/ids.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { compare, type PolicyFigures } from '../../src/replay/compare.ts';
import { costsFor } from '../../src/replay/costs.ts';
import { newWorkload, parseBudget, type Scope } from '../../src/replay/workload.ts';
import { readCosts } from '../../src/trace/read-costs.ts';
import { readTrace } from '../../src/trace/read-trace.ts';
import { Files } from './cli.ts';

// What a replay does with forecasts, with a predictor that says what the test tells it to, as sure as can be.

const files = new Files();
afterAll(() => files.remove());

/** Foretells `next(last demand, text)` for the coming command. */
function scripted(next: (last: string | null, text: string | null) => readonly string[]): () => Predictor {
  return () => {
    let last: string | null = null;
    let words: string | null = null;
    return {
      name: 'scripted',
      command: () => void (words = null),
      text: (_user, text) => void (words = text),
      partial() {},
      demand: (_user, component) => void (last = component),
      forecast: () =>
        next(last, words).map((id) => ({ component: id as ComponentId, step: 1, probability: 0.99, why: 'scripted' })),
      forget() {},
    };
  };
}

interface Setting {
  readonly rows: readonly string[];
  readonly costs?: readonly string[];
  readonly budget: string;
  readonly next: Parameters<typeof scripted>[0];
  readonly lead?: number;
  readonly scope?: Scope;
  readonly scoreFrom?: number;
  readonly notices?: Notice[];
}

async function foreloadFigures(setting: Setting): Promise<PolicyFigures> {
  const { rows, costs, budget, next, lead = 0, scope = 'user', scoreFrom = 0, notices } = setting;
  const trace = await readTrace(files.trace(rows));
  const table = await readCosts(files.costs(costs ?? ['none,1,0']));
  const workload = newWorkload({
    trace,
    costs: costsFor(trace, { costs: table, source: 'test' }, table, costs !== undefined),
    budget: parseBudget(budget),
    scope,
    scoreFrom,
    lead,
  });
  const { results } = await compare(workload, {
    policies: ['foreload'],
    noSpeculation: false,
    makePredictor: scripted(next),
    waste: 1,
    check: true,
    ...(notices ? { watch: () => ({ device: 0, notice: (notice: Notice) => void notices.push(notice) }) } : {}),
  });
  return results['foreload'];
}

it('makes a preload begun after a row warm for the next, even when no time passes', async () => {
  // a cold; b loaded ahead in no time: warm; a loaded ahead (b has been used, and goes): warm.
  const rows = ['7,u,,a', '7,u,,b', '7,u,,a'];
  const next = (last: string | null): string[] => (last === 'a' ? ['b'] : ['a']);
  const { warmRate, preloads } = await foreloadFigures({ rows, budget: '1slots', next });
  expect(warmRate).toBe(2 / 3);
  // After the last row b is loaded once more, for nobody.
  expect(preloads).toMatchObject({ timely: 2, late: 0, wasted: 1 });
});

it("begins no preload between a row's first and last need", async () => {
  const notices: Notice[] = [];
  const rows = ['0,u,,c', '10,u,,a|b', '20,u,,c'];
  const next = (last: string | null): string[] => (last === 'a' || last === 'b' ? ['c'] : []);
  await foreloadFigures({ rows, budget: '1slots', next, notices });
  const told = notices
    .filter(({ kind }) => kind === 'demanded' || kind === 'load-started')
    .map(
      (notice) => `${notice.kind === 'demanded' ? 'need' : 'load'} ${'component' in notice ? notice.component : ''}`,
    );
  const expected = 'need c, load c, need a, load a, need b, load b, load c, need c';
  expect(told.join(', ')).toBe(`${expected}, load c`.slice(0, expected.length));
});

it.each([
  // Loading a takes 500 ms, its row is at 10000, and only its text foretells it.
  { lead: 0, found: 'cold', wait: 500, preloads: {} },
  { lead: 400, found: 'loading', wait: 100, preloads: { late: 1 } },
  { lead: 500, found: 'warm', wait: 0, preloads: { timely: 1 } },
  { lead: 1e6, found: 'loading', wait: 300, preloads: { late: 1 }, before: 9800 },
])(
  'lets a text arrive a lead of $lead ms before its demands',
  async ({ lead, found, wait, preloads, before = 100 }) => {
    // Never before the user's previous demands: with the row before at 9800, 300 ms are still to wait.
    const notices: Notice[] = [];
    const figures = await foreloadFigures({
      rows: ['0,u,,x', `${before},u,,x`, '10000,u,go,a'],
      costs: ['x,1,0', 'a,1,500'],
      budget: '10MB',
      next: (_last, text) => (text === 'go' ? ['a'] : []),
      lead,
      notices,
    });
    expect(notices.findLast((notice) => notice.kind === 'demanded')).toMatchObject({ component: 'a', found });
    expect(figures.responseMs.p99).toBe(wait);
    expect(figures.preloads).toEqual({ timely: 0, late: 0, wasted: 0, failed: 0, cancelled: 0, ...preloads });
  },
);

it("loads nothing before a user's first row, however early the text; a shared device is there before", async () => {
  const setting: Setting = {
    rows: ['0,u,,x', '5000,v,go,a'],
    costs: ['x,1,0', 'a,1,500'],
    budget: '10MB',
    next: (_last, text) => (text === 'go' ? ['a'] : []),
    lead: 1000,
  };
  // x and a are cold, each its device's first.
  expect((await foreloadFigures(setting)).warmRate).toBe(0);
  // Shared: the text comes at 4000, a is warm at 4500.
  expect(await foreloadFigures({ ...setting, scope: 'shared' })).toMatchObject({
    warmRate: 1 / 2,
    preloads: { timely: 1 },
  });
});

it('measures pollution, waste and overhead of wrong forecasts', async () => {
  // One slot, and z is foretold after everything: it drives a out after each row from 10 on, and is never used.
  // Without speculation z and the first a are cold, three a warm: 3 of 5 needs are cold for nothing.
  // z is held unused from 10 to 40, of the device's 40 ms.
  const rows = ['0,u,,z', '10,u,,a', '20,u,,a', '30,u,,a', '40,u,,a'];
  const figures = await foreloadFigures({ rows, budget: '1slots', next: () => ['z'] });
  expect(figures).toMatchObject({
    warmRate: 0,
    pollution: 3 / 5,
    wastedShare: 1,
    overheadMeanBytes: 0.75,
    overheadPeakBytes: 1,
    residentPeakBytes: 1,
    // The fourth is not begun: by then what is in memory is known to be worth more.
    preloads: { timely: 0, late: 0, wasted: 3, failed: 0, cancelled: 1 },
  });
});

it('counts a preload where it began', async () => {
  // b begins after the first, unscored row and is warm for the second, which is scored: a warm need, no preload.
  const next = (last: string | null): string[] => (last === 'a' ? ['b'] : []);
  const setting: Setting = { rows: ['0,u,,a', '10,u,,b'], budget: '2slots', next, scoreFrom: 0.5 };
  expect(await foreloadFigures(setting)).toMatchObject({ warmRate: 1, wastedShare: null, preloads: { timely: 0 } });
  // Begun after a scored row, it counts though the trace is over.
  const late: Setting = { ...setting, rows: ['0,v,,b', '1,u,,x', '10,u,,a'], scoreFrom: 2 / 3 };
  expect(await foreloadFigures(late)).toMatchObject({ warmRate: 0, wastedShare: 1, preloads: { wasted: 1 } });
});
