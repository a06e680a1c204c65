import { rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseBytes } from '../model/bytes.ts';
import type { Millis } from '../model/ids.ts';
import { bytesIn, disk, type FileLayer, failed } from './files.ts';
import { claimFolder, removeParts, segmentsIn } from './folder.ts';
import { Journal } from './journal.ts';
import { merged } from './merge.ts';
import { readSegment } from './read-segment.ts';
import { readSnapshot, type SavedSnapshot, writeSnapshot } from './saved-snapshot.ts';
import { isAlive, isElsewhere, isOlder } from './segment-name.ts';
import type { HistoryEntry } from '../model/history.ts';
import type { Damage, Store, StoreLimits, StoreSession } from './store.ts';

const defaultDays = 90;
const defaultSize = '256MB';
const mostOfSegment = 4 * 2 ** 20;
/** Segments that the size of a history is divided into, at least. */
const fewestSegments = 8;
/** Bytes that a start learns from, at most: the latest. Two seconds without texts, 20,000 commands. */
const mostUnlearned = 4 * 2 ** 20;

/** What a store in a folder may be told. */
export interface FileStoreOptions extends StoreLimits {
  /** Whether texts of commands are kept as they are. Default false: they are not kept at all. */
  readonly text?: boolean;
  /** What writes. Default: the disk. */
  readonly files?: FileLayer;
}

/**
 * A store in a folder: the history as a journal of JSON lines, each with a checksum, and the snapshot beside it. Several
 * processes may use one folder: each appends to a file of its own, and whoever saves last leaves the snapshot; what that has not
 * learned is learned from the history at the next start.
 * @throws ForeloadError `invalid-size`
 */
export function fileStore(path: string, options: FileStoreOptions = {}): Store {
  const { text = false, days = defaultDays, files = disk } = options;
  const size = parseBytes(options.size ?? defaultSize, 'the size of the history');
  const folder = resolve(path);
  return { name: folder, text, open: (now) => new FileSession(folder, files, { days, size }, now) };
}

class FileSession implements StoreSession {
  readonly damage: Damage[];
  readonly #folder: string;
  readonly #files: FileLayer;
  readonly #limits: { readonly days: number; readonly size: number };
  readonly #journal: Journal;
  readonly #saved: SavedSnapshot;
  /** How far what is learned here goes into each segment that was there at the start. */
  readonly #learned = new Map<string, number>();
  /** Null: of the start nothing is held any more. */
  #unlearned: { readonly day: number; readonly entries: readonly HistoryEntry[] }[] | null = [];
  #closed = false;

  constructor(folder: string, files: FileLayer, limits: { readonly days: number; readonly size: number }, now: Millis) {
    this.#folder = folder;
    this.#files = files;
    this.#limits = limits;
    this.damage = claimFolder(folder);
    try {
      removeParts(folder, now);
      this.#prune(now);
    } catch (error) {
      throw failed(folder, error);
    }
    this.#saved = readSnapshot(folder);
    this.damage.push(...this.#saved.damage);
    const most = Math.min(mostOfSegment, limits.size / fewestSegments);
    this.#journal = new Journal(folder, files, most, (at) => this.#prune(at));
    this.#readUnlearned();
  }

  get snapshot(): Uint8Array | null {
    return this.#saved.snapshot;
  }

  *unlearned(): Generator<HistoryEntry> {
    const segments = this.#unlearned ?? [];
    this.#unlearned = null;
    yield* merged(segments.map(({ day, entries }) => ({ day, read: () => entries })));
  }

  append(entry: HistoryEntry): void {
    this.#journal.append(entry);
  }

  async save(snapshot: Uint8Array): Promise<void> {
    const marks = new Map([...this.#learned, ...this.#journal.written]);
    try {
      await writeSnapshot(this.#folder, this.#files, snapshot, marks);
    } catch (error) {
      throw failed(this.#folder, error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#journal.close();
  }

  /** At the start, so that what others append from now on is not taken for learned. */
  #readUnlearned(): void {
    let left = mostUnlearned;
    for (const { id, file, day } of segmentsIn(this.#folder).toReversed()) {
      const from = this.#saved.marks.get(id) ?? 0;
      const path = join(this.#folder, file);
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      left -= size - from;
      if (size === from || left < 0) {
        this.#learned.set(id, size);
        continue;
      }
      const bytes = bytesIn(path);
      if (bytes === null) continue;
      const { entries, damage, whole } = readSegment(path, bytes, from);
      this.damage.push(...damage);
      this.#learned.set(id, whole);
      this.#unlearned!.unshift({ day, entries });
    }
  }

  /**
   * Removes what is too old, then the oldest until the rest is not too much. What somebody writes stays; of another machine only
   * until it is too old: that day is over, and a machine that is no more never lets go of its last.
   */
  #prune(now: Millis): void {
    const segments = segmentsIn(this.#folder).map((segment) => ({
      ...segment,
      path: join(this.#folder, segment.file),
      size: statSync(join(this.#folder, segment.file), { throwIfNoEntry: false })?.size ?? 0,
    }));
    let size = segments.reduce((sum, segment) => sum + segment.size, 0);
    for (const segment of segments) {
      const old = isOlder(segment.day, now, this.#limits.days);
      if (!old && size <= this.#limits.size) continue;
      const { owner } = segment;
      if (owner !== null && isAlive(owner) && !(old && isElsewhere(owner))) continue;
      rmSync(segment.path, { force: true });
      size -= segment.size;
    }
  }
}
