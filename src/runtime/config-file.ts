import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { loaderOf, loaderSchema } from '../loaders/described.ts';
import { importOptional } from '../loaders/optional.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import { configError } from './config-error.ts';
import { describedBy } from './same-loader.ts';

type Config = ForeloadConfig<Record<string, ComponentConfig>>;

/**
 * Reads a configuration: a `.json` file whose loaders are data, or a `.js`, `.mjs`, `.ts` or `.mts` module that exports `config`
 * (or has it as its default export). A module that is read again is loaded again; what it imports is not.
 * @throws ForeloadError `invalid-config`, or `optional-missing` for a `.ts` file on a Node that needs jiti for it
 */
export async function readConfigFile(path: string): Promise<Config> {
  const full = resolve(path);
  const extension = extname(full);
  if (extension === '.json') return jsonConfig(path, dirname(full), await textOf(full, path));
  const typed = extension === '.ts' || extension === '.mts';
  if (typed || extension === '.js' || extension === '.mjs') {
    await textOf(full, path);
    return moduleConfig(path, await (typed ? importTyped : importPlain)(path, full));
  }
  throw fileError(path, `a file that ends in ${extension || 'nothing'}`, 'give a .json, .js, .mjs, .ts or .mts file');
}

async function textOf(full: string, path: string): Promise<string> {
  try {
    return (await readFile(full, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    throw fileError(path, reasonOf(error), 'check the path');
  }
}

function jsonConfig(path: string, folder: string, text: string): Config {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw fileError(path, reasonOf(error), 'correct the JSON');
  }
  if (!isRecord(parsed) || !isRecord(parsed['components'])) {
    throw fileError(path, 'no components', 'give an object with components: { id: { loader, size } }');
  }
  const entries = Object.entries(parsed['components']).map(([id, component]) => {
    if (!isRecord(component)) throw fileError(path, `component "${id}" that is no object`, 'give { loader, size }');
    const { loader, described } = loaderOf(component['loader'], folder, (issue) =>
      configError(issue, loaderSchema, `components.${id}.loader.`),
    );
    return [id, { ...component, loader: describedBy(loader, described, folder) }] as const;
  });
  // Unlike an assignment, this takes any id, even `__proto__`.
  const components = Object.fromEntries(entries);
  // Everything else is checked when a Foreload is made of it.
  const model = parsed['forecastModel'];
  // For editors.
  delete parsed['$schema'];
  return {
    ...parsed,
    components,
    ...(typeof model === 'string' ? { forecastModel: resolve(folder, model) } : {}),
    ...storeIn(parsed['store'], folder),
  } as Config;
}

/** Its path is relative to the configuration, as all paths in it are. */
function storeIn(store: unknown, folder: string): object {
  if (typeof store === 'string' && store !== '') return { store: resolve(folder, store) };
  if (!isRecord(store) || typeof store['path'] !== 'string' || store['path'] === '') return {};
  return { store: { ...store, path: resolve(folder, store['path']) } };
}

type Exported = Readonly<Record<string, unknown>>;

/** How often each module was read: Node loads one of another address anew. */
const reads = new Map<string, number>();

async function importPlain(path: string, full: string): Promise<Exported> {
  const before = reads.get(full) ?? 0;
  reads.set(full, before + 1);
  try {
    return (await import(`${pathToFileURL(full).href}${before === 0 ? '' : `?read=${before}`}`)) as Exported;
  } catch (error) {
    throw fileError(path, reasonOf(error), 'correct the module');
  }
}

/** Newer versions of Node take types for comments; for others jiti does. */
async function importTyped(path: string, full: string): Promise<Exported> {
  if ('typescript' in process.features && process.features.typescript) return importPlain(path, full);
  const whatFor = 'a configuration in TypeScript, on this version of Node,';
  const { createJiti } = await importOptional('jiti', whatFor, () => import('jiti'));
  try {
    return await createJiti(full, { moduleCache: false }).import<Exported>(full);
  } catch (error) {
    throw fileError(path, reasonOf(error), 'correct the module');
  }
}

function moduleConfig(path: string, exported: Exported): Config {
  const config = exported['config'] ?? exported['default'];
  if (!isRecord(config)) throw fileError(path, 'no configuration', 'export it as config');
  return config as unknown as Config;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fileError(path: string, found: string, remedy: string): ForeloadError {
  return new ForeloadError('invalid-config', { what: `${path} is not a configuration`, found, remedy });
}
