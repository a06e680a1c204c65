import type { LoadContext, Loader } from '../loaders/loader.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { EngineEvent } from '../model/event.ts';
import { bytes, type ComponentId, type LoadId, ms } from '../model/ids.ts';
import type { Timers } from '../time/clock.ts';
import type { Foreground } from './foreground.ts';

/** How long a loader's `measure` and `check` may take, in ms. */
const measureTimeoutMs = 1000;
const checkTimeoutMs = 5000;

type StandAside = NonNullable<LoadContext['standAside']>;

interface Running {
  readonly load: LoadId;
  readonly stop: AbortController;
  readonly cancelTimeout: () => void;
  /** Fires when a demand waits for it; at once if one does from the start. */
  readonly hurry: AbortController;
  /** Has it stand still no more while others are served. Null once it must not, or need not. */
  goOn: (() => void) | null;
}

interface Held {
  readonly load: LoadId;
  readonly value: unknown;
  readonly unwatch: () => void;
  checking: boolean;
}

/** One component's loader at work: performs loads and unloads, and answers each with exactly one event. */
export class ComponentHost {
  readonly #id: ComponentId;
  readonly #loader: Loader;
  readonly #expectedBytes: number;
  readonly #dependencies: () => ReadonlyMap<string, unknown>;
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  readonly #unloadTimeoutMs: number;
  readonly #gate: (until: AbortSignal) => Promise<void>;
  readonly #standAside: Foreground['standAside'];
  readonly #answer: (event: EngineEvent) => void;
  readonly #progress: (fraction: number) => void;
  readonly #trouble: (error: Error) => void;
  #running: Running | null = null;
  /** Loads that were given up and are still cleaning up after themselves, or run. */
  readonly #attempts = new Set<Promise<void>>();
  #held: Held | null = null;

  constructor(options: {
    readonly id: ComponentId;
    readonly loader: Loader;
    /** The configured size. */
    readonly expectedBytes: number;
    readonly dependencies: () => ReadonlyMap<string, unknown>;
    readonly timers: Timers;
    readonly timeoutMs: number;
    readonly unloadTimeoutMs: number;
    /** Resolves when the event loop has time for a load that nobody waits for, or when the signal fires. */
    readonly gate: (until: AbortSignal) => Promise<void>;
    /** Has a load stand still while others are served; the returned function ends that. */
    readonly standAside: Foreground['standAside'];
    readonly answer: (event: EngineEvent) => void;
    /** Told how far a load has come. */
    readonly progress: (fraction: number) => void;
    /** Told of an unload that failed. */
    readonly trouble: (error: Error) => void;
  }) {
    this.#id = options.id;
    this.#loader = options.loader;
    this.#expectedBytes = options.expectedBytes;
    this.#dependencies = options.dependencies;
    this.#timers = options.timers;
    this.#timeoutMs = options.timeoutMs;
    this.#unloadTimeoutMs = options.unloadTimeoutMs;
    this.#gate = options.gate;
    this.#standAside = options.standAside;
    this.#answer = options.answer;
    this.#progress = options.progress;
    this.#trouble = options.trouble;
  }

  get kind(): string {
    return this.#loader.kind ?? 'custom';
  }

  /** What the loader gave, while warm. */
  get value(): unknown {
    return this.#held?.value;
  }

  /**
   * Begins a load. It is answered even if the loader hangs; what a loader gives too late is unloaded again. While `polite`,
   * nobody waits for it: it leaves the machine to others until {@link hurry}.
   */
  load(load: LoadId, polite: boolean): void {
    const late = (): void => {
      const error = new ForeloadError('load-timeout', {
        what: `component "${this.#id}" did not load in ${this.#timeoutMs} ms`,
        remedy: 'raise loadTimeoutMs, or see why its loader hangs',
      });
      this.#fail(running, error);
    };
    const cancelTimeout = this.#timers.start(ms(this.#timeoutMs), late, true);
    const hurry = new AbortController();
    if (!polite) hurry.abort();
    const running: Running = { load, stop: new AbortController(), cancelTimeout, hurry, goOn: polite ? nothing : null };
    this.#running = running;
    const attempt = this.#run(running).catch((error: unknown) => this.#fail(running, asError(error)));
    this.#track(attempt);
  }

