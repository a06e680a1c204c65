import { ForeloadError } from '../model/errors.ts';

/**
 * Imports a library that only some users install, when it is first needed.
 * @param load the import itself, written where the compiler and bundlers see it: `() => import('onnxruntime-node')`
 * @throws ForeloadError `optional-missing` if the package is not installed; any error from within it is passed on as it is
 */
export async function importOptional<T>(packageName: string, whatFor: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(packageName, error)) throw error;
    throw new ForeloadError('optional-missing', {
      what: `${whatFor} needs the package ${packageName}, which is not installed`,
      remedy: `run: npm install ${packageName}`,
      cause: error,
    });
  }
}

/**
 * Node quotes what it did not find. The package itself, or a subpath of it, is quoted by name;
 * a file missing inside it is quoted by path, and a dependency missing inside it by its own name.
 */
function isMissing(packageName: string, error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') return false;
  return error.message.includes(`'${packageName}'`) || error.message.includes(`'${packageName}/`);
}
