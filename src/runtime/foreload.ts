import type { EventEmitter } from 'node:events';
import { Engine } from '../engine/engine.ts';
import type { EngineStatus } from '../engine/status.ts';
import { laneNamed } from '../lanes/lanes.ts';
import type { LoadedBy } from '../loaders/loader.ts';
import { ForecastTracker } from '../metrics/forecast-tracker.ts';
import { Ledger } from '../metrics/ledger.ts';
import type { ForecastAccuracy, ForecastStatus } from '../model/accuracy.ts';
import { MB } from '../model/bytes.ts';
import type { Effect } from '../model/effect.ts';
import { ForeloadError } from '../model/errors.ts';
import type { EngineEvent } from '../model/event.ts';
import { type CommandId, type ComponentId, type Millis, ms, type UserId } from '../model/ids.ts';
import { type Lane, lanes, type PressureLevel, pressureLevels } from '../model/reason.ts';
import { Blend } from '../predict/blend/blend.ts';
import type { Predictor } from '../predict/predictor.ts';
import { Rhythm } from '../predict/rhythm.ts';
import type { Probe } from '../probes/probe.ts';
import { policyNamed } from '../residency/policies.ts';
import type { Clock, Timers } from '../time/clock.ts';
import { systemClock, systemTimers } from '../time/system.ts';
import { CommandPulse } from './command.ts';
import { ComponentHost } from './component-host.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import { Drafts } from './drafts.ts';
import { openForecastModel } from './forecast-model.ts';
import { Forecaster } from './forecaster.ts';
import { InterferenceWatch } from './interference-watch.ts';
import type { Lease } from './lease.ts';
import { type ForeloadEvents, NoticeBoard } from './notice-board.ts';
import { OpenLeases } from './open-leases.ts';
import { parseConfig } from './parse-config.ts';
import { PressureWatch, probeOf } from './pressure-watch.ts';

/** The ids of a configuration's components. */
export type IdOf<C> = keyof C & string;
/** The value that a component's lease carries. */
export type ValueOf<C, K extends keyof C> = C[K] extends { readonly loader: infer L } ? LoadedBy<L> : never;

/** Everything there is to know of a Foreload. */
export interface ForeloadStatus extends EngineStatus {
  /** How good the forecasts were lately, beside what simple predictors would have foreseen. */
  readonly forecast: ForecastStatus;
  /** By component: how its loader loads it. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** One thing a user asked. What is demanded for it teaches the forecast. */
export interface Command<C> {
  readonly user: string;
  /** Like {@link Foreload.acquire}, for this command. */
  acquire<K extends IdOf<C>>(id: K, options?: { readonly signal?: AbortSignal }): Promise<Lease<ValueOf<C, K>>>;
  /** Says that nothing more will be demanded for it. Not needed: the next command of its user ends it too. */
  end(): void;
}

/** Keeps components warm before they are asked for. Made by {@link createForeload}. */
export class Foreload<C extends Readonly<Record<string, ComponentConfig>>> implements AsyncDisposable {
  readonly #board = new NoticeBoard();
  readonly #engine: Engine;
  readonly #tracker = new ForecastTracker();
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #hosts = new Map<ComponentId, ComponentHost>();
  readonly #leases = new OpenLeases();
  readonly #commands = new Map<UserId, CommandPulse>();
  readonly #drafts: Drafts;
  readonly #watch: PressureWatch | null;
  readonly #interference: InterferenceWatch;
  readonly #forecaster: Forecaster | null;
  readonly #inbox: EngineEvent[] = [];
  #busy = false;
  #cancelWake: () => void = () => undefined;
  #cancelWarming: () => void = () => undefined;
  #lastCommand = 0;
  #closing: Promise<void> | null = null;
  #whenCold: () => void = () => undefined;

