import { randomUUID } from 'node:crypto';
import { readEnvironments, readEnvironmentsSync } from './proc-files.ts';
import { type RunningProcess, runningProcesses, runningProcessesSync } from './process-tree.ts';

/** The environment variable by which what a program started is found, wherever it went: children inherit it. */
export const markName = 'FORELOAD_GROUP';
/** Begins the marks of all programs of this process. */
export const hostMark: string = randomUUID();

let last = 0;
const mostPasses = 10;

/** A mark for one more program. */
export function newMark(): string {
  return `${hostMark}.${++last}.`;
}

/**
 * Kills every process whose mark begins so: what left its group, and whose parent has ended, is neither in the group nor a
 * descendant any more. Nothing to find but on Linux.
 * @param since when the first that can bear it was started, in clock ticks
 */
export async function killMarked(mark: string, since: number): Promise<void> {
  // What one of them started while they were looked for is found by looking again.
  for (let passes = 0; passes < mostPasses; passes++) {
    const environments = await readEnvironments(suspects(await runningProcesses(), since));
    if (!killThose(environments, mark)) return;
  }
}

/** The same, where nothing can be awaited. */
export function killMarkedSync(mark: string, since: number): void {
  killThose(readEnvironmentsSync(suspects(runningProcessesSync(), since)), mark);
}

function suspects(all: readonly RunningProcess[], since: number): number[] {
  return all.filter(({ pid, started }) => started >= since && pid !== process.pid).map(({ pid }) => pid);
}

/** Whether there was one. */
function killThose(environments: ReadonlyMap<number, Buffer>, mark: string): boolean {
  const entry = Buffer.from(`${markName}=${mark}`);
  let found = false;
  for (const [pid, environment] of environments) {
    if (!environment.includes(entry)) continue;
    found = true;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }
  return found;
}
