import { mkdirSync, readdirSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForeloadError } from '../model/errors.ts';
import { bytesIn, codeOf, failed } from './files.ts';
import { laterVersion } from './read-segment.ts';
import { isAlive, isElsewhere, partOf, type SegmentName, segmentOf, writerOf } from './segment-name.ts';
import { type Damage, storeFormat, storeVersion } from './store.ts';

const marker = 'foreload-store.json';

/** Where the snapshot is, in the folder of a store. */
export const snapshotIn = (folder: string): string => join(folder, 'snapshot.bin');

/**
 * Makes sure that a folder is a store, or makes it one if it is empty or not there.
 * @returns what was damaged
 * @throws ForeloadError `invalid-store` if it is something else, or of a later version; `store-failed`
 */
export function claimFolder(folder: string): Damage[] {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? foreign(folder, 'a file') : failed(folder, error);
  }
  const found = markerIn(folder);
  if (found === 'ours') return [];
  const names = namesIn(folder);
  if (found === 'none' && names.some((name) => !isOurs(name))) throw foreign(folder, `${names.length} other files`);
  if (found === 'damaged' && !names.some((name) => segmentOf(name))) throw foreign(folder, damagedMarker);
  try {
    // Whole or not at all: another process may look at it.
    const beside = partOf(join(folder, marker));
    writeFileSync(beside, `${JSON.stringify({ format: storeFormat, version: storeVersion })}\n`);
    renameSync(beside, join(folder, marker));
  } catch (error) {
    throw failed(folder, error);
  }
  return found === 'damaged' ? [{ where: join(folder, marker), what: 'it was damaged and is written anew' }] : [];
}

/** Makes sure that a folder is a store already. @throws ForeloadError `invalid-store` or `store-failed` */
export function expectStore(folder: string): void {
  if (statOf(folder) === null) {
    throw new ForeloadError('invalid-store', {
      what: 'there is no store',
      where: folder,
      found: 'nothing',
      remedy: givenFolder,
    });
  }
  const found = markerIn(folder);
  if (found === 'damaged' && segmentsIn(folder).length === 0) throw foreign(folder, damagedMarker, givenFolder);
  if (found === 'none') {
    const isFolder = statOf(folder)?.isDirectory() === true;
    throw foreign(folder, isFolder ? `no ${marker} in it` : 'a file', givenFolder);
  }
}

/** The segments of a store, in order of their beginning. */
export function segmentsIn(folder: string): SegmentName[] {
  return namesIn(folder)
    .flatMap((name) => segmentOf(name) ?? [])
    .sort((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id)));
}

/** Ms after which nobody writes a part any more. */
const partLastsMs = 86_400_000;

/**
 * Removes what processes that ended half way left beside the files that they were about to replace.
 * @param now by which a part of another machine is old
 */
export function removeParts(folder: string, now: number): void {
  for (const name of namesIn(folder)) {
    const owner = writerOf(name);
    if (owner === null) continue;
    const path = join(folder, name);
    if (isElsewhere(owner) ? now - (statOf(path)?.mtimeMs ?? now) > partLastsMs : !isAlive(owner)) {
      rmSync(path, { force: true });
    }
  }
}

function markerIn(folder: string): 'ours' | 'damaged' | 'none' {
  const path = join(folder, marker);
  const bytes = statOf(folder)?.isDirectory() ? bytesIn(path) : null;
  if (bytes === null) return 'none';
  let fields: { readonly format?: unknown; readonly version?: unknown } | null;
  try {
    fields = JSON.parse(bytes.toString()) as typeof fields;
  } catch {
    return 'damaged';
  }
  if (fields?.format !== storeFormat) return 'damaged';
  if (Number(fields.version) > storeVersion) throw laterVersion(path, fields.version);
  return 'ours';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw failed(folder, error);
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw failed(path, error);
  }
}

const isOurs = (name: string): boolean => name === marker || name.endsWith('.part') || segmentOf(name) !== null;

const damagedMarker = `a ${marker} that is none`;
const givenFolder = 'give the folder that createForeload or foreload run was given';
const otherFolder = 'name an empty folder, or one that is not there yet';

function foreign(folder: string, found: string, remedy: string = otherFolder): ForeloadError {
  return new ForeloadError('invalid-store', {
    what: 'this is no store of a Foreload',
    where: folder,
    found,
    remedy,
  });
}
