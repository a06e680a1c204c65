import { Command, CommanderError } from 'commander';
import { type ErrorCode, ForeloadError, reasonOf } from '../model/errors.ts';
import { checkCommand } from './check.ts';
import { demoCommand } from './demo.ts';
import { explainCommand } from './explain.ts';
import { forecastCommand } from './forecast.ts';
import { historyCommand } from './history.ts';
import type { CliIo } from './io.ts';
import { planCommand } from './plan.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { traceCommand } from './trace.ts';
import { trainCommand } from './train.ts';
import { version } from './version.ts';

/** Runs one command line. Never throws: every failure becomes one line on stderr and an exit code. */
export async function main(args: readonly string[], io: CliIo): Promise<number> {
  const program = newProgram(io);
  if (args.length === 0) {
    io.stderr(program.helpInformation());
    return 2;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (io.debug && error instanceof Error && !(error instanceof CommanderError)) io.stderr(`${error.stack}\n`);
    const { code, line } = failureOf(error);
    if (line !== null) io.stderr(`foreload: ${line}\n`);
    return code;
  }
}

function newProgram(io: CliIo): Command {
  const program = new Command('foreload')
    .description('Keeps the right heavy components warm before they are asked for.')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', '\nExit codes: 0 ok, 1 failed, 2 wrong usage, 130 interrupted.')
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      // Told by `failureOf`, in one line like every other failure.
      outputError: () => {},
    });
  const commands = [
    replayCommand(io),
    forecastCommand(io),
    explainCommand(io),
    traceCommand(io),
    trainCommand(io),
    runCommand(io),
    checkCommand(io),
    planCommand(io),
    historyCommand(io),
    demoCommand(io),
  ];
  for (const command of commands) {
    for (const one of [command, ...command.commands]) {
      one.copyInheritedSettings(program).helpOption('--help', 'show this help').helpCommand(false);
    }
    program.addCommand(command);
  }
  return program;
}

const usageErrors: ReadonlySet<ErrorCode> = new Set(['invalid-option', 'unknown-policy', 'unknown-lane']);

/** 0 ok, 1 failed, 2 wrong usage, 130 interrupted; and what to say about it. */
function failureOf(error: unknown): { readonly code: number; readonly line: string | null } {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { code: 0, line: null };
    return { code: 2, line: `${reasonOf(error).replace(/^error: |\.$/g, '')}; see foreload --help` };
  }
  if (error instanceof ForeloadError) {
    if (error.code === 'aborted') return { code: 130, line: error.message };
    return { code: usageErrors.has(error.code) ? 2 : 1, line: error.message };
  }
  return { code: 1, line: `internal error: ${reasonOf(error)}; set FORELOAD_DEBUG=1 to see where` };
}
