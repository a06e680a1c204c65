import process from 'node:process';
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Option, type Command } from 'commander';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { withEnvironment, withStore } from '../runtime/config-environment.ts';
import { readConfigFile } from '../runtime/config-file.ts';
import { findConfigFile } from '../runtime/find-config.ts';
import type { ComponentConfig, ForeloadConfig, StoreConfig } from '../runtime/config.ts';
import type { Reloaded } from '../runtime/reload.ts';
import type { CliIo } from './io.ts';
import { share } from './option-values.ts';

type Config = ForeloadConfig<Record<string, ComponentConfig>>;

/** What a command line may say of a configuration: it takes the place of the environment, and that of the file. */
export interface ConfigFlags {
  readonly budget?: string;
  readonly waste?: number;
  readonly store?: string;
  readonly preload: boolean;
  readonly warming: boolean;
}

/** Adds the argument `[config]` and the options that stand for parts of it. */
export function withConfig(command: Command): Command {
  return command
    .argument('[config]', 'a .json, .js, .mjs or .ts configuration (default: the nearest foreload.config.*)')
    .option('--budget <size>', 'memory that all components together may take, such as 800MB')
    .addOption(new Option('--waste <share>', 'share of preloads that may be wasted').argParser(share('--waste')))
    .option('--no-preload', 'observe only: forecast and count what it would have saved, load nothing ahead')
    .option('--store <folder>', 'keep history and what is learned here, and begin with what is there')
    .option('--no-warming', 'load nothing at the start, whatever was learned');
}

/** The file that a command line means: the one it names, or the nearest. @throws ForeloadError `invalid-config` */
export const configPath = (path: string | undefined): string => path ?? findConfigFile(process.cwd());

/** A file, changed by the environment, changed by flags. @throws ForeloadError */
export async function readConfig(path: string, flags: ConfigFlags): Promise<Config> {
  const config = withEnvironment(await readConfigFile(path), process.env);
  const { budget, waste, store, preload, warming } = flags;
  return {
    ...config,
    ...(budget === undefined ? {} : { budget }),
    ...(waste === undefined ? {} : { waste }),
    ...(store === undefined ? {} : withStore(config, { store })),
    ...(preload ? {} : { preload: false }),
    ...(warming ? {} : { warming: false }),
  };
}

/** The folder of the store that is meant: what the command line says, the environment, or the nearest configuration. */
export async function storePath(given: string | undefined): Promise<string> {
  const named = given ?? process.env['FORELOAD_STORE'];
  if (named !== undefined && named !== '') return named;
  const path = findConfigFile(process.cwd());
  const { store }: { readonly store?: unknown } = await readConfigFile(path);
  const found = typeof store === 'string' ? store : (store as Partial<StoreConfig> | null | undefined)?.path;
  if (typeof found === 'string' && found !== '') return found;
  throw new ForeloadError('invalid-option', {
    what: 'no store is named',
    where: path,
    found: 'no folder',
    remedy: 'give --store FOLDER',
  });
}

/** Ms that a file is left alone after a change: editors write in steps. */
const restMs = 50;

/**
 * Reloads whenever a file changes, and says what came of it. A configuration that can't work leaves the one before in force.
 * @returns how to stop
 */
export function watchConfig(
  path: string,
  flags: ConfigFlags,
  reload: (config: Config) => Reloaded,
  io: CliIo,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let readings = 0;
  // Of several readings at once only the one that began last counts: the file changed while the others read it.
  const again = async (): Promise<void> => {
    const reading = ++readings;
    try {
      const config = await readConfig(path, flags);
      if (reading === readings) io.stderr(reloadedLine(path, reload(config)));
    } catch (error) {
      if (reading === readings) io.stderr(`foreload: the configuration before stays in force: ${reasonOf(error)}\n`);
    }
  };
  // Its folder: many editors put a new file in the place of the old one.
  const watcher = watch(dirname(path), (_, name) => {
    if (name !== null && name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void again(), restMs);
  });
  return () => {
    watcher.close();
    clearTimeout(timer);
  };
}

function reloadedLine(path: string, { applied, refused }: Reloaded): string {
  const done = applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply';
  const left = refused.map(({ option, why }) => `foreload: ${option} waits for a restart: ${why}\n`);
  return `foreload: ${path} changed: ${done}\n${left.join('')}`;
}
