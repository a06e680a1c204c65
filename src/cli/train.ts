import { Command, Option } from 'commander';
import { createColors } from 'picocolors';
import { formatBytes } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';
import { type SampleSet, samplesOf } from '../predict/onnx/samples.ts';
import { train } from '../predict/onnx/train.ts';
import { writeModel } from '../predict/onnx/write-model.ts';
import type { TopShares } from '../model/accuracy.ts';
import { type HeldBackFigures, scoreHeldBack } from '../replay/held-back.ts';
import { recordingOf } from '../replay/recording.ts';
import { readTrace } from '../trace/read-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { checkWritten, type ModelCheck } from './check-model.ts';
import type { CliIo } from './io.ts';
import { share, wholeNumber } from './option-values.ts';
import { startProgress } from './progress.ts';
import { percent, plain, table } from './table.ts';
import { checkWritable, writeWhole } from './write-file.ts';

interface TrainOptions {
  readonly out: string;
  readonly epochs: number;
  readonly hidden: number;
  readonly seed: number;
  readonly holdBack: number;
  readonly text: boolean;
  readonly json?: boolean;
}

/** What `foreload train --json` prints. */
export interface TrainJson {
  readonly traces: readonly string[];
  readonly rows: number;
  /** Situations that were learned from. */
  readonly samples: number;
  readonly components: number;
  readonly inputs: number;
  readonly hidden: number;
  /** Times that all of them were learned from. */
  readonly epochs: number;
  readonly seed: number;
  readonly holdBack: number;
  /** Null: nothing was held back. */
  readonly heldBack: HeldBackFigures | null;
  /** Null: onnxruntime-node is not installed. */
  readonly check: ModelCheck | null;
  readonly seconds: number;
  readonly out: string;
  readonly bytes: number;
}

/** `foreload train`: a small network that forecasts, fitted to recorded commands and written as an ONNX file. */
export function trainCommand(io: CliIo): Command {
  return new Command('train')
    .description(
      'fit a small network to recorded commands and write it as an ONNX file, a model that advises forecasts',
    )
    .argument('<trace...>', '.csv or .csv.gz files with the columns ts,user,command,components; - reads standard input')
    .requiredOption('--out <file>', 'where the model goes (.onnx)')
    .addOption(
      new Option('--epochs <number>', 'how often all of it is learned from, at most')
        .argParser(wholeNumber('--epochs', 1, 10_000))
        .default(40),
    )
    .addOption(
      new Option('--hidden <number>', 'units between inputs and outputs')
        .argParser(wholeNumber('--hidden', 1, 4096))
        .default(64),
    )
    .addOption(
      new Option('--seed <number>', 'of what is drawn at random; the same seed gives the same file')
        .argParser(wholeNumber('--seed', 0, 4_294_967_295))
        .default(1),
    )
    .addOption(
      new Option('--hold-back <share>', 'the last part of each trace: not learned from, but decides when to stop')
        .argParser(share('--hold-back'))
        .default(0.1),
    )
    .option('--no-text', "don't use the texts of commands")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The figures are of what was held back: a need counts if it was among the 1, 3, 5 likeliest of its step. Because that part
also decides when training stops they are a little too kind: "foreload forecast TRACE --model FILE" measures a model on
recordings that it never saw. Of long recordings the latest 200,000 commands are learned, and the 1,024 most frequent
components; 10,000 commands held back are enough to measure by. With the optional package onnxruntime-node the file is loaded and compared before it is written.
`,
    )
    .action((paths: readonly string[], options: TrainOptions) => trainAndWrite(paths, options, io));
}

async function trainAndWrite(paths: readonly string[], options: TrainOptions, io: CliIo): Promise<void> {
  const { out, hidden, seed, holdBack, epochs: most } = options;
  await checkWritable('--out', out);
  const traces: Trace[] = [];
  for (const path of paths) traces.push(await readTrace(path, undefined, io.signal));
  const began = io.clock.now();
  const samples = samplesOf(traces.map(recordingOf), { holdBack, text: options.text });
  refuseTooLittle(samples, paths);
  const progress = startProgress(io, 'train');
  const { network, epochs } = await train(samples, { hidden, epochs: most, seed, onProgress: progress.report }).finally(
    progress.end,
  );
  const bytes = writeModel(network, samples.encoding);
  const seconds = (io.clock.now() - began) / 1000;
  const check = await checkWritten(bytes, network, samples.heldBack.length > 0 ? samples.heldBack : samples.learned);
  io.signal.throwIfAborted();
  await writeWhole('--out', out, bytes);
  if (!check) {
    io.stderr('foreload: the model was not checked in ONNX Runtime; to run it: npm install onnxruntime-node\n');
  }
  const json: TrainJson = {
    traces: traces.map(({ name }) => name),
    rows: traces.reduce((sum, { rows }) => sum + rows, 0),
    samples: samples.learned.length,
    components: network.shape.components,
    inputs: network.shape.inputs,
    hidden,
    epochs,
    seed,
    holdBack,
    heldBack: scoreHeldBack(network, samples.heldBack),
    check,
    seconds,
    out,
    bytes: bytes.length,
  };
  io.stdout(options.json ? `${JSON.stringify(json)}\n` : trainText(json, io.colour));
}

function refuseTooLittle({ encoding, learned }: SampleSet, paths: readonly string[]): void {
  const components = encoding.components.length;
  if (components > 1 && learned.length > 1) return;
  throw new ForeloadError('invalid-trace', {
    what: 'there is too little to learn from',
    where: paths.join(', '),
    found: components > 1 ? 'no command after another one of its user' : `${components} different components`,
    remedy: 'give longer recordings, or hold less back',
  });
}

function trainText({ heldBack, check, ...json }: TrainJson, colour: boolean): string {
  const shares = ({ top1, top3, top5 }: TopShares): string => [top1, top3, top5].map(percent).join(' ');
  const lines = [
    `${json.out}: ${plain(json.components)} components, ${plain(json.inputs)} inputs, ${plain(json.hidden)} hidden units, ${formatBytes(json.bytes)}`,
    `learned ${plain(json.epochs)} times from ${plain(json.samples)} situations in ${json.seconds.toFixed(1)} s`,
  ];
  if (check) {
    const difference = check.greatestDifference.toExponential(1);
    lines.push(`checked in ONNX Runtime: ${plain(check.samples)} situations, greatest difference ${difference}`);
  }
  if (!heldBack) return `${lines.join('\n')}\n`;
  const heading = ['held back, top 1, 3, 5', ...Object.keys(heldBack.steps).map((step) => `step ${step}`)];
  const rows = [
    ['model', ...Object.values(heldBack.steps).map(shares)],
    ['most frequent', ...Object.values(heldBack.mostFrequent).map(shares)],
    ...(heldBack.ownText ? [['model, own text', shares(heldBack.ownText)]] : []),
  ];
  return `${lines.join('\n')}\n\n${table([heading, ...rows], createColors(colour).bold)}`;
}
