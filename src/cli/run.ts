import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { Prediction } from '../model/prediction.ts';
import { createForeload, type Foreload } from '../runtime/foreload.ts';
import type { ComponentConfig } from '../runtime/config.ts';
import { type CommandLine, parseCommandLine, type PartialLine } from './command-lines.ts';
import { type ConfigFlags, configPath, readConfig, watchConfig, withConfig } from './config-options.ts';
import type { CliIo } from './io.ts';
import {
  type CommandResult,
  type DemandResult,
  describe,
  likeliestOf,
  type PartialResult,
  summary,
} from './run-output.ts';

type AnyForeload = Foreload<Record<string, ComponentConfig>>;

/** `foreload run CONFIG`: serves commands from standard input with real components. */
export function runCommand(io: CliIo, input: Readable = process.stdin): Command {
  return withConfig(new Command('run'))
    .description(
      'serve commands from standard input, one a line: plain text, or {"text", "user", "tags", "components"}',
    )
    .option('--watch', 'take over changes of the configuration while it runs, and say what waits for a restart')
    .option('--json', 'print one object at the end instead of a line a command')
    .addHelpText(
      'after',
      `
A line {"partial", "user"} tells what a user has typed so far of a command not given yet: it refines the forecast and what
is loaded ahead, demands nothing and is forgotten with that user's next command.
`,
    )
    .action(async (given: string | undefined, options: RunOptions) => {
      const path = configPath(given);
      const foreload = createForeload(await readConfig(path, options));
      foreload.events.on('model-failed', ({ error }) => {
        io.stderr(`foreload: forecasts go on without the trained model: ${reasonOf(error)}\n`);
      });
      tellOfStore(foreload, io);
      const unwatch = options.watch ? watchConfig(path, options, (config) => foreload.reload(config), io) : null;
      const stop = closeWhenInterrupted(foreload, io);
      const results: CommandResult[] = [];
      const partials: PartialResult[] = [];
      let failures = 0;
      try {
        let number = 0;
        for await (const line of createInterface({ input, signal: io.signal })) {
          if (io.signal.aborted) break;
          number++;
          if (line.trim() === '') continue;
          const result = await serveLine(foreload, line, number, io);
          if (!result || ('demands' in result && result.demands.some(({ found }) => found === 'failed'))) failures++;
          if (!result) continue;
          if (!options.json) io.stdout(`${describe(result)}\n`);
          else if ('partial' in result) partials.push(result);
          else results.push(result);
        }
      } finally {
        const { ledger, observed, forecast } = foreload.status();
        unwatch?.();
        await foreload.close();
        stop();
        if (options.json) io.stdout(`${JSON.stringify({ commands: results, partials, ledger, observed, forecast })}\n`);
        else io.stderr(summary(ledger, forecast));
      }
      io.signal.throwIfAborted();
      if (failures > 0) process.exitCode = 1;
    });
}

interface RunOptions extends ConfigFlags {
  readonly json?: boolean;
  readonly watch?: boolean;
}

function tellOfStore({ events }: AnyForeload, io: CliIo): void {
  events.on('store-opened', ({ damage }) => {
    for (const { where, what } of damage) io.stderr(`foreload: ${where}: ${what}\n`);
  });
  events.on('store-failed', ({ error }) => io.stderr(`foreload: going on without history: ${reasonOf(error)}\n`));
  events.on('store-restored', ({ lost }) => io.stderr(`foreload: history goes on; ${lost} entries were lost\n`));
}

async function serveLine(
  foreload: AnyForeload,
  line: string,
  number: number,
  io: CliIo,
): Promise<CommandResult | PartialResult | null> {
  let given: CommandLine | PartialLine;
  try {
    given = parseCommandLine(line, number);
  } catch (error) {
    io.stderr(`foreload: ${reasonOf(error)}\n`);
    return null;
  }
  let forecast: readonly Prediction[] = [];
  const listen = (notice: { readonly predictions: readonly Prediction[] }): void => {
    forecast = notice.predictions;
  };
  foreload.events.on('forecast', listen);
  const result = 'partial' in given ? await type(foreload, given) : await serve(foreload, given, io);
  foreload.events.off('forecast', listen);
  return { ...result, forecast: likeliestOf(forecast) };
}

/** What is typed is told when the event loop comes round: a timer set after it comes after it. */
async function type(foreload: AnyForeload, { partial, user }: PartialLine): Promise<Omit<PartialResult, 'forecast'>> {
  foreload.observePartial({ text: partial, user });
  await setTimeout(1);
  return { partial, user };
}

async function serve(
  foreload: AnyForeload,
  { text, user, tags, components }: CommandLine,
  io: CliIo,
): Promise<Omit<CommandResult, 'forecast'>> {
  const command = foreload.observe({ text, user, tags });
  const demands = await Promise.all(components.map((component) => demand(command, component, io)));
  command.end();
  return { text, user, demands };
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

/** Ctrl-C and SIGTERM unload everything before the process ends, and what was learned is kept. Returns how to stop listening. */
function closeWhenInterrupted(foreload: AnyForeload, io: CliIo): () => void {
  const onInterrupt = (): void => void foreload.close();
  const onTerminate = (): void => void foreload.close().finally(() => process.exit(143));
  io.signal.addEventListener('abort', onInterrupt, { once: true });
  process.once('SIGTERM', onTerminate);
  return () => {
    io.signal.removeEventListener('abort', onInterrupt);
    process.off('SIGTERM', onTerminate);
  };
}
