import { ForeloadError } from '../model/errors.ts';
import { entryOf, fieldsOf } from './line.ts';
import type { HistoryEntry } from '../model/history.ts';
import { type Damage, storeVersion } from './store.ts';

export const segmentFormat = 'foreload-history';

/** What one segment holds. */
export interface Segment {
  readonly entries: HistoryEntry[];
  readonly damage: readonly Damage[];
  /** Bytes up to the end of its last whole line. */
  readonly whole: number;
}

/**
 * Reads a segment. Lines that were cut or changed are passed over and counted, and so is all of a file that does not begin as
 * a segment does.
 * @param from entries are wanted from this byte on; it is the beginning of a line
 * @throws ForeloadError `invalid-store` if a later version wrote it
 */
export function readSegment(where: string, bytes: Buffer, from: number = 0): Segment {
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const damage: Damage[] = [];
  if (whole < bytes.length) damage.push({ where, what: 'its last line was cut off and is left out' });
  if (whole === 0) return { entries: [], damage, whole };
  if (!checkHeader(where, bytes)) {
    return { entries: [], damage: [{ where, what: 'it does not begin as a history does, and is passed over' }], whole };
  }
  const entries: HistoryEntry[] = [];
  let lost = 0;
  for (let at = Math.max(from, bytes.indexOf(0x0a) + 1); at < whole; ) {
    const end = bytes.indexOf(0x0a, at);
    const fields = fieldsOf(bytes.subarray(at, end));
    const entry = fields && entryOf(fields);
    if (entry) entries.push(entry);
    else if (!fields) lost++;
    at = end + 1;
  }
  if (lost > 0) damage.push({ where, what: `${lost} damaged ${lost === 1 ? 'line is' : 'lines are'} left out` });
  return { entries, damage, whole };
}

/** Whether a file begins as a segment of this version. @throws ForeloadError `invalid-store` for one of a later version */
export function checkHeader(where: string, bytes: Buffer): boolean {
  const fields = fieldsOf(bytes.subarray(0, Math.max(0, bytes.indexOf(0x0a))));
  if (fields?.['format'] !== segmentFormat) return false;
  if (Number(fields['version']) > storeVersion) throw laterVersion(where, fields['version']);
  return true;
}

export function laterVersion(where: string, found: unknown): ForeloadError {
  return new ForeloadError('invalid-store', {
    what: 'a later version of Foreload wrote this store',
    where,
    found: `version ${String(found)} where ${storeVersion} is known`,
    remedy: 'update Foreload, or name another folder',
  });
}
