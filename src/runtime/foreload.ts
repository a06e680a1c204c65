import type { EventEmitter } from 'node:events';
import type { Engine } from '../engine/engine.ts';
import { refuseTooSmall } from '../engine/fit.ts';
import type { EngineStatus } from '../engine/status.ts';
import { laneNamed } from '../lanes/lanes.ts';
import { ForecastTracker } from '../metrics/forecast-tracker.ts';
import type { ForecastAccuracy, ForecastStatus } from '../model/accuracy.ts';
import { closedError } from '../model/errors.ts';
import { type ComponentId, ms, type UserId } from '../model/ids.ts';
import type { Message } from '../ring/messages.ts';
import { type Lane, type PressureLevel, pressureLevels } from '../model/reason.ts';
import type { Clock, Timers } from '../time/clock.ts';
import { systemClock, systemTimers } from '../time/system.ts';
import type { CommandPulse } from './command-pulse.ts';
import type { Command, IdOf, ValueOf } from './command.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import { Drafts } from './drafts.ts';
import { EngineDriver } from './engine-driver.ts';
import { HistoryKeeper, type StoreStatus } from './history-keeper.ts';
import type { AcquireOptions, Lease } from './lease.ts';
import { liveEngine } from './live-engine.ts';
import { type ForeloadEvents, NoticeBoard } from './notice-board.ts';
import { OpenCommands } from './open-commands.ts';
import { parseConfig } from './parse-config.ts';
import { Ports, type WorkerPort } from './ports.ts';
import { type PressureWatch, watchPressure } from './pressure-watch.ts';
import { changesBetween, type Reloaded } from './reload.ts';
import { invalidOption, unknownComponent } from './refusals.ts';

/** Everything there is to know of a Foreload. */
export interface ForeloadStatus extends EngineStatus {
  /** How good the forecasts were lately, beside what simple predictors would have foreseen. */
  readonly forecast: ForecastStatus;
  /** By component: how its loader loads it. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Where history is kept; null: nowhere. */
  readonly store: StoreStatus | null;
}

/** Keeps components warm before they are asked for. Made by {@link createForeload}. */
export class Foreload<C extends Readonly<Record<string, ComponentConfig>>> implements AsyncDisposable {
  readonly #board = new NoticeBoard();
  readonly #tracker = new ForecastTracker();
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** What holds now. */
  #config: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>;
  readonly #engine: Engine;
  readonly #driver: EngineDriver;
  readonly #commands: OpenCommands;
  readonly #drafts: Drafts;
  readonly #ports: Ports;
  #watch: PressureWatch | null;
  readonly #keeper: HistoryKeeper | null;
  #closed: Promise<void> | null = null;
  #cancelWarming: () => void = () => undefined;

