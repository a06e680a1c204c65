import { Command } from 'commander';
import { formatBytes } from '../model/bytes.ts';
import { openForecastModel } from '../runtime/forecast-model.ts';
import { createForeload } from '../runtime/foreload.ts';
import { refuseMissingFiles } from '../runtime/missing-files.ts';
import { parseConfig } from '../runtime/parse-config.ts';
import { type ConfigFlags, configPath, readConfig, withConfig } from './config-options.ts';
import type { CliIo } from './io.ts';

/** `foreload check CONFIG`: everything that can be known to be wrong before anything is loaded. */
export function checkCommand(io: CliIo): Command {
  return withConfig(new Command('check'))
    .description(
      'check a configuration: names, sizes, files, dependencies, conflicts, budget, trained model; loads nothing',
    )
    .option('--json', 'print one object')
    .action(
      async (given: string | undefined, { json = false, ...flags }: ConfigFlags & { readonly json?: boolean }) => {
        const config = await readConfig(configPath(given), flags);
        parseConfig(config);
        refuseMissingFiles(config.components);
        // Checking a configuration makes no store, and reads none.
        const { forecastModel, store: _, ...others } = config;
        const foreload = createForeload({ ...others, pressure: false });
        if (forecastModel !== undefined) await (await openForecastModel(forecastModel)).close?.();
        const status = foreload.status();
        await foreload.close();
        const components = status.components.map(({ id, expectedBytes, expectedLoadMs }) => ({
          id,
          kind: status.kinds[id]!,
          bytes: expectedBytes,
          loadMs: expectedLoadMs,
          dependsOn: config.components[id]?.dependsOn ?? [],
          conflictsWith: config.components[id]?.conflictsWith ?? [],
        }));
        const footprintBytes = components.reduce((sum, { bytes }) => sum + bytes, 0);
        const { budgetBytes } = status;
        if (json) {
          io.stdout(`${JSON.stringify({ ok: true, budgetBytes, footprintBytes, components })}\n`);
          return;
        }
        const width = Math.max(...components.map(({ id }) => id.length), 0);
        for (const { id, kind, bytes, loadMs, dependsOn } of components) {
          const needs = dependsOn.length > 0 ? `  needs ${dependsOn.join(', ')}` : '';
          const facts = `${kind.padEnd(8)} ${formatBytes(bytes).padStart(8)} ${`${loadMs} ms`.padStart(9)}`;
          io.stdout(`${id.padEnd(width)}  ${facts}${needs}\n`);
        }
        const total = `${components.length} components, ${formatBytes(footprintBytes)} in all`;
        io.stdout(`ok: ${total}, budget ${formatBytes(budgetBytes)}\n`);
      },
    );
}
