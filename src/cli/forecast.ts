import { Command, Option } from 'commander';
import { createColors } from 'picocolors';
import type { TopShares } from '../model/accuracy.ts';
import { formatBytes } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';
import { type AccuracyOptions, measureAccuracy, measureText, type PredictorAccuracy } from '../replay/accuracy.ts';
import { scoredNeeds } from '../replay/needs.ts';
import type { ForecastModel } from '../predict/onnx/forecast-model.ts';
import { openForecastModel } from '../runtime/forecast-model.ts';
import { readTrace } from '../trace/read-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { heapBytes } from './heap.ts';
import type { CliIo } from './io.ts';
import { names, share, wholeNumber } from './option-values.ts';
import { advisedNames, comparedNames, predictorNamed, predictorNames } from './predictors.ts';
import { startProgress } from './progress.ts';
import { percent, plain, table } from './table.ts';

interface ForecastOptions {
  readonly train: readonly string[];
  readonly predictors?: readonly string[];
  readonly model?: string;
  readonly text: boolean;
  readonly steps: number;
  readonly first?: number;
  readonly scoreFrom: number;
  readonly json?: boolean;
}

/** What `foreload forecast --json` prints. */
interface ForecastJson {
  readonly trace: string;
  /** Needs that were scored. */
  readonly needs: number;
  readonly results: Readonly<Record<string, PredictorAccuracy>>;
  readonly text: TopShares | null;
}

/** `foreload forecast`: how well predictors foresee a trace, each need forecast before it is learned. */
export function forecastCommand(io: CliIo): Command {
  const predictors = (text: string): readonly string[] => {
    const list = names('--predictors')(text);
    for (const name of list) predictorNamed(name);
    return list;
  };
  return new Command('forecast')
    .description('measure how well predictors foresee recorded commands, each need forecast before it is learned')
    .argument('<trace>', 'a .csv or .csv.gz file with the columns ts,user,command,components; - reads standard input')
    .addOption(
      new Option('--train <file>', 'a trace to learn from first, its users and clock apart; may be repeated')
        .argParser((file: string, files: readonly string[]) => [...files, file])
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--predictors <list>',
        `what to measure: ${predictorNames.join(', ')}; with a model ${advisedNames.join(', ')} (default: ${comparedNames.join()}, and those)`,
      ).argParser(predictors),
    )
    .option('--model <file>', 'a trained model (.onnx) that advises predictors')
    .option('--no-text', "don't use the texts of commands")
    .addOption(
      new Option('--steps <number>', 'how many needs ahead to score: 1 to 3')
        .argParser(wholeNumber('--steps', 1, 3))
        .default(3),
    )
    .option('--first <rows>', 'read only the first rows', wholeNumber('--first', 1))
    .addOption(
      new Option('--score-from <share>', 'leave this share of the rows, the first ones, unscored')
        .argParser(share('--score-from'))
        .default(0),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A row with several components counts as several needs, in order; step k of a forecast is the need k later of the same
user. A row's text serves later rows; the line "own text" forecasts each need of the first predictor from its own row's
text as well. bits: mean -log2 of the probability of what came, at most 40; what the 32 listed leave over is spread
evenly over the trace's other components. ECE: 20 bins of the first candidate's probability. memory: growth of the heap
while the predictor ran, garbage collected, the trace itself not counted.
`,
    )
    .action((path: string, options: ForecastOptions) => forecast(path, options, io));
}

async function forecast(path: string, options: ForecastOptions, io: CliIo): Promise<void> {
  const predictors = predictorsOf(options);
  const trace = await readTrace(path, options.first, io.signal);
  const train: Trace[] = [];
  for (const file of options.train) train.push(await readTrace(file, undefined, io.signal));
  const { steps, scoreFrom } = options;
  const model = options.model === undefined ? null : await openForecastModel(options.model);
  const common = { train, steps, scoreFrom, text: options.text, clock: io.clock, heapBytes };
  const results: Record<string, PredictorAccuracy> = {};
  let text: TopShares | null = null;
  try {
    for (const name of predictors) {
      results[name] = await withProgress(io, name, (onProgress) =>
        measureAccuracy(trace, { ...common, ...contestant(name, model), onProgress }),
      );
    }
    if (options.text) {
      text = await withProgress(io, 'text', (onProgress) =>
        measureText(trace, { ...common, ...contestant(predictors[0]!, model), onProgress }),
      );
    }
  } finally {
    await model?.close?.();
  }
  const json: ForecastJson = { trace: trace.name, needs: scoredNeeds(trace, scoreFrom), results, text };
  io.stdout(options.json ? `${JSON.stringify(json)}\n` : forecastText(json, trace, io.colour));
}

/** Only who is named after the model is told what it says. */
const contestant = (name: string, model: ForecastModel | null): Pick<AccuracyOptions, 'makePredictor' | 'model'> => ({
  makePredictor: predictorNamed(name),
  ...(model && advisedNames.includes(name) ? { model } : {}),
});

/** @throws ForeloadError `invalid-option` if one of them needs a model that is not given. */
function predictorsOf({ predictors, model }: ForecastOptions): readonly string[] {
  if (!predictors) return model === undefined ? comparedNames : [...comparedNames, ...advisedNames];
  const advised = predictors.find((name) => advisedNames.includes(name));
  if (advised === undefined || model !== undefined) return predictors;
  throw new ForeloadError('invalid-option', {
    what: `the predictor ${advised} needs a model`,
    remedy: 'give one with --model; foreload train makes one',
  });
}

async function withProgress<T>(
  io: CliIo,
  what: string,
  work: (onProgress: NonNullable<AccuracyOptions['onProgress']>) => Promise<T>,
): Promise<T> {
  const progress = startProgress(io, what);
  try {
    return await work(progress.report);
  } finally {
    progress.end();
  }
}

function forecastText({ trace: name, needs, results, text }: ForecastJson, trace: Trace, colour: boolean): string {
  const shares = ({ top1, top3, top5 }: TopShares): string => [top1, top3, top5].map(percent).join(' ');
  const measured = Object.entries(results);
  const steps = Object.keys(measured[0]?.[1].steps ?? {});
  const rows = measured.map(([predictor, { steps, ece, bitsPerNeed, microsPerNeed, bytes }]) => [
    predictor,
    ...Object.values(steps).map(shares),
    percent(ece),
    bitsPerNeed === null ? plain(null) : bitsPerNeed.toFixed(2),
    plain(microsPerNeed),
    formatBytes(bytes),
  ]);
  const heading = ['top 1, 3, 5', ...steps.map((step) => `step ${step}`), 'ECE', 'bits', 'µs a need', 'memory'];
  const ownText = text === null ? '' : `\n${measured[0]![0]} with own text, top 1, 3, 5: ${shares(text)}\n`;
  return `${name}: ${plain(needs)} scored needs of ${plain(trace.users.length)} users, ${plain(trace.components.length)} components

${table([heading, ...rows], createColors(colour).bold)}${ownText}`;
}
