import { type ResourceLimits, Worker } from 'node:worker_threads';
import { ForeloadError } from '../model/errors.ts';
import { orAborted, refuseIfAborted } from './abort.ts';
import { loadError } from './load-error.ts';
import type { LoadContext, Loader } from './loader.ts';
import { moduleProcess } from './module-process.ts';
import { politeThread } from './priority.ts';
import type { Remote } from './remote.ts';
import { importable } from './specifier.ts';
import { remoteBootstrap } from './remote-bootstrap.ts';
import { WorkerBridge } from './worker-bridge.ts';

export type { Remote } from './remote.ts';

/** Which module runs in the worker, and when it counts as ready. */
export interface WorkerOptions<T extends object> {
  /** The module: a URL (`new URL('./heavy.js', import.meta.url)`), an absolute path, or a package name resolved from the working directory. */
  readonly module: string | URL;
  /** Arguments for the module's exported function `load`, if it has one: it runs before the component is ready. Default: none. */
  readonly args?: readonly unknown[];
  /** The first real operation, called from here; it too must succeed before the component is ready. */
  readonly warmUp?: (remote: Remote<T>, context: LoadContext) => Promise<unknown>;
  /**
   * Where it runs: in a thread of this process, or in a Node process of its own. That takes some 17 MB and the start of Node more; it
   * returns all its memory when unloaded, its crash is its own even in native code, and its load disturbs what is served
   * meanwhile far less: V8 collects the garbage of all threads with helpers that fill every core, unless the host is started
   * with `node --single-threaded-gc`. Buffers are copied to it, never handed over; of the host's flags those in NODE_OPTIONS reach it.
   * Default 'worker_threads'.
   */
  readonly runtime?: 'worker_threads' | 'child_process';
  /**
   * Whether one core is kept clear of a process of its own while nobody waits for its load, where `taskset` is installed.
   * Native code that starts as many threads as there are cores it may run on has one fewer for good. Default true.
   */
  readonly confine?: boolean;
  /** Bounds on a thread's heap and stack; a worker that exceeds them ends. Default: Node's. */
  readonly resourceLimits?: ResourceLimits;
  /** The worker's whole environment. Default: a copy of the host's. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Loads a module into a worker thread, so that neither its load nor its work stops the event loop. Its exported functions
 * are called by name; the worker's parent port belongs to that bridge. Terminating a worker gives back its heap. What it had
 * allocated outside of it glibc's malloc keeps in part, for the next worker to use, and the budget does not know of it: after
 * four rounds of nine heavy workers a host held 180 to 190 MB, and 85 MB when it was started with the environment
 * `MALLOC_MMAP_THRESHOLD_=16384 MALLOC_TRIM_THRESHOLD_=16384 MALLOC_TOP_PAD_=0 MALLOC_ARENA_MAX=2`.
 * @example
 * const loader = worker<typeof import('./embed.js')>({ module: new URL('./embed.js', import.meta.url) });
 * // a lease's value then has: await value.call('embed', 'some text')
 */
export function worker<T extends object = Record<string, (...args: unknown[]) => unknown>>(
  options: WorkerOptions<T>,
): Loader<Remote<T>> {
  const url = importable(options.module, 'module');
  if (options.runtime === 'child_process') return inProcess(options, url);
  if (options.confine !== undefined) {
    throw new ForeloadError('invalid-option', {
      what: 'the option confine is for processes: threads share the cores of their host',
      found: "runtime 'worker_threads'",
      remedy: "leave it out, or set runtime to 'child_process'",
    });
  }

  async function load(context: LoadContext): Promise<WorkerBridge<T>> {
    refuseIfAborted(context.signal, context.id);
    const bridge = new WorkerBridge<T>(start(options), context.id);
    let restore = (): void => undefined;
    const becomeReady = async () => {
      const thread = context.politeUntil && (await bridge.request({ kind: 'thread' }, 'asking for its thread'));
      if (typeof thread === 'number') restore = politeThread(thread, context.politeUntil);
      await bridge.request({ kind: 'load', url, args: options.args ?? [] }, `loading ${url}`);
      await options.warmUp?.(bridge, context);
    };
    try {
      await orAborted(becomeReady(), context.signal, context.id);
      return bridge;
    } catch (error) {
      await bridge.stop();
      throw loadError(error, `the worker of ${context.id} did not become ready`, 'check its option warmUp');
    } finally {
      restore();
    }
  }

  const loader: Loader<WorkerBridge<T>> = {
    kind: 'worker',
    apart: true,
    load,
    unload: (bridge) => bridge.stop(),
    measure: async (bridge) => (await bridge.request({ kind: 'measure' }, 'measuring memory')) as number,
    // Native memory of addons and WebAssembly engines is not in the isolate's figures.
    measures: 'part',
    check: (bridge) => bridge.answers(),
    watch: watchBridge,
  };
  return loader;
}

function inProcess<T extends object>(options: WorkerOptions<T>, url: string): Loader<Remote<T>> {
  if (options.resourceLimits) {
    throw new ForeloadError('invalid-option', {
      what: 'the option resourceLimits bounds threads',
      found: "runtime 'child_process'",
      remedy: 'leave one of them out; env can hold NODE_OPTIONS: --max-old-space-size=MEGABYTES',
    });
  }
  const { args = [], warmUp = async () => undefined, env, confine } = options;
  return moduleProcess<T>({ url, args, warmUp, env, confine });
}

function start<T extends object>({ env, resourceLimits }: WorkerOptions<T>): Worker {
  return new Worker(remoteBootstrap, {
    eval: true,
    ...(env === undefined ? {} : { env }),
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
}

function watchBridge<T extends object>(bridge: WorkerBridge<T>, ended: (error: Error) => void): () => void {
  let watching = true;
  void bridge.ended.then((error) => {
    if (watching && !bridge.stopping) ended(error);
  });
  return () => {
    watching = false;
  };
}
