import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ForeloadError } from '../model/errors.ts';
import type { ComponentId, Millis, UserId } from '../model/ids.ts';
import { bytesIn, disk, failed } from './files.ts';
import { expectStore, removeParts, segmentsIn, snapshotIn } from './folder.ts';
import { fieldsFor, lineOf } from './line.ts';
import { merged } from './merge.ts';
import { readSegment, segmentFormat } from './read-segment.ts';
import { readSnapshot, writeSnapshot } from './saved-snapshot.ts';
import { isAlive, partOf, type SegmentName } from './segment-name.ts';
import type { HistoryEntry } from '../model/history.ts';
import { type Damage, storeVersion } from './store.ts';

/** One command and what it demanded. */
export interface HistoryRow {
  readonly at: Millis;
  readonly user: UserId;
  readonly text: string;
  /** In the order of the first demand, each once. */
  readonly components: ComponentId[];
}

/**
 * All entries of a store in a folder, in order of time, also while others write to it.
 * @param told gets what is damaged
 * @throws ForeloadError `invalid-store`, `store-failed`
 */
export function readHistory(folder: string, told: (damage: Damage) => void = () => undefined): Generator<HistoryEntry> {
  expectStore(folder);
  const read = (segment: SegmentName): readonly HistoryEntry[] => {
    const path = pathOf(folder, segment);
    const { entries, damage } = readSegment(path, bytesIn(path) ?? Buffer.alloc(0));
    for (const one of damage) told(one);
    return entries;
  };
  return merged(segmentsIn(folder).map((segment) => ({ day: segment.day, read: () => read(segment) })));
}

/** Commands in order, each with all that was demanded until its user gave the next. */
export function* rowsOf(entries: Iterable<HistoryEntry>): Generator<HistoryRow> {
  const rows: HistoryRow[] = [];
  let first = 0;
  const open = new Map<UserId, HistoryRow>();
  for (const entry of entries) {
    if (entry.kind === 'load') continue;
    let row = open.get(entry.user);
    if (entry.kind === 'command' || !row) {
      row = {
        at: entry.at,
        user: entry.user,
        text: entry.kind === 'command' ? (entry.text ?? '') : '',
        components: [],
      };
      open.set(entry.user, row);
      rows.push(row);
    }
    if (entry.kind === 'demand' && !row.components.includes(entry.component)) row.components.push(entry.component);
    for (; first < rows.length && open.get(rows[first]!.user) !== rows[first]; first++) yield rows[first]!;
    if (first > 1000) {
      rows.splice(0, first);
      first = 0;
    }
  }
  yield* rows.slice(first);
}

/** What the history of a store holds. */
export interface HistoryStats {
  readonly path: string;
  readonly bytes: number;
  readonly snapshotBytes: number;
  readonly segments: number;
  readonly commands: number;
  readonly demands: number;
  readonly loads: number;
  readonly users: number;
  readonly components: number;
  readonly texts: number;
  /** Ms since 1970; null: there is no entry. */
  readonly from: number | null;
  readonly to: number | null;
  readonly damage: readonly Damage[];
}

/** @throws ForeloadError `invalid-store`, `store-failed` */
export function historyStats(folder: string): HistoryStats {
  const damage: Damage[] = [];
  const users = new Set<string>();
  const components = new Set<string>();
  const counts = { command: 0, demand: 0, load: 0 };
  let texts = 0;
  let from: number | null = null;
  let to: number | null = null;
  for (const entry of readHistory(folder, (one) => damage.push(one))) {
    counts[entry.kind]++;
    from ??= entry.at;
    to = entry.at;
    if (entry.kind !== 'load') users.add(entry.user);
    if (entry.kind !== 'command') components.add(entry.component);
    else if (entry.text !== undefined) texts++;
  }
  const { snapshot, damage: ofSnapshot } = readSnapshot(folder);
  const segments = segmentsIn(folder);
  return {
    path: resolve(folder),
    bytes: segments.reduce((sum, segment) => sum + (bytesIn(pathOf(folder, segment))?.length ?? 0), 0),
    snapshotBytes: snapshot?.length ?? 0,
    segments: segments.length,
    commands: counts.command,
    demands: counts.demand,
    loads: counts.load,
    users: users.size,
    components: components.size,
    texts,
    from,
    to,
    damage: [...damage, ...ofSnapshot],
  };
}

/** What was removed by {@link forgetUser}. */
export interface Forgotten {
  /** Commands and demands. */
  readonly entries: number;
  /** Entries that are left. */
  readonly left: number;
}

/**
 * Removes all that a user did from the history of a store, and the snapshot, whole or half written: it has learned from them. Damaged lines go too,
 * for nobody knows whose they are. If it is ended half way, it can be run again.
 * @param learn makes a snapshot of what is left, in place of the one before; null: the next start learns it
 * @throws ForeloadError `store-in-use` while another process writes; `invalid-store`, `store-failed`
 */
export async function forgetUser(
  folder: string,
  user: UserId,
  learn: (read: () => Iterable<HistoryEntry>, before: Uint8Array | null) => Uint8Array | null,
): Promise<Forgotten> {
  expectStore(folder);
  const writer = segmentsIn(folder).find(({ owner }) => owner !== null && isAlive(owner));
  if (writer) throw inUse(folder, writer.owner!);
  let entries = 0;
  let left = 0;
  const marks = new Map<string, number>();
  const { snapshot: before } = readSnapshot(folder);
  try {
    rmSync(snapshotIn(folder), { force: true });
    removeParts(folder, Number.POSITIVE_INFINITY);
    for (const segment of segmentsIn(folder)) {
      const path = pathOf(folder, segment);
      const { entries: all } = readSegment(path, bytesIn(path) ?? Buffer.alloc(0));
      const kept = all.filter((entry) => entry.kind === 'load' || entry.user !== user);
      entries += all.length - kept.length;
      left += kept.length;
      const lines = [{ format: segmentFormat, version: storeVersion }, ...kept.map(fieldsFor)].map(lineOf);
      if (kept.length === 0) rmSync(path, { force: true });
      else await disk.replace(path, partOf(path), [Buffer.from(lines.join(''))]);
      marks.set(segment.id, Buffer.byteLength(lines.join('')));
    }
    const snapshot = learn(() => readHistory(folder), before);
    if (snapshot) await writeSnapshot(folder, disk, snapshot, marks);
  } catch (error) {
    throw failed(folder, error);
  }
  return { entries, left };
}

const pathOf = (folder: string, { file }: SegmentName): string => join(folder, file);

function inUse(folder: string, owner: string): ForeloadError {
  return new ForeloadError('store-in-use', {
    what: 'a store in use can only be read',
    where: folder,
    found: `process ${owner.split('-')[1]} on ${owner.split('-')[0]}`,
    remedy: 'stop it first',
  });
}
