import { ForeloadError, reasonOf } from '../model/errors.ts';

/** One clear line for whatever a load failed with. An error of ours has one already, and is passed on as it is. */
export function loadError(cause: unknown, what: string, remedy: string): ForeloadError {
  if (cause instanceof ForeloadError) return cause;
  return new ForeloadError('load-failed', { what, found: reasonOf(cause), remedy, cause });
}