  /** A demand waits for the load that runs, if any. */
  hurry(): void {
    this.#running?.hurry.abort();
    goOn(this.#running);
  }

  /** Has the loader say whether what is held under this load still works; what does not is given back, and told as crashed. */
  check(load: LoadId): void {
    const held = this.#held;
    if (!held || held.load !== load || held.checking || !this.#loader.check) return;
    held.checking = true;
    const { value, unwatch } = held;
    const works = this.#within(checkTimeoutMs, async () => this.#loader.check?.(value)).then(
      (said) => (said === false ? new Error('its check says so') : null),
      (error: unknown) => asError(error),
    );
    void works.then((cause) => {
      held.checking = false;
      if (!cause || this.#held !== held) return;
      this.#held = null;
      const error = new ForeloadError('check-failed', {
        what: `component "${this.#id}" does not work any more`,
        found: reasonOf(cause),
        remedy: 'demand it again to load it anew',
        cause,
      });
      this.#track(this.#giveBack(value, unwatch).then(() => undefined));
      this.#answer({ kind: 'crashed', component: this.#id, load, error });
    });
  }

  /** Resolves once no load is running or cleaning up any more, or after the time that an unload may take. */
  async settled(): Promise<void> {
    if (this.#attempts.size === 0) return;
    await this.#within(this.#unloadTimeoutMs, () => Promise.all(this.#attempts)).catch((error: unknown) =>
      this.#trouble(asError(error)),
    );
  }

  /** Gives up a load that runs, if any: Foreload is closing. */
  abandon(): void {
    if (this.#running) {
      this.#fail(
        this.#running,
        new ForeloadError('closed', {
          what: `Foreload closed while "${this.#id}" was loading`,
          remedy: 'nothing to do',
        }),
      );
    }
  }

  unload(): void {
    const held = this.#held;
    this.#held = null;
    const gone = (error: Error | null): void =>
      this.#answer({ kind: 'unloaded', component: this.#id, ...(error ? { error } : {}) });
    if (!held || (!this.#loader.unload && !this.#loader.watch)) return gone(null);
    const late = (): void => this.#answer({ kind: 'reclaimed', component: this.#id });
    void this.#giveBack(held.value, held.unwatch, late).then(gone);
  }

  #track(attempt: Promise<void>): void {
    this.#attempts.add(attempt);
    void attempt.then(() => this.#attempts.delete(attempt));
  }

  async #run(running: Running): Promise<void> {
    const { hurry } = running;
    if (!hurry.signal.aborted && !this.#loader.apart) {
      await this.#gate(AbortSignal.any([hurry.signal, running.stop.signal]));
      if (this.#running !== running) return;
    }
    const value = await this.#loader.load({
      id: this.#id,
      signal: running.stop.signal,
      dependencies: this.#dependencies(),
      ...(hurry.signal.aborted ? {} : { politeUntil: hurry.signal, standAside: this.#asideFor(running) }),
      progress: (fraction) => {
        if (this.#running === running) this.#progress(Math.min(1, Math.max(0, fraction)));
      },
    });
    goOn(running);
    if (this.#running !== running) return void (await this.#giveBack(value));
    if (value === undefined) {
      throw new ForeloadError('load-empty', {
        what: `the loader of component "${this.#id}" gave nothing`,
        remedy: 'return the loaded value from load()',
      });
    }
    const size = await this.#measure(value);
    if (this.#running !== running) return void (await this.#giveBack(value));
    let unwatch: () => void;
    try {
      unwatch = this.#watch(value, running.load);
    } catch (error) {
      await this.#giveBack(value);
      throw error;
    }
    this.#running = null;
    running.cancelTimeout();
    this.#held = { load: running.load, value, unwatch, checking: false };
    const measured = size === undefined ? {} : { bytes: bytes(size) };
    this.#answer({ kind: 'loaded', component: this.#id, load: running.load, ...measured });
  }

  /** Has a load stand still while others are served, for as long as nobody waits for it and it runs. */
  #asideFor(running: Running): StandAside {
    return (...load) => {
      const before = running.goOn;
      if (!before) return;
      const leave = this.#standAside(...load);
      running.goOn = () => (leave(), before());
    };
  }

  #fail(running: Running, error: Error): void {
    if (this.#running !== running) return;
    this.#running = null;
    running.cancelTimeout();
    goOn(running);
    running.stop.abort(error);
    this.#answer({ kind: 'load-failed', component: this.#id, load: running.load, error });
  }

  /** A measurement that fails or hangs is none: the estimate stands. */
  async #measure(value: unknown): Promise<number | undefined> {
    if (!this.#loader.measure) return undefined;
    const measured = await this.#within(measureTimeoutMs, async () => this.#loader.measure?.(value)).catch(
      () => undefined,
    );
    if (measured === undefined || !Number.isFinite(measured) || measured <= 0) return undefined;
    return Math.round(this.#loader.measures === 'part' ? Math.max(measured, this.#expectedBytes) : measured);
  }

  /** @throws the reason, if the component has ended already. */
  #watch(value: unknown, load: LoadId): () => void {
    const early: Error[] = [];
    const stop = this.#loader.watch?.(value, (error) => {
      if (this.#held?.load !== load) {
        early.push(error);
        return;
      }
      this.#held = null;
      this.#answer({ kind: 'crashed', component: this.#id, load, error });
    });
    if (early[0]) throw early[0];
    return stop ?? (() => undefined);
  }

  /**
   * Unloads a value, if there is one. Never rejects: what fails is told as trouble, and returned.
   * @param ended told when an unload that was given up ends well after all
   */
  async #giveBack(
    value: unknown,
    unwatch: () => void = () => undefined,
    ended: () => void = () => undefined,
  ): Promise<Error | null> {
    try {
      unwatch();
    } catch (error) {
      this.#trouble(asError(error));
    }
    if (value === undefined || !this.#loader.unload) return null;
    let givenUp = false;
    const unload = async (): Promise<void> => {
      await this.#loader.unload?.(value);
      if (givenUp) ended();
    };
    try {
      await this.#within(this.#unloadTimeoutMs, unload);
      return null;
    } catch (error) {
      givenUp = true;
      this.#trouble(asError(error));
      return asError(error);
    }
  }

  #within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = (): void => {
        const what = `the loader of component "${this.#id}" did not answer in ${limitMs} ms`;
        reject(new ForeloadError('load-timeout', { what, remedy: 'see why it hangs' }));
      };
      const cancel = this.#timers.start(ms(limitMs), late, true);
      work().then(
        (value) => {
          cancel();
          resolve(value);
        },
        (error: unknown) => {
          cancel();
          reject(asError(error));
        },
      );
    });
  }
}

const nothing = (): void => undefined;

function goOn(running: Running | null): void {
  running?.goOn?.();
  if (running) running.goOn = null;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(reasonOf(error)));
