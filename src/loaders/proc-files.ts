import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const turn = promisify(setImmediate);

/** How many environments are read at once: half of libuv's thread pool, so that the application's own files are not behind them. */
const atOnce = 2;
const chunkBytes = 4096;
/** For how long `stat` files are read before others have their turn, in ms. */
const sliceMs = 0.25;

/** Holds one file `stat` at a time. */
const statChunk = Buffer.allocUnsafeSlow(chunkBytes);

/**
 * What `parse` makes of the file `stat` of each running process, in the order of their numbers; it may not keep the buffer.
 * Those that have ended or are somebody else's are left out. They are read here, some at a time: that takes 5 us each, and the
 * thread pool 60 us of this thread. The kernel makes them up without waiting for the process. Empty where there is no
 * /proc. Rejects where they can't be read, such as without free descriptors.
 */
export async function eachStat<T>(parse: (pid: number, stat: Buffer) => T | undefined): Promise<T[]> {
  const found: T[] = [];
  let until = performance.now() + sliceMs;
  for (const pid of processNumbers()) {
    add(found, pid, parse);
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + sliceMs;
  }
  return found;
}

/** The same at once, for where nothing can be awaited. */
export function eachStatSync<T>(parse: (pid: number, stat: Buffer) => T | undefined): T[] {
  const found: T[] = [];
  for (const pid of processNumbers()) add(found, pid, parse);
  return found;
}

function add<T>(found: T[], pid: number, parse: (pid: number, stat: Buffer) => T | undefined): void {
  const stat = statOf(pid);
  const parsed = stat && parse(pid, stat);
  if (parsed !== undefined) found.push(parsed);
}

/**
 * Undefined for what is no more, or somebody else's; the buffer holds it until the next call.
 * @throws Error for anything else, such as no free descriptor: it may be there still
 */
export function statOf(pid: number): Buffer | undefined {
  return ofProcess(() => {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      return statChunk.subarray(0, readSync(file, statChunk));
    } finally {
      closeSync(file);
    }
  });
}

/** The environments of those processes, read in the thread pool: the kernel waits for a process that changes its memory. */
export async function readEnvironments(pids: readonly number[]): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  let next = 0;
  const reader = async () => {
    for (let nth = next++; nth < pids.length; nth = next++) {
      const environment = await readFile(`/proc/${pids[nth]}/environ`).catch(noneOfOurs);
      if (environment) found.set(pids[nth]!, environment);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  return found;
}

/** The same at once, for where nothing can be awaited. */
export function readEnvironmentsSync(pids: readonly number[]): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const pid of pids) {
    const environment = ofProcess(() => readFileSync(`/proc/${pid}/environ`));
    if (environment) found.set(pid, environment);
  }
  return found;
}

function ofProcess<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    return noneOfOurs(error);
  }
}

function noneOfOurs(error: unknown): undefined {
  if (!isNoneOfOurs(error)) throw error;
}

/** Whether a file of a process can't be read because that has ended, or is somebody else's. */
export const isNoneOfOurs = (error: unknown): boolean => isSystemError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM');

export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function processNumbers(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
}
