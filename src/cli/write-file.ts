import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { ForeloadError, reasonOf } from '../model/errors.ts';

/** Makes sure, before any long work, that a file can be written. @throws ForeloadError `invalid-option` */
export async function checkWritable(option: string, path: string): Promise<void> {
  try {
    if (path === '') throw cannotWrite(option, path, 'no name', null);
    await access(dirname(path), constants.W_OK);
    if ((await stat(path)).isDirectory()) throw cannotWrite(option, path, 'a folder', null);
  } catch (error) {
    if (error instanceof ForeloadError) throw error;
    const missing =
      error instanceof Error && 'path' in error && error.path === path && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw cannotWrite(option, path, reasonOf(error), error);
  }
}

/**
 * Writes a file whole or not at all: beside its place first, then moved there. A device or a pipe is written to as it is:
 * it must not be replaced.
 * @throws ForeloadError `invalid-option`
 */
export async function writeWhole(option: string, path: string, content: string | Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.foreload-${process.pid}.part`);
  try {
    if (await isSpecial(path)) return await writeFile(path, content);
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw cannotWrite(option, path, reasonOf(error), error);
  }
}

async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && !found.isFile();
}

function cannotWrite(option: string, path: string, found: string, cause: unknown): ForeloadError {
  return new ForeloadError('invalid-option', {
    what: `${option} can't be written`,
    where: path,
    found,
    remedy: 'name a file in a folder that exists and may be written to',
    ...(cause === null ? {} : { cause }),
  });
}
