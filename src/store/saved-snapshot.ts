import { crc32 } from 'node:zlib';
import { bytesIn, type FileLayer } from './files.ts';
import { snapshotIn } from './folder.ts';
import { fieldsOf, lineOf } from './line.ts';
import { laterVersion } from './read-segment.ts';
import { partOf } from './segment-name.ts';
import { type Damage, storeVersion } from './store.ts';

/** How far into each segment, in bytes, a snapshot has learned. */
export type Marks = ReadonlyMap<string, number>;

/** A snapshot, and what it has learned. */
export interface SavedSnapshot {
  readonly snapshot: Uint8Array | null;
  readonly marks: Marks;
  readonly damage: readonly Damage[];
}

const format = 'foreload-snapshot';

/** Reads the snapshot of a store; a damaged one is none. @throws ForeloadError `invalid-store` if a later version wrote it */
export function readSnapshot(folder: string): SavedSnapshot {
  const path = snapshotIn(folder);
  const bytes = bytesIn(path);
  const none = { snapshot: null, marks: new Map<string, number>() };
  if (bytes === null) return { ...none, damage: [] };
  const end = bytes.indexOf(0x0a) + 1;
  const fields = fieldsOf(bytes.subarray(0, Math.max(0, end - 1)));
  if (fields?.['format'] === format && Number(fields['version']) > storeVersion) {
    throw laterVersion(path, fields['version']);
  }
  const snapshot = new Uint8Array(bytes.subarray(end));
  if (fields?.['format'] !== format || fields['content'] !== crc32(snapshot)) {
    return {
      ...none,
      damage: [{ where: path, what: 'it is damaged: what it held is learned again from the history' }],
    };
  }
  return { snapshot, marks: new Map(Object.entries(fields['marks'] as Record<string, number>)), damage: [] };
}

/** Replaces the snapshot of a store, whole or not at all. */
export function writeSnapshot(folder: string, files: FileLayer, snapshot: Uint8Array, marks: Marks): Promise<void> {
  const head = lineOf({ format, version: storeVersion, content: crc32(snapshot), marks: Object.fromEntries(marks) });
  const path = snapshotIn(folder);
  return files.replace(path, partOf(path), [Buffer.from(head), snapshot]);
}
