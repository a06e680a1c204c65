import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { ForeloadError } from '../model/errors.ts';
import { parseBudget } from '../replay/workload.ts';
import { installPackages } from './install-packages.ts';
import type { CliIo } from './io.ts';
import { share, wholeNumber } from './option-values.ts';
import { runProgram } from './run-program.ts';
import { checkWritable } from './write-file.ts';

/** Where a clone of the repository has the demo; the published package does not carry it. */
const example = fileURLToPath(new URL('../../examples/coding-agent', import.meta.url));

/** The stream has 2,974 commands; one at least is left to learn from. */
const mostCommands = 2973;

interface DemoOptions {
  readonly commands: number;
  readonly think: number;
  readonly budget: string;
  readonly waste: number;
  readonly report: string;
  readonly json?: boolean;
}

/** `foreload demo`: real components serve real commands, once with LRU and once with Foreload. */
export function demoCommand(io: CliIo, folder: string = example): Command {
  return new Command('demo')
    .description('serve real commands with 24 real components, once with LRU and once with Foreload, and compare')
    .option('--commands <n>', 'how many commands each policy serves', wholeNumber('--commands', 1, mostCommands), 60)
    .option(
      '--think <ms>',
      'how long the words of a command are known before its component is needed',
      wholeNumber('--think', 0, 60_000),
      1000,
    )
    .option('--budget <budget>', 'memory: a share of what all components take, or a size such as 800MB', budget, '50%')
    .option('--waste <share>', 'share of preloads that may be wasted', share('--waste'), 0.1)
    .option('--report <file>', 'where the HTML report is written', 'foreload-demo.html')
    .option('--json', 'print one object instead of a table')
    .action(async (options: DemoOptions) => {
      const program = join(folder, 'demo.js');
      if (!existsSync(program)) {
        io.stderr(
          'foreload: the demo runs from a clone of the repository; this package does not carry its components\n',
        );
        process.exitCode = 1;
        return;
      }
      const report = resolve(options.report);
      await checkWritable('--report', report);
      await installPackages(folder, io);
      const { commands, think, budget, waste } = options;
      const values = { commands, think, budget, waste, report };
      const args = Object.entries(values).map(([name, value]) => `--${name}=${value}`);
      // It ends when the channel to this process closes, however this process ends.
      const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const;
      const code = await runProgram(
        process.execPath,
        [program, ...args, ...(options.json ? ['--json'] : [])],
        { stdio: [...stdio] },
        io.signal,
      );
      if (code !== 0) process.exitCode = code;
    });
}

/** Slots would take all components for equally large. */
function budget(text: string): string {
  if (parseBudget(text).kind !== 'slots') return text;
  throw new ForeloadError('invalid-option', {
    what: '--budget is not a budget for real components',
    found: JSON.stringify(text),
    remedy: 'give a share such as 50% or a size such as 800MB',
  });
}
