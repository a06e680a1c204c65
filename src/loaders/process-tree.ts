import { readFile } from 'node:fs/promises';
import { eachStat, eachStatSync, isNoneOfOurs, isSystemError, statOf } from './proc-files.ts';

/** One running process. Its start time, in clock ticks, tells it from a later one that was given the same number. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly started: number;
}

/**
 * A process, all its descendants, and whoever else is in the group it leads: a process whose parent has ended is no
 * descendant any more, but stays in its group. Empty where there is no /proc (anything but Linux).
 */
export async function processTree(pid: number): Promise<RunningProcess[]> {
  return treeIn(await runningProcesses(), pid);
}

/** {@link processTree} for several at once, where nothing can be awaited. */
export function processTreesSync(pids: Iterable<number>): RunningProcess[][] {
  const all = runningProcessesSync();
  return Array.from(pids, (pid) => treeIn(all, pid));
}

/** All that run. */
export function runningProcesses(): Promise<RunningProcess[]> {
  return eachStat(parsed);
}

/** The same, where nothing can be awaited. */
export function runningProcessesSync(): RunningProcess[] {
  return eachStatSync(parsed);
}

/** When a process was started, in clock ticks; 0 where that can't be read. */
export function startOf(pid: number): number {
  try {
    return processOf(pid)?.started ?? 0;
  } catch {
    return 0;
  }
}

let look: Promise<RunningProcess[]> | undefined;

/** The process numbers of {@link processTree}, as of a look around that may have begun just before. */
export async function treePids(pid: number): Promise<number[]> {
  look ??= runningProcesses().finally(() => {
    look = undefined;
  });
  return treeIn(await look, pid).map((each) => each.pid);
}

function treeIn(all: readonly RunningProcess[], pid: number): RunningProcess[] {
  const found = new Set<number>([pid]);
  // A child may be listed before its parent, so look again until nothing new is found.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const each of all) if (found.has(each.parent) || each.group === pid) found.add(each.pid);
  }
  return all.filter((each) => found.has(each.pid));
}

/**
 * The memory that a process tree really holds, in bytes: pages shared with others count in proportion (PSS).
 * Undefined where it can't be read: not on Linux, without permission, or for a process that has ended.
 */
export async function treePss(pid: number): Promise<number | undefined> {
  const sizes = await Promise.all((await treePids(pid)).map(pssOf));
  const total = sizes.reduce<number>((sum, size) => sum + size, 0);
  return total > 0 ? total : undefined;
}

/**
 * Signals every process of a group, or with signal 0 only asks whether there is one.
 * @returns whether anything was there to be signalled
 */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  return sent(() => process.kill(process.platform === 'win32' ? leader : -leader, signal));
}

/**
 * Kills a group, and those of `tree` that run outside of it: a browser started by a server leads a group of its own.
 * @throws Error where it can't be read whether these still run; the group is killed all the same
 */
export function killGroup(leader: number, tree: readonly RunningProcess[] = []): void {
  signalGroup(leader, 'SIGKILL');
  for (const each of tree) {
    if (isRunning(each)) sent(() => process.kill(each.pid, 'SIGKILL'));
  }
}

/** Whether it still runs: it itself, not another that has since been given its number. @throws Error where that can't be read */
export function isRunning(one: RunningProcess): boolean {
  return processOf(one.pid)?.started === one.started;
}

/** ESRCH: all gone. EPERM: on macOS only zombies are left. */
function sent(signal: () => void): boolean {
  try {
    signal();
    return true;
  } catch (error) {
    if (isSystemError(error, 'ESRCH', 'EPERM')) return false;
    throw error;
  }
}

function processOf(pid: number): RunningProcess | undefined {
  const stat = statOf(pid);
  return stat && parsed(pid, stat);
}

const [space, digit, zombie, dead] = Buffer.from(' 0ZX') as unknown as [number, number, number, number];

/** Undefined for one that has ended, a zombie included. Numbers are read as bytes stand: a look makes no garbage. */
function parsed(pid: number, stat: Buffer): RunningProcess | undefined {
  // The second field, the program's name, is in parentheses and may itself hold spaces and parentheses.
  let at = stat.lastIndexOf(')') + 2;
  const state = stat[at];
  if (state === zombie || state === dead) return undefined;
  const next = (): number => {
    at = stat.indexOf(space, at) + 1;
    let value = 0;
    for (; stat[at]! >= digit; at++) value = value * 10 + stat[at]! - digit;
    return value;
  };
  const [parent, group] = [next(), next()];
  for (let field = 6; field < 22; field++) at = stat.indexOf(space, at) + 1;
  return { pid, parent, group, started: next() };
}

async function pssOf(pid: number): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch (error) {
    if (isNoneOfOurs(error)) return 0;
    throw error;
  }
}
