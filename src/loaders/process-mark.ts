import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable by which what a program started is found, wherever it went: children inherit it. */
export const markName = 'FORELOAD_GROUP';
/** Begins the marks of all programs of this process. */
export const hostMark: string = randomUUID();

let last = 0;

/** A mark for one more program. */
export function newMark(): string {
  return `${hostMark}.${++last}.`;
}

/**
 * Kills every process whose mark begins so: what left its group, and whose parent has ended, is neither in the group nor a
 * descendant any more. Nothing to find but on Linux.
 */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return;
  const entry = Buffer.from(`${markName}=${mark}`);
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!(pid > 0) || pid === process.pid || !environmentOf(pid)?.includes(entry)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }
}

/** Undefined for a process that has ended, or is somebody else's. */
function environmentOf(pid: number): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    return undefined;
  }
}
