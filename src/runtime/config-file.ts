import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loaderOf } from '../loaders/described.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import { describedBy } from './same-loader.ts';

type Config = ForeloadConfig<Record<string, ComponentConfig>>;

/**
 * Reads a configuration: a `.json` file whose loaders are data, or a `.js` or `.mjs` module that exports `config` (or has
 * it as its default export).
 * @throws ForeloadError `invalid-config`
 */
export async function readConfigFile(path: string): Promise<Config> {
  const full = resolve(path);
  const extension = extname(full);
  if (extension === '.json') return jsonConfig(path, dirname(full), await textOf(full, path));
  if (extension === '.js' || extension === '.mjs') {
    await textOf(full, path);
    return moduleConfig(path, full);
  }
  throw configError(path, `a file that ends in ${extension || 'nothing'}`, 'give a .json, .js or .mjs file');
}

async function textOf(full: string, path: string): Promise<string> {
  try {
    return (await readFile(full, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    throw configError(path, reasonOf(error), 'check the path');
  }
}

function jsonConfig(path: string, folder: string, text: string): Config {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw configError(path, reasonOf(error), 'correct the JSON');
  }
  if (!isRecord(parsed) || !isRecord(parsed['components'])) {
    throw configError(path, 'no components', 'give an object with components: { id: { loader, size } }');
  }
  const entries = Object.entries(parsed['components']).map(([id, component]) => {
    if (!isRecord(component)) throw configError(path, `component "${id}" that is no object`, 'give { loader, size }');
    return [
      id,
      { ...component, loader: describedBy(loaderOf(component['loader'], id, folder), component['loader']) },
    ] as const;
  });
  // Unlike an assignment, this takes any id, even `__proto__`.
  const components = Object.fromEntries(entries);
  // Everything else is checked when a Foreload is made of it.
  const model = parsed['forecastModel'];
  return {
    ...parsed,
    components,
    ...(typeof model === 'string' ? { forecastModel: resolve(folder, model) } : {}),
  } as Config;
}

async function moduleConfig(path: string, full: string): Promise<Config> {
  let exported: Record<string, unknown>;
  try {
    exported = (await import(pathToFileURL(full).href)) as Record<string, unknown>;
  } catch (error) {
    throw configError(path, reasonOf(error), 'correct the module');
  }
  const config = exported['config'] ?? exported['default'];
  if (!isRecord(config)) throw configError(path, 'no configuration', 'export it as config');
  return config as unknown as Config;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function configError(path: string, found: string, remedy: string): ForeloadError {
  return new ForeloadError('invalid-config', { what: `${path} is not a configuration`, found, remedy });
}
