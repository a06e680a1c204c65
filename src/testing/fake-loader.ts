import { abortError, refuseIfAborted } from '../loaders/abort.ts';
import type { LoadContext, Loader } from '../loaders/loader.ts';
import { ms } from '../model/ids.ts';
import type { Timers } from '../time/clock.ts';

/** What a {@link fakeLoader} loads. */
export interface FakeValue {
  readonly id: string;
  /** The how-manieth load of its loader gave it; the first is 1. */
  readonly nth: number;
  /** False once it is unloaded or has crashed. */
  readonly alive: boolean;
}

export interface FakeLoaderOptions {
  /** Loads end by themselves after so many ms on these timers. Default: a load waits until `finish` or `fail`. */
  readonly after?: { readonly ms: number; readonly timers: Timers };
  /** What `measure` says. Default: it cannot know. */
  readonly bytes?: number;
}

/** A loader for tests: nothing is loaded, and the test decides when and how each load ends. */
export interface FakeLoader extends Loader<FakeValue> {
  /** Loads that were begun so far. */
  readonly begun: number;
  /** Loads that run now. */
  readonly running: number;
  /** Values that are loaded now. */
  readonly live: readonly FakeValue[];
  /** Lets the oldest running load end well. */
  finish(): void;
  /** Lets the oldest running load fail. */
  fail(error?: Error): void;
  /** Lets a value, by default the oldest, end by itself. */
  crash(error?: Error, value?: FakeValue): void;
}

/**
 * Makes a {@link FakeLoader}.
 *
 * @example
 * const loader = fakeLoader();
 * const foreload = createForeload({ budget: '1GB', components: { model: { loader, size: '100MB' } } });
 * const asked = foreload.acquire('model');
 * loader.finish();
 * const lease = await asked;
 */
export function fakeLoader(options: FakeLoaderOptions = {}): FakeLoader {
  return new Fake(options);
}

interface Run {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

class Fake implements FakeLoader {
  readonly kind = 'fake';
  readonly apart = true;
  begun = 0;
  readonly #options: FakeLoaderOptions;
  readonly #runs = new Set<Run>();
  readonly #live = new Map<FakeValue, { alive: boolean }>();
  readonly #watchers = new Map<FakeValue, Set<(error: Error) => void>>();
  readonly #ended = new Map<FakeValue, Error>();

  constructor(options: FakeLoaderOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#runs.size;
  }

  get live(): readonly FakeValue[] {
    return [...this.#live.keys()];
  }

  load({ id, signal }: LoadContext): Promise<FakeValue> {
    const nth = ++this.begun;
    return new Promise((resolve, reject) => {
      refuseIfAborted(signal, id);
      const end = (settle: () => void): void => {
        if (!this.#runs.delete(run)) return;
        signal.removeEventListener('abort', abort);
        cancel?.();
        settle();
      };
      const run: Run = {
        finish: () => end(() => resolve(this.#value(id, nth))),
        fail: (error) => end(() => reject(error)),
      };
      const abort = (): void => run.fail(abortError(signal, id));
      const { after } = this.#options;
      this.#runs.add(run);
      signal.addEventListener('abort', abort);
      const cancel = after?.timers.start(ms(after.ms), run.finish);
    });
  }

  unload(value: FakeValue): void {
    const state = this.#live.get(value);
    if (state) state.alive = false;
    this.#live.delete(value);
    this.#watchers.delete(value);
  }

  measure(): number | undefined {
    return this.#options.bytes;
  }

  check(value: FakeValue): boolean {
    return value.alive;
  }

  watch(value: FakeValue, ended: (error: Error) => void): () => void {
    const error = this.#ended.get(value);
    if (error) ended(error);
    const watchers = this.#watchers.get(value);
    watchers?.add(ended);
    return () => watchers?.delete(ended);
  }

  finish(): void {
    this.#oldest().finish();
  }

  fail(error: Error = new Error('the test says so')): void {
    this.#oldest().fail(error);
  }

  crash(error: Error = new Error('the test says so'), value: FakeValue | undefined = this.live[0]): void {
    const state = value && this.#live.get(value);
    if (!state) throw new Error('nothing is loaded that could crash');
    const watchers = this.#watchers.get(value) ?? [];
    this.unload(value);
    this.#ended.set(value, error);
    for (const ended of watchers) ended(error);
  }

  #value(id: string, nth: number): FakeValue {
    const state = { alive: true };
    const value: FakeValue = {
      id,
      nth,
      get alive() {
        return state.alive;
      },
    };
    this.#live.set(value, state);
    this.#watchers.set(value, new Set());
    return value;
  }

  #oldest(): Run {
    for (const run of this.#runs) return run;
    throw new Error('no load is running');
  }
}
