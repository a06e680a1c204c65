import type { ChildProcess } from 'node:child_process';
import { groupLoader } from './group-loader.ts';
import type { Loader } from './loader.ts';
import { signalGroup } from './process-tree.ts';
import type { ProgramOptions } from './program.ts';
import type { Readiness } from './readiness.ts';

export type { ProgramOptions } from './program.ts';

/** A child process that is ready. */
export interface RunningChild {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The port that it was given, if it asked for one. */
  readonly port: number | undefined;
}

/** Which program to run, when it counts as ready, and how it is stopped. */
export interface ChildProcessOptions<T extends object, Ready = T> extends ProgramOptions {
  /**
   * Resolves once the first real operation works: with the component's value, a new object for each load, or with nothing
   * (`whenLine`, `whenReplies`, `whenHttp`, `whenTcp`), and the value is `{ child, pid, port }`. Default: ready as soon as it runs.
   */
  readonly ready?: Readiness<Ready>;
  /** Asks the program to leave. Default: SIGTERM to its whole group. */
  readonly stop?: (value: T, child: ChildProcess) => Promise<void> | void;
  /** Whether it still works, such as a request to its health address. Default: it works for as long as it runs. */
  readonly check?: (value: T, child: ChildProcess) => Promise<boolean> | boolean;
  /** How long it may take to leave before its whole group is killed. Default: 2000. */
  readonly graceMs?: number;
}

/**
 * Loads a program as a child process, the only kind that gives back all its memory when unloaded. It runs in a process
 * group of its own and is stopped with everything it started, at the latest when the host ends.
 * A warm child does not keep the host alive: for an answer over its pipes, `child.stdout.ref()` while you wait.
 * @example childProcess({ command: 'llama-server', args: ['--port', '{port}'], port: true, ready: whenHttp('http://127.0.0.1:{port}/health') })
 */
export function childProcess(options: ChildProcessOptions<RunningChild, void>): Loader<RunningChild>;
export function childProcess<T extends object>(options: ChildProcessOptions<T>): Loader<T>;
export function childProcess<T extends object>(options: ChildProcessOptions<T, T | void>): Loader<T> {
  return groupLoader<T>({
    kind: 'process',
    program: () => options,
    ready: async ({ child, pid, port }, context) => {
      const value = await options.ready?.(child, { ...context, port });
      // Without a value of its own, T is RunningChild: the first overload.
      return value ?? ({ child, pid, port } satisfies RunningChild as object as T);
    },
    stop: (value, { child, pid }) => {
      if (options.stop) return options.stop(value, child);
      signalGroup(pid, 'SIGTERM');
    },
    check: (value, { child }) => options.check?.(value, child) ?? true,
    graceMs: options.graceMs ?? 2000,
  });
}
