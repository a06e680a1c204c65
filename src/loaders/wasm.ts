import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { orAborted, refuseIfAborted } from './abort.ts';
import { loadError } from './load-error.ts';
import type { LoadContext, Loader } from './loader.ts';
import {
  type CompiledWasm,
  webAssembly,
  type WasmImports,
  type WasmLinearMemory,
  type WasmMemory,
} from './wasm-api.ts';

export type { WasmImports, WasmLinearMemory, WasmMemory } from './wasm-api.ts';

/** Which WebAssembly module to instantiate, and with what. */
export interface WasmOptions<Exports extends object> {
  /** The module: a file by path or file URL, or its bytes. */
  readonly module: string | URL | Uint8Array;
  /** What it imports, made anew for each instance. Default: nothing. */
  readonly imports?: (context: LoadContext) => WasmImports | Promise<WasmImports>;
  /** The memory, if it imports one that `imports` does not give. Default: it has its own. */
  readonly memory?: WasmMemory;
  /** The first real operation, so that the first real call is not the one that finds it broken. Default: none. */
  readonly warmUp?: (exports: Exports, context: LoadContext) => unknown;
  /** Gives back what it holds outside of itself. Default: nothing. */
  readonly dispose?: (exports: Exports) => Promise<void> | void;
}

/** An instance of a WebAssembly module. */
export interface WasmInstance<Exports extends object> {
  /** What it exports. A trap (`WebAssembly.RuntimeError`) in one of its functions ends the component: its memory can't be trusted. */
  readonly exports: Exports;
  /** The memory that it exports, or was given. */
  readonly memory: WasmLinearMemory | undefined;
}

/**
 * Loads a WebAssembly module. It is compiled off the main thread, and once for all its instances: what is compiled is kept
 * for as long as an instance is, and until the garbage collector wants it. Calls run on the thread that makes them.
 * The memory of an instance is given back by the garbage collector, once its holders have let go of it.
 * @example wasm<{ add(a: number, b: number): number }>({ module: new URL('./add.wasm', import.meta.url) })
 */
export function wasm<Exports extends object = Record<string, (...args: unknown[]) => unknown>>(
  options: WasmOptions<Exports>,
): Loader<WasmInstance<Exports>> {
  const running = new WeakMap<WasmInstance<Exports>, Run>();

  async function load(context: LoadContext): Promise<WasmInstance<Exports>> {
    refuseIfAborted(context.signal, context.id);
    try {
      const module = await orAborted(compiled(options.module), context.signal, context.id);
      const given = await orAborted(options.imports?.(context) ?? {}, context.signal, context.id);
      const made = options.memory && new webAssembly.Memory(options.memory);
      const imports = made ? withMemory(module, given, made) : given;
      const instance = await orAborted(webAssembly.instantiate(module, imports), context.signal, context.id);
      const run: Run = { module, trapped: null, tell: () => undefined };
      const exports = guarded(instance.exports, run) as Exports;
      await orAborted(options.warmUp?.(exports, context), context.signal, context.id);
      const own = Object.values(instance.exports).find((value) => value instanceof webAssembly.Memory);
      const value: WasmInstance<Exports> = { exports, memory: own ?? made ?? undefined };
      running.set(value, run);
      return value;
    } catch (error) {
      throw loadError(
        error,
        `the WebAssembly module of ${context.id} did not become ready`,
        'check the file and its imports',
      );
    }
  }

  return {
    kind: 'wasm',
    load,
    unload: async ({ exports }) => options.dispose?.(exports),
    measure: ({ memory }) => memory?.buffer.byteLength,
    // Its code, and what V8 keeps of it, is not seen.
    measures: 'part',
    check: (value) => running.get(value)?.trapped === null,
    watch: (value, ended) => {
      const run = running.get(value)!;
      if (run.trapped) ended(run.trapped);
      else run.tell = ended;
      return () => {
        run.tell = () => undefined;
      };
    },
  };
}

interface Run {
  /** Keeps what is compiled for as long as an instance runs. */
  readonly module: CompiledWasm;
  /** The first trap; null: none. */
  trapped: Error | null;
  tell: (error: Error) => void;
}

/** What is compiled, or being compiled, by file; and of which state of the file. */
const modules = new Map<string, { readonly of: string; module: WeakRef<CompiledWasm> | Promise<CompiledWasm> }>();
const ofBytes = new WeakMap<Uint8Array, WeakRef<CompiledWasm>>();

async function compiled(module: string | URL | Uint8Array): Promise<CompiledWasm> {
  if (module instanceof Uint8Array) {
    const known = ofBytes.get(module)?.deref();
    const made = known ?? (await webAssembly.compile(module));
    if (!known) ofBytes.set(module, new WeakRef(made));
    return made;
  }
  const path = module instanceof URL ? fileURLToPath(module) : module;
  const { mtimeMs, size } = await stat(path);
  const of = `${mtimeMs} ${size}`;
  const known = modules.get(path);
  if (known?.of === of) {
    const kept = known.module instanceof WeakRef ? known.module.deref() : known.module;
    if (kept) return kept;
  }
  const entry = { of, module: compileFile(path) };
  modules.set(path, entry);
  try {
    const made = await entry.module;
    Object.assign(entry, { module: new WeakRef(made) });
    return made;
  } catch (error) {
    if (modules.get(path) === entry) modules.delete(path);
    throw error;
  }
}

async function compileFile(path: string): Promise<CompiledWasm> {
  return webAssembly.compile(await readFile(path));
}

/** The imports, and the memory where the module imports one that they lack. */
function withMemory(module: CompiledWasm, imports: WasmImports, memory: WasmLinearMemory): WasmImports {
  const wanted = webAssembly.Module.imports(module).find(({ kind }) => kind === 'memory');
  if (!wanted || imports[wanted.module]?.[wanted.name]) return imports;
  return { ...imports, [wanted.module]: { ...imports[wanted.module], [wanted.name]: memory } };
}

/** The exports, with functions that notice a trap. */
function guarded(exports: Record<string, unknown>, run: Run): Record<string, unknown> {
  const trap = (error: unknown): never => {
    if (error instanceof webAssembly.RuntimeError && !run.trapped) {
      run.trapped = error;
      run.tell(error);
    }
    throw error;
  };
  const seen = ([name, value]: [string, unknown]): [string, unknown] => {
    if (typeof value !== 'function') return [name, value];
    const call = (...args: unknown[]): unknown => {
      try {
        return Reflect.apply(value, undefined, args);
      } catch (error) {
        return trap(error);
      }
    };
    return [name, call];
  };
  return Object.fromEntries(Object.entries(exports).map(seen));
}
