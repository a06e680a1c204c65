import { Command } from 'commander';
import { importTrace, sources } from '../trace/import/import-trace.ts';
import { traceLines } from '../trace/write-trace.ts';
import type { CliIo } from './io.ts';
import { wholeNumber } from './option-values.ts';
import { checkWritable, writeWhole } from './write-file.ts';

interface ImportOptions {
  readonly out?: string;
  readonly first?: number;
  readonly json?: boolean;
}

/** `foreload trace`: recorded commands from elsewhere. */
export function traceCommand(io: CliIo): Command {
  return new Command('trace')
    .description('bring recorded commands of other sources into our form')
    .addCommand(importCommand(io));
}

function importCommand(io: CliIo): Command {
  const about = Object.entries(sources).map(([name, { about }]) => `  ${name.padEnd(16)}${about}`);
  return new Command('import')
    .description('turn the files of a public data set into a trace that replay reads')
    .argument('<source>', 'which data set, see below')
    .argument('<file...>', 'its files, plain or .gz')
    .option('--out <file>', 'where to write the trace (default: standard output)')
    .option('--first <n>', 'only so many sessions, dialogues or tasks', wholeNumber('--first', 1))
    .option('--json', 'print one object about what was written; needs --out')
    .addHelpText(
      'after',
      `
Sources:
${about.join('\n')}

Where a source has no times, they are made: 10 to 60 s a step from 2020-01-01, sessions one after the other.
`,
    )
    .action(async (source: string, files: string[], { out, first, json }: ImportOptions) => {
      if (out !== undefined) await checkWritable('--out', out);
      const rows = await importTrace(source, files, first);
      const summary = {
        source,
        rows: rows.length,
        users: new Set(rows.map(({ user }) => user)).size,
        components: new Set(rows.flatMap(({ components }) => components)).size,
        trace: out ?? null,
      };
      if (out === undefined) for (const line of traceLines(rows)) io.stdout(line);
      else await writeWhole('--out', out, [...traceLines(rows)].join(''));
      if (out !== undefined && json) io.stdout(`${JSON.stringify(summary)}\n`);
      else io.stderr(`${summary.rows} rows of ${summary.users} users, ${summary.components} components\n`);
    });
}
