import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProgramOptions } from './program.ts';
import { Shell } from './shell.ts';

/**
 * One core is kept clear of programs that nobody waits for: a thread that wakes while others fill every core waits for the end
 * of a time slice, whatever its priority. Node can't say on which cores a thread may run; `taskset` of util-linux can, called
 * by a shell, for a fork of a large host takes longer than the slice. Unlike a priority, this anybody may take back.
 */
export interface Confinement {
  /**
   * What starts a program in it, or anywhere though the one that starts it is in it (`inside` false; default true). Empty for
   * one that can't be found, for then Node tells what is wrong.
   */
  start(program: ProgramOptions, inside?: boolean): readonly string[];
  /** Lets those that are still in it, with all their threads, run where this process may. */
  free(pids: readonly number[]): void;
}

/** Its first line is for itself, so that it runs where those it is told of do. */
const shell = new Shell(
  `
while read -r from to pids; do
  if [ "$pids" = itself ]; then pids=$$; fi
  for pid in $pids; do
    while read -r key list; do
      if [ "$key $list" = "Cpus_allowed_list: $from" ]; then taskset -apc "$to" "$pid"; fi
    done < "/proc/$pid/status"
  done
done`,
  () => {
    const all = allowedCores();
    return [`${all} ${withoutFirst(all)} itself`];
  },
);

let taskset: string | undefined;
/** Tried once: a sandbox may forbid it, and what is started by it would fail. */
let works: boolean | undefined;

/** Undefined where there is but one core, no taskset that works, or no Linux. */
export function confinement(): Confinement | undefined {
  const all = allowedCores();
  const fewer = withoutFirst(all);
  if (fewer === '') return undefined;
  taskset ??= found('taskset', process.env['PATH']) ?? '';
  works ??= taskset !== '' && spawnSync(taskset, ['-c', fewer, '/bin/sh', '-c', ':']).status === 0;
  if (!works) return undefined;
  const start = [taskset, '-c'];
  return {
    start: ({ command, cwd = '.', env = process.env }, inside = true) => {
      const path = command.includes('/') ? executable(resolve(cwd, command)) : found(command, env['PATH']);
      return path === undefined || !existsSync(cwd) ? [] : [...start, inside ? fewer : all];
    },
    free: (pids) => {
      if (pids.length > 0) shell.tell(`${fewer} ${all} ${pids.join(' ')}`);
    },
  };
}

/** The cores that this process may run on, as `0-3,6`; empty where there is no /proc. */
function allowedCores(): string {
  try {
    return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** `0-3,6` without its first: `1-3,6`. Empty if there is but one. */
export function withoutFirst(cores: string): string {
  const [first = '', ...rest] = cores.split(',');
  const [from, to = from] = first.split('-').map(Number);
  const left = from! + 1 > to! ? [] : [from! + 1 === to ? `${to}` : `${from! + 1}-${to}`];
  return [...left, ...rest].join(',');
}

function found(command: string, path = ''): string | undefined {
  for (const folder of path.split(':')) {
    const file = folder === '' ? undefined : executable(join(folder, command));
    if (file !== undefined) return file;
  }
  return undefined;
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
