import { ForeloadError } from '../model/errors.ts';
import { orAborted, refuseIfAborted, untilSettled } from './abort.ts';
import { loadError } from './load-error.ts';
import { confinement } from './cores.ts';
import type { LoadContext, Loader } from './loader.ts';
import { politeProgram } from './priority.ts';
import { hasEnded, ProcessGroup } from './process-group.ts';
import { signalGroup, treePss } from './process-tree.ts';
import type { ProgramOptions } from './program.ts';

/** What differs between loaders whose component is a program of its own. */
export interface GroupLoaderOptions<T extends object> {
  readonly kind: string;
  /** Which program to start. */
  readonly program: () => Promise<ProgramOptions> | ProgramOptions;
  /** Resolves with the value once its first real operation works. Its signal also fires when the program ends. */
  readonly ready: (group: ProcessGroup, context: LoadContext) => Promise<T> | T;
  /** Asks the program to leave. */
  readonly stop: (value: T, group: ProcessGroup) => Promise<void> | void;
  /** Whether it still works; asked only while it runs. */
  readonly check: (value: T, group: ProcessGroup) => Promise<boolean> | boolean;
  readonly graceMs: number;
  /** What to do about one that ends by itself, or does not become ready. */
  readonly remedy?: string;
}

/** The loader for a component that is a process group: started, made ready, measured, watched and stopped as a whole. */
export function groupLoader<T extends object>(options: GroupLoaderOptions<T>): Loader<T> {
  if (!(options.graceMs >= 0)) {
    throw new ForeloadError('invalid-option', {
      what: 'the option graceMs must be a number of milliseconds, 0 or more',
      found: String(options.graceMs),
      remedy: 'leave it out for 2000',
    });
  }
  const { remedy = 'run its command by hand to see more' } = options;
  const groups = new WeakMap<T, ProcessGroup>();

  async function load(context: LoadContext): Promise<T> {
    refuseIfAborted(context.signal, context.id);
    const program = await options.program();
    const cores = context.politeUntil && confinement();
    const clear = program.confine === false ? undefined : cores;
    const group = await ProcessGroup.start(program, context.id, remedy, {
      by: cores?.start(program, clear !== undefined),
      awaited: context.politeUntil === undefined,
    });
    const restore = politeProgram(group.pid, context.politeUntil, clear);
    standAside(group, context, clear === undefined ? 0 : longMs);
    try {
      const value = await readyOrEnded(group, context, options.ready);
      groups.set(value, group);
      // Read on, or a program that talks would stop when the pipe is full.
      if (group.child.stdout?.listenerCount('data') === 0) group.child.stdout.resume();
      group.unref();
      return value;
    } catch (error) {
      await group.kill();
      throw loadError(error, `the program of ${context.id} did not become ready`, remedy);
    } finally {
      restore();
    }
  }

  return {
    kind: options.kind,
    apart: true,
    load,
    unload: async (value) => {
      const group = groups.get(value);
      await group?.stop(() => options.stop(value, group), options.graceMs);
    },
    measure: (value) => {
      const group = groups.get(value);
      return group && treePss(group.pid);
    },
    check: (value) => {
      const group = groups.get(value);
      return group !== undefined && !hasEnded(group.child) && options.check(value, group);
    },
    watch: (value, ended) => watchGroup(groups.get(value), ended),
  };
}

/** To stop a program and have it go on takes a tenth of a ms: not worth it for shorter demands, if these have a core of their own. */
const longMs = 5;

/** Stops a program that nobody waits for while demands are served for longer than `afterMs`. */
function standAside(group: ProcessGroup, context: LoadContext, afterMs: number): void {
  if (process.platform === 'win32') return;
  // Once it has ended, its number may be somebody else's.
  const signal = (name: NodeJS.Signals) => () => void (hasEnded(group.child) || signalGroup(group.pid, name));
  context.standAside?.(signal('SIGSTOP'), signal('SIGCONT'), afterMs);
}

/** Rejects at once when the program ends first, or the load is aborted. Afterwards nothing of `ready` waits any longer. */
async function readyOrEnded<T extends object>(
  group: ProcessGroup,
  context: LoadContext,
  ready: GroupLoaderOptions<T>['ready'],
): Promise<T> {
  const endedFirst = group.ended.then((error) => Promise.reject(error));
  return untilSettled(context.signal, async ({ signal }) => {
    const becomeReady = async () => {
      try {
        return await ready(group, {
          id: context.id,
          signal,
          dependencies: context.dependencies,
          progress: (fraction) => context.progress(fraction),
        });
      } catch (error) {
        // Once it has ended, why it ended says more than which connection broke.
        if (hasEnded(group.child)) throw await group.ended;
        throw error;
      }
    };
    return orAborted(Promise.race([becomeReady(), endedFirst]), context.signal, context.id);
  });
}

function watchGroup(group: ProcessGroup | undefined, ended: (error: Error) => void): () => void {
  let watching = true;
  void group?.ended.then((error) => {
    if (watching && !group.stopping) ended(error);
  });
  return () => {
    watching = false;
  };
}
