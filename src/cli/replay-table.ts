import { createColors } from 'picocolors';
import { MB } from '../model/bytes.ts';
import { type BudgetPoint, memoryNeeded, targets } from '../replay/budget-curve.ts';
import type { Workload } from '../replay/workload.ts';
import type { ReplayJson } from './replay-json.ts';
import { percent, plain, table } from './table.ts';

/** A replay's figures for people. */
export function replayText(json: ReplayJson, workload: Workload, budget: string, colour: boolean): string {
  const { bold } = createColors(colour);
  const curve = json.budgetCurve ? `\n${curveText(json.budgetCurve, workload.slots, bold)}` : '';
  return `${header(json, workload, budget)}\n${figures(json, workload.slots, bold)}${curve}`;
}

function header(json: ReplayJson, { slots, scoredFrom }: Workload, budget: string): string {
  const amount = `${size(json.budgetBytes, slots)} of ${size(json.footprintBytes, slots)}`;
  const whose = json.scope === 'user' ? 'for each user, at most' : 'shared by all,';
  const scored = scoredFrom === 0 ? '' : `, scored from row ${plain(scoredFrom + 1)} on`;
  return `${json.trace}: ${plain(json.rows)} commands of ${plain(json.users)} users, ${plain(json.needs)} needs of ${plain(json.components)} components${scored}
budget ${budget} ${whose} ${amount}; costs: ${json.costs}
`;
}

const headings = ['warm', 'covered', 'gap closed', 'wasted', 'overhead', 'pollution', 'p50 ms', 'p95 ms', 'p99 ms'];
const outcomes = ['timely', 'late', 'wasted', 'cancelled'] as const;

/** How much is held while nobody uses it matters where something is let go by time. */
const byTime = /^(keepalive:|keep:|foreload:keep=|hybrid$)/;

function figures({ results }: ReplayJson, slots: boolean, heading: (text: string) => string): string {
  const timed = Object.keys(results).some((policy) => byTime.test(policy));
  const rows = Object.entries(results).map(([policy, result]) => [
    policy,
    percent(result.warmRate),
    percent(result.covered),
    percent(result.gapClosed),
    percent(result.wastedShare),
    size(result.overheadMeanBytes, slots),
    ...(timed ? [plain(result.idleHours)] : []),
    percent(result.pollution),
    plain(result.responseMs.p50),
    plain(result.responseMs.p95),
    plain(result.responseMs.p99),
    ...outcomes.map((outcome) => plain(result.preloads[outcome])),
  ]);
  const columns = timed ? headings.toSpliced(5, 0, 'idle h') : headings;
  return table([['policy', ...columns, ...outcomes.map((outcome) => `#${outcome}`)], ...rows], heading);
}

/** Warm rate by budget, and the smallest measured budget that reaches each target. */
function curveText(curve: readonly BudgetPoint[], slots: boolean, heading: (text: string) => string): string {
  const policies = Object.keys(curve[0]?.results ?? {});
  const rates = curve.map(({ budget, budgetBytes, results }) => [
    budget,
    size(budgetBytes, slots),
    ...policies.map((policy) => percent(results[policy]!.warmRate)),
  ]);
  const answers = memoryNeeded(curve);
  const largest = curve.at(-1)!;
  const needed = policies.map((policy) => [
    policy,
    ...targets.map((target) => {
      const least = answers[policy]?.[String(target)];
      if (least) return `${least.budget} (${size(least.budgetBytes, slots)})`;
      return `> ${largest.budget} (${percent(largest.results[policy]!.warmRate)} there)`;
    }),
  ]);
  return `${table([['warm rate by budget', slots ? 'slots' : 'memory', ...policies], ...rates], heading)}
${table([['memory needed for', ...targets.map((target) => `${Math.round(target * 100)} % warm`)], ...needed], heading)}`;
}

function size(value: number | null, slots: boolean): string {
  if (value === null || slots) return plain(value);
  return `${plain(value / MB)} MB`;
}
