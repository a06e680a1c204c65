import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { treePids } from './process-tree.ts';

/** What a load that nobody waits for adds to the niceness of its process or thread: what is demanded goes first. */
const politeBy = 10;

let mayRaise: boolean | undefined;

/** Threads of this process whose loads are polite now. */
const politeThreads = new Set<number>();

/**
 * Lowers the priority of a program until the signal fires or the returned function is called: of all its threads, and of
 * all that it starts meanwhile. Does nothing where this process could not raise it again, for that would slow the component
 * for good: without CAP_SYS_NICE, or a limit on niceness that allows it, Linux lets nobody raise a priority.
 */
export function politeProgram(pid: number, until: AbortSignal | undefined): () => void {
  return politely(pid, until, tasksOf(pid), (raise) => {
    raise(tasksOf(pid));
    // What it has started meanwhile is to be searched for. Where /proc can't be read, it stays polite.
    treePids(pid).then(
      (pids) => raise(pids.flatMap(tasksOf)),
      () => undefined,
    );
  });
}

/** The same for one thread of this process, and the threads that it starts meanwhile. */
export function politeThread(id: number, until: AbortSignal | undefined): () => void {
  if (until !== undefined && !until.aborted) politeThreads.add(id);
  return politely(id, until, [id], (raise) => {
    politeThreads.delete(id);
    raise(tasksOf(process.pid).filter((task) => !politeThreads.has(task)));
  });
}

/** @param after raises all who may have inherited the priority of these tasks */
function politely(
  id: number,
  until: AbortSignal | undefined,
  tasks: readonly number[],
  after: (raise: (tasks: readonly number[]) => void) => void,
): () => void {
  if (until === undefined || until.aborted || !canRaise()) return () => undefined;
  const before = priorityOf(id);
  if (before === undefined) return () => undefined;
  const polite = Math.min(19, before + politeBy);
  for (const task of tasks) change(task, polite);
  let done = false;
  const restore = (): void => {
    if (done) return;
    done = true;
    until.removeEventListener('abort', restore);
    after((inherited) => {
      for (const task of inherited) if (priorityOf(task) === polite) change(task, before);
    });
  };
  until.addEventListener('abort', restore, { once: true });
  return restore;
}

/** On Linux each thread has a priority of its own. */
function tasksOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** Whether a priority that was lowered can be raised again. */
function canRaise(): boolean {
  mayRaise ??= process.platform === 'linux' && (hasCapability() || nicenessLimit() >= 20 - getPriority());
  return mayRaise;
}

/** CAP_SYS_NICE, bit 23 of the effective set: capabilities(7). */
function hasCapability(): boolean {
  const set = /^CapEff:\s*([0-9a-f]+)/m.exec(readOr('/proc/self/status'))?.[1] ?? '0';
  return ((BigInt(`0x${set}`) >> 23n) & 1n) === 1n;
}

/** RLIMIT_NICE: niceness may fall to 20 less this; getrlimit(2). */
function nicenessLimit(): number {
  const limit = /^Max nice priority\s+(\S+)/m.exec(readOr('/proc/self/limits'))?.[1] ?? '0';
  return limit === 'unlimited' ? 40 : Number(limit);
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Undefined once it has ended. */
function priorityOf(id: number): number | undefined {
  try {
    return getPriority(id);
  } catch {
    return undefined;
  }
}

function change(id: number, priority: number): void {
  try {
    setPriority(id, priority);
  } catch {
    // It has ended meanwhile.
  }
}
