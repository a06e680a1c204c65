import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { Confinement } from './cores.ts';
import { treePids } from './process-tree.ts';

/** What a load that nobody waits for adds to the niceness of its process or thread: what is demanded goes first. */
const politeBy = 10;

let mayRaise: boolean | undefined;

/** Threads of this process whose loads are polite now. */
const politeThreads = new Set<number>();

/**
 * Until the signal fires or the returned function is called, a program leaves the machine to others, with all its threads and
 * all that it starts meanwhile: its priority is lowered, and it stays in the confinement that it was started in. The priority
 * is left where this process could not raise it again, for that would slow the component for good: without CAP_SYS_NICE, or a
 * limit on niceness that allows it, Linux lets nobody raise a priority.
 */
export function politeProgram(pid: number, until: AbortSignal | undefined, confinement?: Confinement): () => void {
  if (until === undefined) return () => undefined;
  const raise = until.aborted ? null : lower(pid, tasksOf(pid));
  return restoring(until, () => {
    if (!raise && !confinement) return;
    raise?.(tasksOf(pid));
    confinement?.free([pid]);
    // What it has started meanwhile is to be searched for. Where /proc can't be read, it stays polite.
    treePids(pid).then(
      (pids) => {
        raise?.(pids.flatMap(tasksOf));
        const others = pids.filter((each) => each !== pid);
        confinement?.free(others);
      },
      () => undefined,
    );
  });
}

/** The same for one thread of this process, and the threads that it starts meanwhile. */
export function politeThread(id: number, until: AbortSignal | undefined): () => void {
  if (until === undefined || until.aborted) return () => undefined;
  politeThreads.add(id);
  const raise = lower(id, [id]);
  return restoring(until, () => {
    politeThreads.delete(id);
    raise?.(tasksOf(process.pid).filter((task) => !politeThreads.has(task)));
  });
}

/**
 * Restores when the signal fires, and when the returned function is called: again, for a program may not yet have been
 * confined when the signal fired.
 */
function restoring(until: AbortSignal, restore: () => void): () => void {
  until.addEventListener('abort', restore, { once: true });
  return () => {
    until.removeEventListener('abort', restore);
    restore();
  };
}

/**
 * Lowers the priority of tasks; `id` is what theirs is told by.
 * @returns raises those of the given tasks that have the lowered priority
 */
function lower(id: number, tasks: readonly number[]): ((tasks: readonly number[]) => void) | null {
  const before = canRaise() ? priorityOf(id) : undefined;
  if (before === undefined) return null;
  const polite = Math.min(19, before + politeBy);
  for (const task of tasks) change(task, polite);
  return (inherited) => {
    for (const task of inherited) if (priorityOf(task) === polite) change(task, before);
  };
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
