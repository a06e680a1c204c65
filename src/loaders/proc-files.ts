import {
  closeSync,
  close as closing,
  openSync,
  open as opening,
  readdirSync,
  read as reading,
  readSync,
} from 'node:fs';
import { promisify } from 'node:util';

/** Files of `/proc/<pid>` that are read of every process. */
export type ProcFile = 'stat' | 'environ';

const open = promisify(opening);
const read = promisify(reading);
const close = promisify(closing);

/** How many are read at once: half of libuv's thread pool, so that the application's own files are not behind a hundred of these. */
const atOnce = 2;
const chunkBytes = 4096;

/**
 * That file of every running process, by process number, read in the thread pool: a read takes some 0.1 ms, and a desktop
 * has hundreds of processes. Those that have ended or are somebody else's are left out. Empty where there is no /proc.
 * Rejects where they can't be read, such as without free descriptors.
 */
export async function readAll(file: ProcFile): Promise<Map<number, Buffer>> {
  const pids = processNumbers();
  const contents: (Buffer | undefined)[] = [];
  let next = 0;
  const reader = async () => {
    for (let nth = next++; nth < pids.length; nth = next++)
      contents[nth] = await contentsOf(`/proc/${pids[nth]}/${file}`);
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  return readable(pids, contents);
}

/** The same at once, for where nothing can be awaited: it holds up the event loop for tens of milliseconds. */
export function readAllSync(file: ProcFile): Map<number, Buffer> {
  const pids = processNumbers();
  return readable(
    pids,
    pids.map((pid) => contentsOfSync(`/proc/${pid}/${file}`)),
  );
}

/** Undefined for what is no more, or somebody else's. @throws Error for anything else, such as no free descriptor: it may be there still */
export function contentsOfSync(path: string): Buffer | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.allocUnsafe(chunkBytes);
        const size = readSync(file, chunk);
        chunks.push(chunk.subarray(0, size));
        if (size < chunkBytes) return whole(chunks);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isNoneOfOurs(error)) return undefined;
    throw error;
  }
}

async function contentsOf(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.allocUnsafe(chunkBytes);
        const { bytesRead: size } = await read(file, chunk, 0, chunkBytes, null);
        chunks.push(chunk.subarray(0, size));
        if (size < chunkBytes) return whole(chunks);
      }
    } finally {
      await close(file);
    }
  } catch (error) {
    if (isNoneOfOurs(error)) return undefined;
    throw error;
  }
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

function readable(pids: readonly number[], contents: readonly (Buffer | undefined)[]): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const [nth, pid] of pids.entries()) {
    const own = contents[nth];
    if (own) found.set(pid, own);
  }
  return found;
}

const whole = (chunks: readonly Buffer[]): Buffer => (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