  /** @throws ForeloadError if the configuration can't work; nothing has been started then. */
  constructor(config: ForeloadConfig<C>) {
    const parsed = parseConfig(config);
    const { clock = systemClock, timers = systemTimers } = config;
    const board = this.#board;
    this.#clock = clock;
    this.#timers = timers;
    this.#config = config;
    const { store, graph, specs, budget, sizing } = parsed;
    // Before the store is opened: that would be a start.
    refuseTooSmall(graph, specs, sizing?.min ?? budget);
    this.#keeper = store ? new HistoryKeeper({ store, clock, post: (notice) => board.post(notice) }) : null;
    this.#engine = liveEngine({ config, parsed, tracker: this.#tracker, keeper: this.#keeper, board }, clock.now());
    const driver = new EngineDriver({
      engine: this.#engine,
      parsed,
      traceLeases: config.traceLeases ?? false,
      model: config.forecastModel,
      history: this.#keeper,
      board,
      clock,
      timers,
    });
    this.#driver = driver;
    this.#commands = new OpenCommands(timers, (command, user) => driver.take({ kind: 'served', command, user }));
    this.#drafts = new Drafts(timers, (user, text) => driver.take({ kind: 'partial', user, text }));
    this.#watch = this.#watchPressure(config.pressure);
    this.#ports = new Ports(driver.hosts.ids, (message) => this.#told(message));
    board.open();
    // A turn later, so that the application can listen to what happens.
    if (config.snapshot || this.#keeper?.snapshot)
      this.#cancelWarming = timers.start(ms(0), () => driver.take({ kind: 'warm' }));
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
    const pulse = this.#begin(user, command.text ?? '', command.tags ?? []);
    if (command.text || command.tags?.length) {
      this.#driver.take({ kind: 'text', command: pulse.id, user, text: command.text ?? '' });
    }
    return {
      user,
      acquire: (id, options) => this.#acquire(id, pulse, options),
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
   * concurrent demands share one load. Rejects if it can't be loaded, as `aborted` when the signal fires, or as
   * `demand-timeout` after `timeoutMs`. Where the component allows only so many leases at once, it waits its turn.
   */
  acquire<K extends IdOf<C>>(
    id: K,
    options: AcquireOptions & { readonly user?: string } = {},
  ): Promise<Lease<ValueOf<C, K>>> {
    const user = (options.user ?? 'default') as UserId;
    const pulse = this.#commands.latest(user) ?? (this.#driver.closing ? null : this.#begin(user, '', []));
    if (!pulse) return Promise.reject(closedError());
    return this.#acquire(id, pulse, options);
  }

  /** The application itself expects a demand of `id` within so many ms: a forecast like any other. */
  expect(id: IdOf<C>, { within, user = 'default' }: { readonly within: number; readonly user?: string }): void {
    this.#refuseClosed();
    if (!(within >= 0)) throw invalidOption('within', within, 'give a number of ms, 0 or more');
    this.#driver.take({ kind: 'hint', component: this.#known(id), user: user as UserId, within: ms(within) });
  }

  /**
   * A port for one worker thread, to be handed to it as data: there `attachPort` of `foreload/worker` gives `observe`,
   * `observePartial` and `used`, without a message each. Up to 31 at a time.
   * @throws ForeloadError `invalid-option` when 31 are in use, `closed`
   */
  port(): WorkerPort {
    this.#refuseClosed();
    return this.#ports.open();
  }

  /** Puts a component into a lane by hand: it is loaded when a worker is free and there is room. */
  schedulePreload(id: IdOf<C>, lane: Lane): void {
    this.#refuseClosed();
    this.#driver.take({
      kind: 'preload',
      component: this.#known(id),
      lane: laneNamed(lane),
      user: 'default' as UserId,
    });
  }

  /** Unloads a component as soon as no lease holds it. */
  unload(id: IdOf<C>): void {
    this.#driver.take({ kind: 'unload', component: this.#known(id) });
  }

  /**
   * Tells of memory pressure that the application knows of; `low` takes it back. The configured probe tells by itself, and
   * the higher of the two levels holds.
   */
  pressure(level: PressureLevel): void {
    if (!pressureLevels.includes(level))
      throw invalidOption('level', level, `give one of ${pressureLevels.join(', ')}`);
    if (this.#watch) this.#watch.own(level);
    else this.#driver.take({ kind: 'pressure', level });
  }

  /**
   * Changes the budget. What leases hold beyond it goes as they end; until then it is told as `budget-overdrawn`.
   * @throws ForeloadError `over-budget` if not every component would fit into it, as for a configuration, `invalid-option` for
   * what is no size; the one before stays in force
   */
  budget(bytes: number): void {
    if (!(bytes > 0)) throw invalidOption('budget', bytes, 'give a number of bytes above 0');
    this.#engine.fit(bytes);
    this.#driver.take({ kind: 'budget', bytes: bytes as never });
  }

  /**
   * Takes over a new configuration while it runs: budget, waste, lanes, routing, keep, preload and pressure at once. What needs a
   * restart, such as other components, is named in `refused` and stays as it was. Leave out what is to be the default again.
   *
   * @throws ForeloadError if the new configuration can't work; the one before stays in force, in full
   *
   * @example
   * const { applied, refused } = foreload.reload({ ...config, budget: '1GB', waste: 0.05 });
   */
  reload(config: ForeloadConfig<C>): Reloaded {
    this.#refuseClosed();
    const parsed = parseConfig(config);
    const { applied, refused, settings, pressure } = changesBetween(this.#config, config, parsed);
    if (settings.budget !== undefined) this.#engine.fit(settings.budget);
    this.#driver.take({ kind: 'settings', settings });
    if (pressure) {
      this.#watch?.stop();
      // Nobody may read it any more: what was told last no longer holds.
      if (config.pressure === false) this.#driver.take({ kind: 'pressure', level: 'low' });
      this.#watch = this.#watchPressure(config.pressure);
    }
    const taken = applied.map((option) => [option, config[option as keyof typeof config]]);
    this.#config = { ...this.#config, ...Object.fromEntries(taken) };
    return { applied, refused };
  }

  /** Everything there is to know right now. */
  status(): ForeloadStatus {
    return {
      ...this.#engine.status(),
      forecast: this.#tracker.status(),
      kinds: this.#driver.hosts.kinds(),
      store: this.#keeper?.status ?? null,
    };
  }

  /**
   * How good the forecasts of one user's commands were lately (default: `'default'`). Null if none could be scored yet, or
   * 256 others have been heard of since. A command is scored when its user gives the next one.
   */
  accuracy(user: string = 'default'): ForecastAccuracy | null {
    return this.#tracker.accuracyOf(user as UserId);
  }

  /**
   * All that is worth keeping over a restart, in one piece: what was learned of commands, of the times of day and of what is
   * worth loading and keeping, and what loads were measured to cost. Give it to the next one as {@link ForeloadConfig.snapshot}. Of texts it holds hashes only;
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

  /**
   * Unloads everything and refuses what waits. Open leases are revoked. What was learned is in the store once it resolves.
   * Safe to call twice.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#cancelWarming();
    this.#watch?.stop();
    this.#drafts.stop();
    this.#ports.close();
    this.#commands.stop();
    await this.#driver.close();
    await this.#keeper?.close(() => this.snapshot());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #watchPressure(probe: ForeloadConfig<C>['pressure']): PressureWatch | null {
    return watchPressure(probe, this.#clock, this.#timers, {
      budget: () => this.#engine.budget,
      post: (notice) => this.#board.post(notice),
      tell: (told) => this.#driver.take({ kind: 'pressure', ...told }),
    });
  }

  #begin(user: UserId, text: string, tags: readonly string[]): CommandPulse {
    this.#keeper?.command(user, text, tags, () => this.snapshot());
    this.#drafts.given(user);
    const pulse = this.#commands.begin(user);
    this.#driver.take({ kind: 'command', command: pulse.id, user, tags });
    return pulse;
  }

  /** Not `async`: what is warm is given at once, and costs no turns of its own. */
  #acquire<K extends IdOf<C>>(id: K, pulse: CommandPulse, options: AcquireOptions = {}): Promise<Lease<ValueOf<C, K>>> {
    const driver = this.#driver;
    const component = id as string as ComponentId;
    if (!driver.hosts.has(component)) return Promise.reject(unknownComponent(id, driver.hosts.ids));
    if (driver.closing) return Promise.reject(closedError());
    const { timeoutMs } = options;
    if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
      return Promise.reject(invalidOption('timeoutMs', timeoutMs, 'give a number of ms, 0 or more'));
    }
    // The value is what the component's loader gave, as its configuration says.
    return driver.leases.ask(component, pulse, options) as Promise<Lease<ValueOf<C, K>>>;
  }

  /** What a worker thread tells is as if it were told here. */
  #told({ kind, parts: [user = 'default', text = '', ...tags], component }: Message): void {
    if (this.#driver.closing) return;
    if (kind === 'observe') this.observe({ user, text, tags });
    else if (kind === 'partial') this.observePartial({ user, text });
    else this.acquire(this.#driver.hosts.ids[component] as IdOf<C>, { user }).then(release, ignore);
  }

  #known(id: string): ComponentId {
    const { hosts } = this.#driver;
    if (hosts.has(id as ComponentId)) return id as ComponentId;
    throw unknownComponent(id, hosts.ids);
  }

  #refuseClosed(): void {
    if (this.#driver.closing) throw closedError();
  }
}

const release = (lease: Lease<unknown>): void => lease.release();
/** A load that fails is told as a notice. */
const ignore = (): void => undefined;

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
