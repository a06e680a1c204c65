import { Command, Option } from 'commander';
import type { ForecastModel } from '../predict/onnx/forecast-model.ts';
import { budgetCurve, type BudgetPoint, budgetRow, largestBudget } from '../replay/budget-curve.ts';
import { compare, type CompareOptions } from '../replay/compare.ts';
import { lastStretch, PictureBuilder } from '../replay/picture.ts';
import { knownPolicies, parsePolicy } from '../replay/policy-spec.ts';
import { type Budget, newWorkload, parseBudget, type Scope } from '../replay/workload.ts';
import { openForecastModel } from '../runtime/forecast-model.ts';
import type { CliIo } from './io.ts';
import { names, oneOf, share, wholeNumber } from './option-values.ts';
import { defaultAdvised, defaultPredictor } from './predictors.ts';
import { type Progress, startProgress } from './progress.ts';
import { readInput } from './replay-input.ts';
import { replayJson } from './replay-json.ts';
import { replayPage } from './replay-report.ts';
import { replayText } from './replay-table.ts';
import { version } from './version.ts';
import { checkWritable, writeWhole } from './write-file.ts';

interface ReplayOptions {
  readonly costs?: string;
  readonly budget: { readonly name: string; readonly budget: Budget };
  readonly scope: Scope;
  readonly policies: readonly string[];
  readonly speculation: boolean;
  readonly lead: number;
  readonly first?: number;
  readonly scoreFrom: number;
  readonly waste: number;
  readonly seed: number;
  readonly model?: string;
  readonly budgetCurve?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

const namedBudget = (text: string): ReplayOptions['budget'] => ({ name: text.trim(), budget: parseBudget(text) });
const defaultPolicies = ['foreload', 'lru', 'clairvoyant'];

/** `foreload replay`: what policies would have kept warm, had they run while a trace was recorded. */
export function replayCommand(io: CliIo): Command {
  const policies = (text: string): readonly string[] => names('--policies')(text).map((name) => parsePolicy(name).name);
  return new Command('replay')
    .description('replay recorded commands on a virtual clock and compare what policies keep warm')
    .argument('<trace>', 'a .csv or .csv.gz file with the columns ts,user,command,components; - reads standard input')
    .option(
      '--costs <file>',
      'component,memory_mb,load_ms or a catalogue (default: NAME.components.csv beside the trace, else drawn)',
    )
    .addOption(
      new Option(
        '--budget <size>',
        'memory for components: a share such as 25%, a size such as 800MB, 8slots of equal size, or a range such as 200MB..2000MB in which it follows what memory is worth (200MB..2000MB@5: each MB held must save 5 ms of waiting an hour)',
      )
        .argParser(namedBudget)
        .default(namedBudget('25%'), '25%'),
    )
    .addOption(
      new Option('--scope <scope>', 'user: a memory for each user; shared: one memory for all')
        .argParser(oneOf<Scope>('--scope', ['user', 'shared']))
        .default('user', 'user'),
    )
    .addOption(
      new Option(
        '--policies <list>',
        `what to compare: ${knownPolicies} (keep: what a MB or slot held for an hour is worth, in ms of waiting)`,
      )
        .argParser(policies)
        .default(defaultPolicies, defaultPolicies.join()),
    )
    .option('--no-speculation', 'run foreload without loading anything ahead')
    .addOption(
      new Option('--lead <ms>', "how long before its demands a command's text arrives")
        .argParser(wholeNumber('--lead', 0))
        .default(0),
    )
    .option('--first <rows>', 'read only the first rows', wholeNumber('--first', 1))
    .addOption(
      new Option('--score-from <share>', 'leave this share of the rows, the first ones, unscored')
        .argParser(share('--score-from'))
        .default(0),
    )
    .addOption(
      new Option('--waste <share>', 'target for the share of preloads that are wasted')
        .argParser(share('--waste'))
        .default(0.1),
    )
    .addOption(
      new Option('--seed <number>', 'recorded with the figures; a replay draws nothing at random')
        .argParser(wholeNumber('--seed', 0))
        .default(1),
    )
    .option('--model <file>', 'a trained model (.onnx) that advises the predictor')
    .option('--budget-curve', 'repeat over a row of budgets: how much memory is needed?')
    .option('--report <file>', 'write a page with charts (.html); measures the row of budgets too')
    .option('--json', 'print one JSON object; with slots, *Bytes figures count slots')
    .action((path: string, options: ReplayOptions) => replay(path, options, io));
}

async function replay(path: string, options: ReplayOptions, io: CliIo): Promise<void> {
  const model = options.model === undefined ? null : await openForecastModel(options.model);
  try {
    await replayWith(model, path, options, io);
  } finally {
    await model?.close?.();
  }
}

async function replayWith(model: ForecastModel | null, path: string, options: ReplayOptions, io: CliIo): Promise<void> {
  const { scope, scoreFrom, lead, report } = options;
  if (report !== undefined) await checkWritable('--report', report);
  const { trace, costs } = await readInput(path, options.costs ?? null, options.first, io.signal);
  const base = { trace, costs, scope, scoreFrom, lead };
  const workload = newWorkload({ ...base, budget: options.budget.budget });
  tellOversize(workload.oversize, io);
  const stretch = lastStretch(workload, rowsPictured);
  const pictures = new Map<string, PictureBuilder>();
  const watch = (policy: string): ReturnType<NonNullable<CompareOptions['watch']>> => {
    const picture = new PictureBuilder(stretch);
    pictures.set(policy, picture);
    return { device: stretch.device, notice: (notice) => picture.notice(notice) };
  };
  const common = {
    policies: options.policies,
    noSpeculation: !options.speculation,
    ...(model ? { model, makePredictor: defaultAdvised } : { makePredictor: defaultPredictor }),
    waste: options.waste,
  };
  const comparison = await shown(startProgress(io, 'replay'), ({ report: onProgress }) =>
    compare(workload, { ...common, onProgress, ...(report === undefined ? {} : { watch }) }),
  );
  const budgetBytes = Math.floor(largestBudget(workload));
  const point: BudgetPoint = { budget: options.budget.name, budgetBytes, results: comparison.results };
  const measured = options.budgetCurve || report !== undefined;
  const curve = measured
    ? await shown(startProgress(io, 'budgets'), ({ report: onProgress }) =>
        budgetCurve(budgetRow(options.budget, base), base, { ...common, onProgress }, point),
      )
    : [];
  const json = replayJson(workload, costs, options, point, options.budgetCurve ? curve : null);
  if (report !== undefined) {
    const run = { json, budget: point.budget, version: version(), workload, comparison, curve, stretch, pictures };
    await writeWhole('--report', report, await replayPage(run));
    io.stderr(`foreload: report written to ${report}\n`);
  }
  io.stdout(options.json ? `${JSON.stringify(json)}\n` : replayText(json, workload, point.budget, io.colour));
}

const rowsPictured = 300;
const oversizeNamed = 5;

function tellOversize(ids: readonly string[], io: CliIo): void {
  if (ids.length === 0) return;
  const more = ids.length > oversizeNamed ? ` and ${ids.length - oversizeNamed} more` : '';
  const named = ids.slice(0, oversizeNamed).join(', ');
  io.stderr(`foreload: larger than the budget, so loaded outside of it and never kept: ${named}${more}\n`);
}

async function shown<T>(progress: Progress, work: (progress: Progress) => Promise<T>): Promise<T> {
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}
