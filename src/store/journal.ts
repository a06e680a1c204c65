import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Millis } from '../model/ids.ts';
import { bytesIn, codeOf, type FileLayer, failed } from './files.ts';
import { segmentsIn } from './folder.ts';
import { fieldsFor, lineOf } from './line.ts';
import { checkHeader, readSegment, segmentFormat } from './read-segment.ts';
import { dayOf, fileOf, isAlive, newSegmentId, self } from './segment-name.ts';
import type { HistoryEntry } from '../model/history.ts';
import { storeVersion } from './store.ts';

/** Ms that an entry may be in the system's cache only. */
const syncAfterMs = 1000;

/** The segment that is written. */
interface Open {
  readonly id: string;
  readonly file: number;
  readonly day: number;
  /** Bytes of whole lines. */
  length: number;
  /** What follows them is half a line, and is cut before anything is written. */
  torn: boolean;
}

/**
 * Appends lines to segments of its own: one a day, and a new one beyond a size. Every process has its own, so that no two write
 * one file; what a dead process left half full is taken over. A line is written by one call before `append` returns.
 */
export class Journal {
  readonly #folder: string;
  readonly #files: FileLayer;
  readonly #most: number;
  readonly #turned: (at: Millis) => void;
  /** Where each segment was that this one wrote and left. */
  readonly #left = new Map<string, number>();
  #open: Open | null = null;
  #sync: NodeJS.Timeout | null = null;
  #syncing: Promise<void> = Promise.resolve();

  /**
   * @param most bytes of a segment
   * @param turned told when another segment has begun
   */
  constructor(folder: string, files: FileLayer, most: number, turned: (at: Millis) => void) {
    this.#folder = folder;
    this.#files = files;
    this.#most = most;
    this.#turned = turned;
  }

  /** How far into its segments it has written, by id. */
  get written(): ReadonlyMap<string, number> {
    const written = new Map(this.#left);
    if (this.#open) written.set(this.#open.id, this.#open.length);
    return written;
  }

  /** @throws ForeloadError `store-failed` */
  append(entry: HistoryEntry): void {
    try {
      const open = this.#segmentFor(entry.at);
      this.#write(open, `${open.length === 0 ? header : ''}${lineOf(fieldsFor(entry))}`);
    } catch (error) {
      throw failed(this.#folder, error);
    }
    this.#sync ??= setTimeout(() => void this.#flush(), syncAfterMs).unref();
  }

  /** @throws ForeloadError `store-failed` */
  async close(): Promise<void> {
    await this.#flush();
    this.#leave();
  }

  #segmentFor(at: Millis): Open {
    if (this.#open?.day === dayOf(at) && this.#open.length < this.#most) return this.#open;
    this.#leave();
    // Only at the start: entries of one ms are kept in order by segments whose ids rise.
    this.#open = (this.#left.size === 0 ? this.#takeOver(at) : null) ?? this.#begin(at);
    this.#turned(at);
    return this.#open;
  }

  /** The latest segment of this day that nobody writes any more, if it has room. */
  #takeOver(at: Millis): Open | null {
    const day = dayOf(at);
    for (const { file, id, owner, day: its } of segmentsIn(this.#folder).toReversed()) {
      if (its !== day || (owner !== null && isAlive(owner))) continue;
      const from = join(this.#folder, file);
      if ((statSync(from, { throwIfNoEntry: false })?.size ?? this.#most) >= this.#most) continue;
      const path = join(this.#folder, fileOf(id, self));
      try {
        this.#files.rename(from, path);
      } catch (error) {
        // Another process was first.
        if (codeOf(error) === 'ENOENT') continue;
        throw error;
      }
      const bytes = bytesIn(path);
      if (bytes && checkHeader(path, bytes)) {
        const { whole } = readSegment(path, bytes, bytes.length);
        return { id, file: this.#files.open(path, false), day, length: whole, torn: whole < bytes.length };
      }
      this.#files.rename(path, join(this.#folder, fileOf(id, null)));
    }
    return null;
  }

  #begin(at: Millis): Open {
    const id = newSegmentId(at);
    const file = this.#files.open(join(this.#folder, fileOf(id, self)), true);
    return { id, file, day: dayOf(at), length: 0, torn: false };
  }

  #write(open: Open, lines: string): void {
    const bytes = Buffer.from(lines);
    if (open.torn) this.#files.truncate(open.file, open.length);
    open.torn = true;
    for (let from = 0; from < bytes.length; ) from += this.#files.write(open.file, bytes, from);
    open.torn = false;
    open.length += bytes.length;
  }

  /** Lets another process take over what is written so far. */
  #leave(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    this.#left.set(open.id, open.length);
    try {
      if (open.torn) this.#files.truncate(open.file, open.length);
    } finally {
      this.#files.close(open.file);
    }
    try {
      this.#files.rename(join(this.#folder, fileOf(open.id, self)), join(this.#folder, fileOf(open.id, null)));
    } catch (error) {
      // Another machine found it too old to be kept.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }

  async #flush(): Promise<void> {
    if (this.#sync) clearTimeout(this.#sync);
    this.#sync = null;
    await this.#syncing;
    const open = this.#open;
    if (!open) return;
    // A segment that is left meanwhile is closed, and what closes it has written all of it.
    this.#syncing = this.#files.sync(open.file).catch(() => undefined);
    await this.#syncing;
  }
}

const header: string = lineOf({ format: segmentFormat, version: storeVersion });
