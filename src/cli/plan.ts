import { Command, Option } from 'commander';
import type { CliIo } from './io.ts';
import { names, size, wholeNumber } from './option-values.ts';
import { planDot } from './plan-dot.ts';
import { readPlanInput } from './read-plan-input.ts';
import { planJson } from './plan-json.ts';
import { planFor } from './plan-request.ts';
import { planSvg } from './plan-svg.ts';
import { planText } from './plan-text.ts';
import { checkWritable, writeWhole } from './write-file.ts';

interface PlanOptions {
  readonly targets?: readonly string[];
  readonly warm?: readonly string[];
  readonly workers?: number;
  readonly budget?: number;
  readonly dot?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

/** `foreload plan`: in which order components would load, and how long that takes. Loads nothing. */
export function planCommand(io: CliIo): Command {
  return new Command('plan')
    .description('show in which order components load, critical path first, and how long it takes; loads nothing')
    .argument(
      '<config>',
      'a .json, .js or .mjs configuration, a task graph (.stg) or a package graph (.jsonl, .jsonl.gz)',
    )
    .argument('[component...]', 'what is to be warm in the end (default: everything)')
    .addOption(new Option('--targets <names>', 'the same as a list divided by commas').argParser(names('--targets')))
    .addOption(new Option('--warm <names>', 'what is in memory already').argParser(names('--warm')))
    .addOption(
      new Option(
        '--workers <number>',
        "loads at once (default: the configuration's workers of all lanes, else 9)",
      ).argParser(wholeNumber('--workers', 1, 100_000)),
    )
    .addOption(
      new Option('--budget <size>', "memory, as 800MB (default: the configuration's)").argParser(size('--budget')),
    )
    .option('--dot <file>', 'write the graph for Graphviz')
    .option('--svg <file>', 'write the timeline as a picture')
    .option('--json', 'print one JSON object')
    .action(async (path: string, components: readonly string[], options: PlanOptions) => {
      const { dot, svg, workers, budget } = options;
      if (dot !== undefined) await checkWritable('--dot', dot);
      if (svg !== undefined) await checkWritable('--svg', svg);
      const input = await readPlanInput(path);
      if (input.remark !== null) io.stderr(`${input.remark}\n`);
      const targets = [...components, ...(options.targets ?? [])];
      const planned = planFor(input, { targets, warm: options.warm ?? [], workers, budget });
      if (dot !== undefined) await writeWhole('--dot', dot, planDot(planned));
      if (svg !== undefined) await writeWhole('--svg', svg, planSvg(planned));
      io.stdout(options.json ? `${JSON.stringify(planJson(planned))}\n` : planText(planned, io.colour));
    });
}
