import { ForeloadError } from '../model/errors.ts';

/** What a caller did wrong. */

export const invalidOption = (option: string, found: unknown, remedy: string): ForeloadError =>
  new ForeloadError('invalid-option', { what: `${option} has an unusable value`, found: String(found), remedy });

/** @param known the ids that there are */
export function unknownComponent(id: string, known: readonly string[]): ForeloadError {
  return new ForeloadError('unknown-component', {
    what: `no component is named ${JSON.stringify(id)}`,
    remedy: `use one of ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', ...' : ''}`,
  });
}
