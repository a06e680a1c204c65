import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ForeloadError } from '../model/errors.ts';

/**
 * What `import()` takes for a URL, an absolute path or a package name.
 * @throws ForeloadError `invalid-option` for a relative path: only the caller knows what it is relative to
 */
export function importable(specifier: string | URL, option: string): string {
  if (specifier instanceof URL) return specifier.href;
  if (isAbsolute(specifier)) return pathToFileURL(specifier).href;
  if (specifier !== '' && !specifier.startsWith('.')) return specifier;
  throw new ForeloadError('invalid-option', {
    what: `the option ${option} must name a module by URL, absolute path or package`,
    found: JSON.stringify(specifier),
    remedy: `write new URL(${JSON.stringify(specifier || './your-module.js')}, import.meta.url)`,
  });
}
