import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type ReportAssets, renderReport } from '../report/page.ts';
import type { ReportData, RunPicture } from '../report/report-data.ts';
import type { BudgetPoint } from '../replay/budget-curve.ts';
import { type Comparison, responseQuantiles } from '../replay/compare.ts';
import { type PictureBuilder, type Stretch } from '../replay/picture.ts';
import { type ReplayJson } from './replay-json.ts';
import type { Workload } from '../replay/workload.ts';
import { percent, plain } from './table.ts';

/** What the page of a replay is made from. */
export interface ReplayRun {
  readonly json: ReplayJson;
  readonly budget: string;
  readonly version: string;
  readonly workload: Workload;
  readonly comparison: Comparison;
  readonly curve: readonly BudgetPoint[];
  readonly stretch: Stretch;
  readonly pictures: ReadonlyMap<string, PictureBuilder>;
}

/** The page of a replay as HTML. */
export async function replayPage(run: ReplayRun): Promise<string> {
  return renderReport(reportData(run), await chartAssets());
}

async function chartAssets(): Promise<ReportAssets> {
  const { resolve } = createRequire(import.meta.url);
  const [chartScript, chartStyle] = await Promise.all([
    readFile(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(resolve('uplot/dist/uPlot.min.css'), 'utf8'),
  ]);
  return { chartScript, chartStyle };
}

const quantiles = 201;

function reportData(run: ReplayRun): ReportData {
  const { json, workload, comparison, curve, stretch } = run;
  const policies = Object.entries(json.results);
  return {
    title: `Replay of ${json.trace}`,
    summary: summary(run),
    facts: facts(run),
    slots: workload.slots,
    budgetBytes: json.budgetBytes,
    policies: policies.map(([policy, figures]) => ({ policy, ...figures })),
    curve: curve.map(({ budget, budgetBytes, results }) => ({
      budget,
      budgetBytes,
      warmRate: Object.fromEntries(Object.entries(results).map(([policy, { warmRate }]) => [policy, warmRate])),
    })),
    responses: policies.flatMap(([policy]) => {
      const values = responseQuantiles(workload, comparison.runs.get(policy)!, quantiles);
      return values.length === 0 ? [] : [{ policy, quantiles: values }];
    }),
    stretch: stretchName(stretch),
    pictures: picturesOf(
      run,
      policies.map(([policy]) => policy),
    ),
    notes: [
      'A need is a (command, component) pair; it is warm if the component was loaded and usable at that moment.',
      'Covered: share of the needs that LRU misses at the same budget that were warm here.',
      'Gap closed: (warm - LRU) / (clairvoyant - LRU). Clairvoyant is a bound that no schedule can beat.',
      'Wasted share: speculative loads that no demand ever used, of all that ended timely, late or wasted.',
      `Costs: ${json.costs}.`,
    ],
  };
}

function summary({ json, budget }: ReplayRun): string {
  const [policy, ours] = Object.entries(json.results)[0]!;
  const lru = policy === 'lru' ? undefined : json.results['lru'];
  const beside = lru ? `, against ${percent(lru.warmRate)} under LRU` : '';
  return `With a budget of ${budget}, ${percent(ours.warmRate)} of the needs were warm under ${policy}${beside}.`;
}

function facts({ json, budget, version, workload }: ReplayRun): ReportData['facts'] {
  return [
    ['trace', json.trace],
    ['commands', plain(json.rows)],
    ['needs', plain(json.needs)],
    ['components', plain(json.components)],
    ['users', plain(json.users)],
    ['budget', budget],
    ['memory', json.scope === 'user' ? 'each user has their own' : 'shared by all users'],
    ['scored from row', plain(workload.scoredFrom + 1)],
    ['lead of texts', `${plain(json.lead)} ms`],
    ['waste target', percent(json.waste)],
    ['seed', String(json.seed)],
    ['Foreload', version],
  ];
}

/** A picture of each policy that ran; a bound has none. Policies that came down to the same run share its picture. */
function picturesOf({ workload, comparison, stretch, pictures }: ReplayRun, policies: readonly string[]): RunPicture[] {
  const budgetBytes = Math.floor(workload.budgets[stretch.device]!);
  const drawn = new Map([...pictures].map(([policy, builder]) => [comparison.runs.get(policy), builder.finish()]));
  return policies.flatMap((policy) => {
    const picture = drawn.get(comparison.runs.get(policy));
    return picture ? [{ policy, budgetBytes, ...picture }] : [];
  });
}

function stretchName({ user, rows, from, until }: Stretch): string {
  const time = (at: number): string => {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? `${at} ms` : date.toISOString().slice(0, 19).replace('T', ' ');
  };
  return `${user === null ? 'all users' : `user ${user}`}, the last ${plain(rows)} commands, ${time(from)} to ${time(until)} UTC`;
}
