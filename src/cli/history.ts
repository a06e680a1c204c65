import { Command } from 'commander';
import { ForeloadError } from '../model/errors.ts';
import type { UserId } from '../model/ids.ts';
import { relearn } from '../runtime/relearn.ts';
import { forgetUser, historyStats, readHistory, rowsOf } from '../store/history.ts';
import type { Damage } from '../store/store.ts';
import { traceLines } from '../trace/write-trace.ts';
import { storePath } from './config-options.ts';
import { describeStats } from './history-output.ts';
import type { CliIo } from './io.ts';
import { checkWritable, writeWhole } from './write-file.ts';

interface HistoryOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** `foreload history`: what a store holds. */
export function historyCommand(io: CliIo): Command {
  return new Command('history')
    .description('show, export or forget what a store remembers')
    .addCommand(statsCommand(io))
    .addCommand(exportCommand(io))
    .addCommand(forgetCommand(io));
}

function statsCommand(io: CliIo): Command {
  return storeCommand('stats')
    .description('say how much a store holds, of whom and since when')
    .action(async ({ store: given, json }: HistoryOptions) => {
      const store = await storePath(given);
      const stats = historyStats(store);
      tell(stats.damage, io);
      io.stdout(json ? `${JSON.stringify(stats)}\n` : describeStats(stats));
    });
}

function exportCommand(io: CliIo): Command {
  return storeCommand('export')
    .description('write history as a trace that replay, forecast, explain and train read')
    .option('--out <file>', 'where to write it (default: standard output)')
    .action(async ({ store: given, out, json }: HistoryOptions & { readonly out?: string }) => {
      if (json && out === undefined) {
        throw new ForeloadError('invalid-option', {
          what: '--json tells what was written to a file',
          remedy: 'add --out FILE, or leave --json out',
        });
      }
      const store = await storePath(given);
      if (out !== undefined) await checkWritable('--out', out);
      const damage: Damage[] = [];
      const found = { rows: 0, needs: 0 };
      const lines = traceLines(counted(rowsOf(readHistory(store, (one) => damage.push(one))), found));
      if (out === undefined) for (const line of lines) io.stdout(line);
      else await writeWhole('--out', out, [...lines].join(''));
      tell(damage, io);
      if (found.rows === 0) io.stderr('foreload: the history holds no command yet\n');
      if (json) io.stdout(`${JSON.stringify({ trace: out, ...found, damage })}\n`);
    });
}

function forgetCommand(io: CliIo): Command {
  return storeCommand('forget')
    .argument('<user>', 'whose history')
    .description('remove all of one user from history, and learn all that was learned again from what is left')
    .addHelpText(
      'after',
      `
What was learned from history that is too old to be kept is forgotten as well. Without texts in the history, what words
speak for is learned anew. No Foreload may be using the store.
`,
    )
    .action(async (user: string, { store: given, json }: HistoryOptions) => {
      const store = await storePath(given);
      const { entries, left } = await forgetUser(store, user as UserId, relearn);
      if (json) io.stdout(`${JSON.stringify({ user, entries, left })}\n`);
      else if (entries === 0) io.stdout(`nothing is known of ${JSON.stringify(user)}; ${left} entries are left\n`);
      else io.stdout(`${entries} entries of ${JSON.stringify(user)} are gone; ${left} of others are left\n`);
    });
}

const storeCommand = (name: string): Command =>
  new Command(name)
    .option(
      '--store <folder>',
      'the store that a Foreload was given (default: FORELOAD_STORE, or what the nearest configuration says)',
    )
    .option('--json', 'print one object');

function* counted<T extends { readonly components: readonly string[] }>(
  rows: Iterable<T>,
  found: { rows: number; needs: number },
): Generator<T> {
  for (const row of rows) {
    found.rows++;
    found.needs += row.components.length;
    yield row;
  }
}

function tell(damage: readonly Damage[], io: CliIo): void {
  for (const { where, what } of damage) io.stderr(`foreload: ${where}: ${what}\n`);
}
