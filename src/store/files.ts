import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { ForeloadError, reasonOf } from '../model/errors.ts';

/** How a store writes: the only door to the disk that anything can fail at once it is open. */
export interface FileLayer {
  /** Opens a file to append to; `fresh`: it must not be there yet. */
  open(path: string, fresh: boolean): number;
  /** Returns how many bytes were written. */
  write(file: number, bytes: Uint8Array, from: number): number;
  truncate(file: number, length: number): void;
  sync(file: number): Promise<void>;
  close(file: number): void;
  rename(from: string, to: string): void;
  /** Replaces a file by these pieces, one after the other, whole or not at all. */
  replace(path: string, beside: string, pieces: readonly Uint8Array[]): Promise<void>;
}

/** The disk. */
export const disk: FileLayer = {
  open: (path, fresh) => openSync(path, fresh ? 'ax' : 'a', 0o600),
  write: (file, bytes, from) => writeSync(file, bytes, from),
  truncate: ftruncateSync,
  sync: (file) => new Promise((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve()))),
  close: closeSync,
  rename: renameSync,
  async replace(path, beside, pieces) {
    try {
      const file = await open(beside, 'w', 0o600);
      try {
        for (const piece of pieces) await file.writeFile(piece);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      throw error;
    }
  },
};

/** The bytes of a file. Null: it is not there. @throws ForeloadError `store-failed` */
export function bytesIn(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw failed(path, error);
  }
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

/** What went wrong with a store's files, for people. */
export function failed(where: string, cause: unknown): ForeloadError {
  if (cause instanceof ForeloadError) return cause;
  const code = codeOf(cause) ?? '';
  return new ForeloadError('store-failed', {
    what: "the history can't be kept",
    where,
    found: troubles[code]?.[0] ?? reasonOf(cause),
    remedy: troubles[code]?.[1] ?? 'see that its folder can be read and written',
    cause,
  });
}

const troubles: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  ENOSPC: ['a full disk', 'make room: it goes on by itself'],
  EDQUOT: ['a disk quota that is used up', 'make room: it goes on by itself'],
  EACCES: ['no permission', 'let this process write to its folder'],
  EROFS: ['a disk that is read-only', 'name a folder that can be written to'],
  ENOTDIR: ['a file in place of a folder', 'name a folder'],
};
