import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { Prediction } from '../model/prediction.ts';
import { readConfigFile } from '../runtime/config-file.ts';
import { createForeload, type Foreload } from '../runtime/foreload.ts';
import type { ComponentConfig } from '../runtime/config.ts';
import { type CommandLine, parseCommandLine } from './command-lines.ts';
import type { CliIo } from './io.ts';

type AnyForeload = Foreload<Record<string, ComponentConfig>>;

/** What became of one demand. */
interface DemandResult {
  readonly component: string;
  readonly found: 'warm' | 'loading' | 'cold' | 'failed';
  readonly ms: number;
  readonly error?: string;
}

interface CommandResult {
  readonly text: string;
  readonly user: string;
  readonly demands: readonly DemandResult[];
  readonly forecast: readonly Pick<Prediction, 'component' | 'step' | 'probability' | 'why'>[];
}

/** Forecast components that are shown for a command. */
const shown = 3;

/** `foreload run CONFIG`: serves commands from standard input with real components. */
export function runCommand(io: CliIo, input: Readable = process.stdin): Command {
  return new Command('run')
    .description(
      'serve commands from standard input, one a line: plain text, or {"text", "user", "tags", "components"}',
    )
    .argument('<config>', 'a .json, .js or .mjs configuration')
    .option('--no-preload', 'observe only: forecast and count what it would have saved, load nothing ahead')
    .option('--json', 'print one object at the end instead of a line a command')
    .action(async (path: string, options: { json?: boolean; preload: boolean }) => {
      const config = await readConfigFile(path);
      const foreload = createForeload({ ...config, ...(options.preload ? {} : { preload: false }) });
      foreload.events.on('model-failed', ({ error }) => {
        io.stderr(`foreload: forecasts go on without the trained model: ${reasonOf(error)}\n`);
      });
      const stop = closeWhenInterrupted(foreload, io);
      const results: CommandResult[] = [];
      let failures = 0;
      try {
        let number = 0;
        for await (const line of createInterface({ input, signal: io.signal })) {
          if (io.signal.aborted) break;
          number++;
          if (line.trim() === '') continue;
          const result = await serveLine(foreload, line, number, io);
          if (!result || result.demands.some(({ found }) => found === 'failed')) failures++;
          if (!result) continue;
          if (options.json) results.push(result);
          else io.stdout(`${describe(result)}\n`);
        }
      } finally {
        const { ledger, observed } = foreload.status();
        await foreload.close();
        stop();
        if (options.json) io.stdout(`${JSON.stringify({ commands: results, ledger, observed })}\n`);
        else io.stderr(`${summary(ledger)}\n`);
      }
      io.signal.throwIfAborted();
      if (failures > 0) process.exitCode = 1;
    });
}

async function serveLine(
  foreload: AnyForeload,
  line: string,
  number: number,
  io: CliIo,
): Promise<CommandResult | null> {
  let command: CommandLine;
  try {
    command = parseCommandLine(line, number);
  } catch (error) {
    io.stderr(`foreload: ${reasonOf(error)}\n`);
    return null;
  }
  let forecast: readonly Prediction[] = [];
  const listen = (notice: { readonly predictions: readonly Prediction[] }): void => {
    forecast = notice.predictions;
  };
  foreload.events.on('forecast', listen);
  const { text, user, tags } = command;
  const given = foreload.observe({ text, user, tags });
  const demands = await Promise.all(command.components.map((component) => demand(given, component, io)));
  given.end();
  foreload.events.off('forecast', listen);
  const told = likeliestOf(forecast).map(({ component, step, probability, why }) => ({
    component,
    step,
    probability,
    why,
  }));
  return { text, user, demands, forecast: told };
}

async function demand(
  command: ReturnType<AnyForeload['observe']>,
  component: string,
  io: CliIo,
): Promise<DemandResult> {
  try {
    const lease = await command.acquire(component);
    lease.release();
    return { component, found: lease.found, ms: lease.waitedMs };
  } catch (error) {
    const message = error instanceof ForeloadError ? error.message : reasonOf(error);
    io.stderr(`foreload: ${message}\n`);
    return { component, found: 'failed', ms: 0, error: message };
  }
}

/** The likeliest components, each with its likeliest step. */
function likeliestOf(forecast: readonly Prediction[]): Prediction[] {
  const best = new Map<string, Prediction>();
  for (const prediction of [...forecast].sort((a, b) => b.probability - a.probability)) {
    if (!best.has(prediction.component)) best.set(prediction.component, prediction);
  }
  return [...best.values()].slice(0, shown);
}

function describe({ text, user, demands, forecast }: CommandResult): string {
  const who = user === 'default' ? '' : `${user}: `;
  const got = demands.map(({ component, found, ms }) => `${component} ${found} ${ms.toFixed(0)} ms`).join(', ');
  const next = forecast
    .map(({ component, probability }) => `${component} ${Math.round(probability * 100)} %`)
    .join(', ');
  return `${who}${text || '(no text)'}${got ? `  |  ${got}` : ''}${next ? `  |  expects ${next}` : ''}`;
}

function summary({ needs, warm, loading, cold, preloads }: ReturnType<AnyForeload['status']>['ledger']): string {
  const { timely, late, wasted, open } = preloads;
  return `${needs} demands: ${warm} warm, ${loading} loading, ${cold} cold; preloads: ${timely} timely, ${late} late, ${wasted + open} unused`;
}

/** Ctrl-C and SIGTERM unload everything before the process ends. Returns how to stop listening. */
function closeWhenInterrupted(foreload: AnyForeload, io: CliIo): () => void {
  const onInterrupt = (): void => void foreload.close();
  const onTerminate = (): void => void foreload.close().then(() => process.exit(143));
  io.signal.addEventListener('abort', onInterrupt, { once: true });
  process.once('SIGTERM', onTerminate);
  return () => {
    io.signal.removeEventListener('abort', onInterrupt);
    process.off('SIGTERM', onTerminate);
  };
}
