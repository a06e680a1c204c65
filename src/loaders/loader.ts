import type { ComponentId } from '../model/ids.ts';

/** What a loader is given for one load. */
export interface LoadContext {
  readonly id: ComponentId;
  /** Aborted when the load times out, is no longer wanted, or Foreload closes. A loader should then stop and clean up. */
  readonly signal: AbortSignal;
  /** The values of the component's direct dependencies, by id. They stay warm for as long as this component does. */
  readonly dependencies: ReadonlyMap<string, unknown>;
  /**
   * Given while nobody waits for the load: it may take the machine only where others leave it idle, until this fires. The
   * loaders for workers and child processes lower their priority for that time and keep one core clear, where the platform
   * lets them.
   */
  readonly politeUntil?: AbortSignal;
  /**
   * Given for that time, to a load that can stand still at any point: has it called to pause while a demand is served, and to
   * resume after that, at the latest after two seconds; for good once somebody waits for the load, or it ends. With `afterMs`
   * it is left alone by demands that are served by then. The loaders for child processes stop the program meanwhile (SIGSTOP);
   * while a core is kept clear of it, only for demands of more than 5 ms.
   */
  readonly standAside?: (pause: () => void, resume: () => void, afterMs?: number) => void;
  /** Tells how far a long load has come, 0..1. */
  progress(fraction: number): void;
}

/**
 * How to load and unload one component. "Loaded" means that its first real operation works.
 * Any object of this shape will do; `foreload/loaders/*` has one factory for each common kind.
 */
export interface Loader<T = unknown> {
  /** Shown in status: `module`, `worker`, `process`, `mcp`, `onnx` or a word of your own. */
  readonly kind?: string;
  load(context: LoadContext): Promise<T> | T;
  /** Gives everything back. Called once, when no lease holds the value. */
  unload?(value: T): Promise<void> | void;
  /**
   * Whether unloading gives its memory back. Default true. False, as for an ES module of the main thread: what it held stays
   * charged to the budget, until it is loaded again, and it is unloaded neither for a preload nor under pressure.
   */
  readonly returnsMemory?: boolean;
  /** Bytes the loaded component holds now, or undefined where that can't be known. */
  measure?(value: T): Promise<number | undefined> | number | undefined;
  /** What {@link measure} sees: all of it (default), or a part, such as a worker's heap, which only ever raises the estimate. */
  readonly measures?: 'all' | 'part';
  /** Whether its loads leave the event loop alone: they run in a worker or a process. Others wait until it is idle, if nobody waits for them. Default false. */
  readonly apart?: boolean;
  /** Whether it still works. */
  check?(value: T): Promise<boolean> | boolean;
  /** Calls back once if the component ends by itself. The returned function stops watching. */
  watch?(value: T, ended: (error: Error) => void): () => void;
}

/** The type of value that a loader gives. */
export type LoadedBy<L> = L extends Loader<infer T> ? T : never;
