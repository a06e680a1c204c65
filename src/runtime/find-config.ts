import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ForeloadError } from '../model/errors.ts';

/** Endings of a configuration that is found by its name, the first wins. */
const endings: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'json'];

/**
 * The nearest `foreload.config.{ts,mts,js,mjs,json}`: in a folder or those above it, up to the one that has a package.json.
 * @throws ForeloadError `invalid-config` if there is none
 */
export function findConfigFile(from: string): string {
  const looked: string[] = [];
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    looked.push(folder);
    const found = endings.map((ending) => join(folder, `foreload.config.${ending}`)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) break;
  }
  throw new ForeloadError('invalid-config', {
    what: 'no foreload.config.{ts,js,json}',
    where: looked.length === 1 ? looked[0]! : `${looked[0]} and above, up to ${looked.at(-1)}`,
    found: 'none',
    remedy: 'write one, or name the configuration',
  });
}
