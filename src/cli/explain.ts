import { Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { ForeloadError } from '../model/errors.ts';
import type { UserId } from '../model/ids.ts';
import type { Step } from '../model/prediction.ts';
import { explain, type Explanation, textOf, userOf } from '../replay/explain.ts';
import { readTrace } from '../trace/read-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { closest } from '../model/closest.ts';
import type { CliIo } from './io.ts';
import { wholeNumber } from './option-values.ts';
import { advisedNames, predictorNamed, predictorNames } from './predictors.ts';
import { startProgress } from './progress.ts';
import { percent, plain, table } from './table.ts';

interface ExplainOptions {
  readonly user?: string;
  readonly row?: number;
  /** False: --no-text; true or absent: the row's own. */
  readonly text?: string | boolean;
  readonly predictor: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** What `foreload explain --json` prints. Rows count from 1. */
interface ExplainJson {
  readonly trace: string;
  readonly predictor: string;
  readonly user: string;
  /** The row whose forecast is explained; null: what comes after the last. */
  readonly row: number | null;
  readonly text: string | null;
  readonly learned: { readonly rows: number; readonly own: number };
  readonly forecast: readonly {
    readonly step: Step;
    readonly component: string;
    readonly probability: number;
    readonly why: string;
    /** Whether it came; null: the trace ends before. */
    readonly came: boolean | null;
  }[];
  readonly came: readonly { readonly step: Step; readonly row: number; readonly components: readonly string[] }[];
}

/** `foreload explain`: what was expected at one point of a trace, and why. */
export function explainCommand(io: CliIo): Command {
  const predictor = (name: string): string => {
    predictorNamed(name);
    if (!advisedNames.includes(name)) return name;
    throw new ForeloadError('invalid-option', {
      what: `--predictor ${name} needs the advice of a trained model`,
      remedy: `use one of ${predictorNames.join(', ')}`,
    });
  };
  return new Command('explain')
    .description('say what is expected at one point of recorded commands, how likely, and why')
    .argument('<trace>', 'a .csv or .csv.gz file with the columns ts,user,command,components; - reads standard input')
    .addOption(
      new Option(
        '--row <number>',
        'the row that is expected, the first 1: those before it are learned (default: after the last)',
      ).argParser(wholeNumber('--row', 1)),
    )
    .option('--user <user>', "whose commands are expected (default: the row's user)")
    .option('--text <words>', "words of the expected command (default: the row's own)")
    .option('--no-text', 'forecast without words')
    .addOption(
      new Option('--predictor <name>', `who forecasts: ${predictorNames.join(', ')}`)
        .argParser(predictor)
        .default(predictorNames[0]),
    )
    .addOption(
      new Option('--limit <number>', 'components for each step, at most')
        .argParser(wholeNumber('--limit', 1, 100))
        .default(5),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Step k is the command k ahead of the same user; commands that demand nothing are no step. What really came, where the trace
goes on, is marked with *.
`,
    )
    .action((path: string, options: ExplainOptions) => explainRow(path, options, io));
}

async function explainRow(path: string, options: ExplainOptions, io: CliIo): Promise<void> {
  const trace = await readTrace(path, undefined, io.signal);
  const row = rowOf(trace, options.row);
  const user = userNamed(trace, options.user) ?? userOf(trace, Math.min(row, trace.rows - 1));
  const progress = startProgress(io, 'explain');
  try {
    const explanation = await explain(trace, {
      predictor: predictorNamed(options.predictor)(),
      row,
      user,
      text: wordsOf(trace, row, user, options.text),
      limit: options.limit,
      onProgress: progress.report,
    });
    progress.end();
    const json = explainJson(trace, options.predictor, row, explanation);
    io.stdout(options.json ? `${JSON.stringify(json)}\n` : explainText(json, io.colour));
  } finally {
    progress.end();
  }
}

/** Rows to learn from. @throws ForeloadError `invalid-option` */
function rowOf(trace: Trace, row: number | undefined): number {
  if (row === undefined) return trace.rows;
  if (row <= trace.rows) return row - 1;
  throw new ForeloadError('invalid-option', {
    what: '--row is beyond the trace',
    found: String(row),
    remedy: `give a number from 1 to ${trace.rows}, or none for what comes after the last row`,
  });
}

/** @throws ForeloadError `invalid-option` */
function userNamed(trace: Trace, name: string | undefined): UserId | null {
  const user = trace.users.find((user) => user === name);
  if (name === undefined || user !== undefined) return user ?? null;
  const like = closest(name, trace.users);
  const some = like.length > 0 ? like : trace.users.slice(0, 3);
  throw new ForeloadError('invalid-option', {
    what: '--user names nobody in the trace',
    found: JSON.stringify(name),
    remedy: `${like.length > 0 ? 'did you mean' : 'its users are'} ${some.join(', ')}${like.length === 0 && trace.users.length > some.length ? ', ...' : ''}`,
  });
}

function wordsOf(trace: Trace, row: number, user: UserId, text: string | boolean | undefined): string | null {
  if (typeof text === 'string') return text;
  const own = text !== false && row < trace.rows && userOf(trace, row) === user;
  return own ? textOf(trace, row) : null;
}

function explainJson(trace: Trace, predictor: string, row: number, explanation: Explanation): ExplainJson {
  const { user, text, learned, forecast, came } = explanation;
  return {
    trace: trace.name,
    predictor,
    user,
    row: row < trace.rows ? row + 1 : null,
    text,
    learned,
    forecast: forecast.map(({ step, component, probability, why, came }) => ({
      step,
      component,
      probability,
      why,
      came,
    })),
    came: came.map(({ step, row, components }) => ({ step, row: row + 1, components })),
  };
}

function explainText(json: ExplainJson, colour: boolean): string {
  const { trace, predictor, user, row, text, learned, forecast, came } = json;
  const where = row === null ? 'after the last row' : `as row ${row} came`;
  const words = text === null ? '' : `, with the words ${JSON.stringify(text)}`;
  const from = `${plain(learned.rows)} rows learned, ${plain(learned.own)} of this user`;
  const rows = forecast.map(({ step, component, probability, why, came }) => [
    String(step),
    `${component}${came ? ' *' : ''}`,
    percent(probability),
    why,
  ]);
  const heading = ['step', 'component', 'probability', 'why'];
  const expected =
    rows.length === 0 ? 'nothing is expected\n' : table([heading, ...rows], createColors(colour).bold, [0, 1, 3]);
  const then = came.map(({ step, row, components }) => `step ${step}: ${components.join(', ')} (row ${row})`);
  const really = then.length === 0 ? '' : `\n* came: ${then.join('; ')}\n`;
  return `${trace}: ${user} ${where}${words} (${predictor}; ${from})\n\n${expected}${really}`;
}