  /** @throws ForeloadError if the configuration can't work; nothing has been started then. */
  constructor(config: ForeloadConfig<C>) {
    const parsed = parseConfig(config);
    this.#clock = config.clock ?? systemClock;
    this.#timers = config.timers ?? systemTimers;
    const predictor: Predictor = config.predictor ?? new Blend();
    this.#engine = new Engine({
      components: parsed.specs,
      graph: parsed.graph,
      budget: parsed.budget,
      ...(parsed.sizing ? { sizing: parsed.sizing } : {}),
      policy: typeof config.policy === 'object' ? config.policy : policyNamed(config.policy ?? 'worth'),
      predictor,
      infer: config.forecastModel !== undefined,
      waste: parsed.waste,
      foresight: config.policy === undefined,
      ledger: new Ledger(),
      tracker: this.#tracker,
      speculation: config.preload === false ? 'observe' : 'load',
      ...(config.keep ? { keepPrice: config.keep.mbHourMs / MB } : {}),
      lanes: parsed.lanes,
      routing: parsed.routing,
      rhythm: new Rhythm(parsed.graph.ids),
      warmingShare: parsed.warmingShare,
      ...(config.snapshot ? { snapshot: config.snapshot } : {}),
      notices: true,
    });
    // What a snapshot brought has taken the place of all that the predictor knew.
    predictor.register?.(parsed.specs);
    this.#engine.measureFrom(this.#clock.now());
    this.#drafts = new Drafts(this.#timers, (user, text) => this.#take({ kind: 'partial', user, text }));
    for (const spec of parsed.specs) {
      const host = new ComponentHost({
        id: spec.id,
        loader: parsed.loaders.get(spec.id)!,
        expectedBytes: spec.bytes,
        dependencies: () => new Map(spec.dependsOn.map((id) => [id, this.#hosts.get(id)?.value])),
        timers: this.#timers,
        timeoutMs: parsed.loadTimeoutMs,
        answer: (event) => {
          if (event.kind === 'loaded' || event.kind === 'load-failed') this.#interference.ended(event.load);
          this.#take(event);
        },
        progress: (fraction) =>
          this.#board.post({ kind: 'load-progress', at: this.#clock.now(), component: spec.id, fraction }),
        trouble: (error) =>
          this.#board.post({ kind: 'unload-failed', at: this.#clock.now(), component: spec.id, error }),
      });
      this.#hosts.set(spec.id, host);
    }
    const workers = lanes.reduce((sum, lane) => sum + parsed.lanes[lane].workers, 0);
    this.#interference = new InterferenceWatch(workers, this.#clock, this.#timers, (share) =>
      this.#take({ kind: 'interference', share }),
    );
    this.#watch = config.pressure === false ? null : this.#watchPressure(config.pressure);
    this.#forecaster = config.forecastModel === undefined ? null : this.#newForecaster(config.forecastModel);
    this.#board.open();
    // A turn later, so that the application can listen to what happens.
    if (config.snapshot) this.#cancelWarming = this.#timers.start(ms(0), () => this.#take({ kind: 'warm' }));
  }

  /** What happens, in order. Nothing is decided by who listens: what a listener throws surfaces as uncaught. */
  get events(): EventEmitter<ForeloadEvents> {
    return this.#board.events;
  }

  /**
   * Tells that a user gave a command. Its text and tags (a place, the foreground application), if known before anything
   * is demanded for it, are already used to forecast what it will demand.
   */
  observe(
    command: { readonly text?: string; readonly user?: string; readonly tags?: readonly string[] } = {},
  ): Command<C> {
    const user = (command.user ?? 'default') as UserId;
    this.#refuseClosed();
    const pulse = this.#begin(user, command.tags ?? []);
    if (command.text || command.tags?.length) {
      this.#take({ kind: 'text', command: pulse.id, user, text: command.text ?? '' });
    }
    return {
      user,
      acquire: (id, options) => this.#acquire(id, pulse, options?.signal),
      end: () => pulse.end(),
    };
  }

  /**
   * Tells what a user has typed or said so far of a command not given yet, at every key or word if you like: the whole
   * text each time, '' to take it back. It refines the forecast of the coming command, at most once a turn of the event
   * loop, and is dropped when that user's next command is observed. Nothing is learned from it.
   * @throws ForeloadError `closed`
   */
  observePartial({ text, user = 'default' }: { readonly text: string; readonly user?: string }): void {
    this.#refuseClosed();
    this.#drafts.typed(user as UserId, text);
  }

  /**
   * Demands a component now, for the latest command of a user (default: `'default'`). Resolves once it is warm;
   * concurrent demands share one load. Rejects if it can't be loaded, or as `aborted` when the signal fires.
   */
  acquire<K extends IdOf<C>>(
    id: K,
    options: { readonly user?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Lease<ValueOf<C, K>>> {
    const user = (options.user ?? 'default') as UserId;
    const pulse = this.#commands.get(user) ?? (this.#closing ? null : this.#begin(user, []));
    if (!pulse) return Promise.reject(closedError());
    return this.#acquire(id, pulse, options.signal);
  }

  /** The application itself expects a demand of `id` within so many ms: a forecast like any other. */
  expect(id: IdOf<C>, { within, user = 'default' }: { readonly within: number; readonly user?: string }): void {
    this.#refuseClosed();
    if (!(within >= 0)) throw invalid('within', within, 'give a number of ms, 0 or more');
    this.#take({ kind: 'hint', component: this.#known(id), user: user as UserId, within: ms(within) });
  }

  /** Puts a component into a lane by hand: it is loaded when a worker is free and there is room. */
  schedulePreload(id: IdOf<C>, lane: Lane): void {
    this.#refuseClosed();
    this.#take({ kind: 'preload', component: this.#known(id), lane: laneNamed(lane), user: 'default' as UserId });
  }

  /** Unloads a component as soon as no lease holds it. */
  unload(id: IdOf<C>): void {
    this.#take({ kind: 'unload', component: this.#known(id) });
  }

  /**
   * Tells of memory pressure that the application knows of; `low` takes it back. The configured probe tells by itself, and
   * the higher of the two levels holds.
   */
  pressure(level: PressureLevel): void {
    if (!pressureLevels.includes(level)) throw invalid('level', level, `give one of ${pressureLevels.join(', ')}`);
    if (this.#watch) this.#watch.own(level);
    else this.#take({ kind: 'pressure', level });
  }

  /** Changes the budget. What leases hold beyond it goes as they end; until then it is told as `budget-overdrawn`. */
  budget(bytes: number): void {
    if (!(bytes > 0)) throw invalid('budget', bytes, 'give a number of bytes above 0');
    this.#take({ kind: 'budget', bytes: bytes as never });
  }

  /** Everything there is to know right now. */
  status(): ForeloadStatus {
    const kinds = Object.fromEntries([...this.#hosts].map(([id, host]) => [id, host.kind]));
    return { ...this.#engine.status(), forecast: this.#tracker.status(), kinds };
  }

  /**
   * How good the forecasts of one user's commands were lately (default: `'default'`). Null if none could be scored yet, or
   * 256 others have been heard of since. A command is scored when its user gives the next one.
   */
  accuracy(user: string = 'default'): ForecastAccuracy | null {
    return this.#tracker.accuracyOf(user as UserId);
  }

  /**
   * All that is worth keeping over a restart, in one piece: what was learned of commands and of the times of day, and what
   * loads were measured to cost. Give it to the next one as {@link ForeloadConfig.snapshot}. Of texts it holds hashes only;
   * of users their names. Possible at any time, after {@link close} as well.
   *
   * @example
   * await writeFile('foreload.snapshot', foreload.snapshot());
   * // After a restart:
   * createForeload({ ...config, snapshot: await readFile('foreload.snapshot') });
   */
  snapshot(): Uint8Array {
    return this.#engine.snapshot();
  }

  /** Verifies every invariant of the engine: for tests, and when something looks wrong. @throws Error naming the broken one. */
  check(): void {
    this.#engine.check();
  }

  /** Unloads everything and refuses what waits. Open leases are revoked. Safe to call twice. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    const forecaster = this.#forecaster?.close();
    // Promised before anything is told: whoever hears of it may close too.
    this.#closing = new Promise<void>((resolve) => {
      this.#whenCold = () => {
        if (!this.#engine.status().components.every(({ heldBytes }) => heldBytes === 0)) return;
        this.#cancelWake();
        const settling = [...this.#hosts.values()].map((host) => host.settled());
        void Promise.all([...settling, forecaster]).then(() => resolve());
      };
    });
    this.#cancelWarming();
    this.#watch?.stop();
    this.#interference.stop();
    this.#drafts.stop();
    for (const pulse of this.#commands.values()) pulse.drop();
    this.#take({ kind: 'close' });
    for (const host of this.#hosts.values()) host.abandon();
    this.#whenCold();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #watchPressure(configured: Probe | undefined): PressureWatch {
    const probe = probeOf(configured, this.#clock, (notice) => this.#board.post(notice));
    const budget = (): number => this.#engine.budget;
    return new PressureWatch(probe, this.#clock, this.#timers, budget, (told) =>
      this.#take({ kind: 'pressure', ...told }),
    );
  }

  #newForecaster(model: NonNullable<ForeloadConfig<C>['forecastModel']>): Forecaster {
    const at = (): Millis => this.#clock.now();
    return new Forecaster({
      open: () => openForecastModel(model),
      answer: (event) => this.#take(event),
      ready: ({ encoding }) =>
        this.#board.post({ kind: 'model-ready', at: at(), components: encoding.components.length }),
      failed: (error) => this.#board.post({ kind: 'model-failed', at: at(), error }),
    });
  }

  #begin(user: UserId, tags: readonly string[]): CommandPulse {
    this.#drafts.given(user);
    this.#commands.get(user)?.drop();
    const id = ++this.#lastCommand as CommandId;
    const pulse = new CommandPulse(id, user, this.#timers, () => this.#take({ kind: 'served', command: id, user }));
    this.#commands.set(user, pulse);
    this.#take({ kind: 'command', command: id, user, tags });
    return pulse;
  }

  async #acquire<K extends IdOf<C>>(id: K, pulse: CommandPulse, signal?: AbortSignal): Promise<Lease<ValueOf<C, K>>> {
    const component = this.#known(id);
    if (this.#closing) throw closedError();
    const asked = this.#leases.ask(component, pulse, this.#clock, signal, (lease) =>
      this.#take({ kind: 'release', lease }),
    );
    this.#take({ kind: 'demand', lease: asked.lease, component, command: pulse.id, user: pulse.user });
    return (await asked.granted) as Lease<ValueOf<C, K>>;
  }

  #known(id: string): ComponentId {
    if (this.#hosts.has(id as ComponentId)) return id as ComponentId;
    throw new ForeloadError('unknown-component', {
      what: `no component is named ${JSON.stringify(id)}`,
      remedy: `use one of ${[...this.#hosts.keys()].slice(0, 8).join(', ')}${this.#hosts.size > 8 ? ', ...' : ''}`,
    });
  }

  #refuseClosed(): void {
    if (this.#closing) throw closedError();
  }

  /** Hands events to the engine one after the other, and does what it asks before the next. */
  #take(event: EngineEvent): void {
    this.#inbox.push(event);
    if (this.#busy) return;
    this.#busy = true;
    this.#board.hold();
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) {
        for (const effect of this.#engine.handle(next, this.#clock.now())) this.#perform(effect);
      }
    } finally {
      this.#busy = false;
      this.#board.release();
    }
    if (this.#closing) this.#whenCold();
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'load': {
        const host = this.#hosts.get(effect.component)!;
        if (effect.origin !== 'demand') this.#interference.began(effect.load);
        host.load(effect.load);
        // Another loader, asked to load just before, closed.
        if (this.#closing) host.abandon();
        return;
      }
      case 'unload':
        return this.#hosts.get(effect.component)!.unload();
      case 'grant':
        return this.#leases.grant(effect.lease, this.#hosts.get(effect.component)!.value, effect.found);
      case 'refuse':
        return this.#leases.refuse(effect.lease, effect.error);
      case 'revoke':
        return this.#leases.revoke(effect.lease, effect.error);
      case 'wake': {
        this.#cancelWake();
        const after = ms(Math.max(0, effect.at - this.#clock.now()));
        this.#cancelWake = this.#timers.start(after, () => this.#take({ kind: 'wake' }));
        return;
      }
      case 'infer':
        return this.#forecaster?.ask(effect);
      case 'notice':
        this.#board.post(effect.notice);
    }
  }
}

/**
 * Creates a Foreload. Nothing is loaded until a command, a hint or a snapshot gives reason to.
 *
 * @example
 * const foreload = createForeload({
 *   budget: '500MB',
 *   components: { greeter: { loader: { load: () => ({ greet: () => 'hello' }) }, size: '1MB' } },
 * });
 * const command = foreload.observe({ text: 'say hello' });
 * const lease = await command.acquire('greeter');
 * try {
 *   console.log(lease.value.greet());
 * } finally {
 *   lease.release();
 *   await foreload.close();
 * }
 */
export function createForeload<C extends Readonly<Record<string, ComponentConfig>>>(
  config: ForeloadConfig<C>,
): Foreload<C> {
  return new Foreload(config);
}

const closedError = (): ForeloadError =>
  new ForeloadError('closed', { what: 'Foreload is closed', remedy: 'create a new one to load components' });

const invalid = (option: string, found: unknown, remedy: string): ForeloadError =>
  new ForeloadError('invalid-option', { what: `${option} has an unusable value`, found: String(found), remedy });
