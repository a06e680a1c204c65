import { orAborted, refuseIfAborted } from './abort.ts';
import { loadError } from './load-error.ts';
import type { LoadContext, Loader } from './loader.ts';
import { importable } from './specifier.ts';

/** What to import, and what of it the component's value is. */
export interface ModuleOptions<Exports, Value> {
  /**
   * The module: a function that imports it, which infers its type and resolves as in your own file, or a URL,
   * an absolute path, or a package name resolved as Foreload's own files would.
   */
  readonly specifier: string | URL | (() => Promise<Exports>);
  /** Runs until the first real operation works, and gives the component's value. Default: the module's exports. */
  readonly ready?: (exports: Exports, context: LoadContext) => Promise<Value> | Value;
}

/**
 * Loads an ES module into the main thread.
 *
 * Know two limits before you choose it: its evaluation stops the event loop for nearly the whole load, and an ES module
 * can't be unloaded, so its memory is never given back. A heavy module belongs into a worker or a child process.
 * An abort ends the waiting, not the import.
 * @example module({ specifier: () => import('webpack'), ready: ({ default: webpack }) => webpack({}) })
 */
export function module<Exports = unknown, Value = Exports>(options: ModuleOptions<Exports, Value>): Loader<Value> {
  const { specifier } = options;
  const url = typeof specifier === 'function' ? undefined : importable(specifier, 'specifier');
  const imported = typeof specifier === 'function' ? specifier : () => import(url!) as Promise<Exports>;
  // Without `ready`, Value is Exports: its default.
  const ready = options.ready ?? ((exports: Exports) => exports as unknown as Value);

  async function load(context: LoadContext): Promise<Value> {
    refuseIfAborted(context.signal, context.id);
    try {
      const exports = await orAborted(imported(), context.signal, context.id);
      return await orAborted(ready(exports, context), context.signal, context.id);
    } catch (error) {
      throw loadError(
        error,
        `the module of ${context.id} did not become ready`,
        'try its import in a script of its own',
      );
    }
  }
  return { kind: 'module', returnsMemory: false, load };
}
