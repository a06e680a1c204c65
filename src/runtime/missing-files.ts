import { missingFile } from '../loaders/described-files.ts';
import { ForeloadError } from '../model/errors.ts';
import type { ComponentConfig } from './config.ts';
import { descriptionOf } from './same-loader.ts';

/**
 * Looks for every file, folder and program that loaders written as data name. What loaders in code load, only they know.
 * @throws ForeloadError `invalid-config` for the first that is not there
 */
export function refuseMissingFiles(components: Readonly<Record<string, ComponentConfig>>): void {
  for (const [id, { loader }] of Object.entries(components)) {
    const made = descriptionOf(loader);
    const missing = made && missingFile(made.described, made.folder);
    if (!missing) continue;
    const { option, ...parts } = missing;
    throw new ForeloadError('invalid-config', { ...parts, where: `components.${id}.loader.${option}` });
  }
}
