import { workersOf } from '../lanes/lanes.ts';
import type { Engine } from '../engine/engine.ts';
import type { Waiting } from '../engine/status.ts';
import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import { type ComponentId, type LeaseId, type Millis, ms } from '../model/ids.ts';
import type { Clock, Timers } from '../time/clock.ts';
import type { CommandPulse } from './command-pulse.ts';
import { ComponentHosts } from './component-hosts.ts';
import type { ForeloadConfig } from './config.ts';
import { openForecastModel } from './forecast-model.ts';
import { Forecaster } from './forecaster.ts';
import { Foreground } from './foreground.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import { idleGate } from './idle-gate.ts';
import { InterferenceWatch } from './interference-watch.ts';
import type { NoticeBoard } from './notice-board.ts';
import { type LeaseEngine, OpenLeases } from './open-leases.ts';
import type { ParsedConfig } from './parse-config.ts';

type Model = NonNullable<ForeloadConfig<never>['forecastModel']>;

/** What a driver works with. */
export interface DriverParts {
  readonly engine: Engine;
  readonly parsed: ParsedConfig;
  /** Whether the place of every lease is written down. */
  readonly traceLeases: boolean;
  /** A trained model that the engine may ask; undefined: there is none. */
  readonly model: Model | undefined;
  /** Writes down what happens; null: nobody does. */
  readonly history: HistoryKeeper | null;
  readonly board: NoticeBoard;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Performs in the real world what the engine asks for, and feeds it the answers and all else that happens. */
export class EngineDriver implements LeaseEngine {
  readonly hosts: ComponentHosts;
  readonly leases: OpenLeases;
  readonly #engine: Engine;
  readonly #history: HistoryKeeper | null;
  readonly #board: NoticeBoard;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #interference: InterferenceWatch;
  readonly #foreground: Foreground;
  readonly #forecaster: Forecaster | null;
  readonly #inbox: EngineEvent[] = [];
  readonly #polite: boolean;
  #busy = false;
  #cancelWake: () => void = () => undefined;
  /** Keeps the process alive for demands that wait for another try. */
  #retryAt: Millis | null = null;
  #cancelRetry: () => void = () => undefined;
  #closing: Promise<void> | null = null;
  #whenEmpty: () => void = () => undefined;

  constructor({ engine, parsed, traceLeases, model, history, board, clock, timers }: DriverParts) {
    this.#engine = engine;
    this.#history = history;
    this.#board = board;
    this.#clock = clock;
    this.#timers = timers;
    this.leases = new OpenLeases({
      clock,
      timers,
      traceAll: traceLeases,
      engine: this,
      post: (notice) => board.post(notice),
    });
    this.#polite = parsed.polite;
    this.#interference = new InterferenceWatch(workersOf(parsed.lanes), clock, timers, (share) =>
      this.take({ kind: 'interference', share }),
    );
    const foreground = new Foreground(clock, timers);
    this.#foreground = foreground;
    this.hosts = new ComponentHosts(parsed, {
      clock,
      timers,
      gate: (until) => idleGate(clock, timers, until),
      standAside: (...load) => foreground.standAside(...load),
      answer: (event) => {
        if (event.kind === 'loaded' || event.kind === 'load-failed') this.#interference.ended(event.load);
        if (event.kind === 'loaded' && event.bytes) this.#history?.measured(event.component, event.bytes);
        this.take(event);
      },
      post: (notice) => board.post(notice),
    });
    this.#forecaster = model === undefined ? null : this.#newForecaster(model);
  }

  /** Whether {@link close} has been called. */
  get closing(): boolean {
    return this.#closing !== null;
  }

  demand(lease: LeaseId, component: ComponentId, { id: command, user }: CommandPulse, again: boolean): void {
    this.#foreground.asked(lease);
    this.take({ kind: 'demand', lease, component, command, user, again });
  }

  release(lease: LeaseId): void {
    this.#foreground.ended(lease);
    this.take({ kind: 'release', lease });
  }

  waiting(lease: LeaseId): Waiting | null {
    return this.#engine.waiting(lease);
  }

  /** Hands events to the engine one after the other, and does what it asks before the next. */
  take(event: EngineEvent): void {
    if (this.#busy) {
      this.#inbox.push(event);
      return;
    }
    this.#busy = true;
    this.#board.hold();
    try {
      this.#handle(event);
      while (this.#inbox.length > 0) this.#handle(this.#inbox.shift()!);
    } finally {
      this.#busy = false;
      this.#board.release();
    }
    this.#awaitRetry();
    if (this.#closing) this.#whenEmpty();
  }

  #handle(event: EngineEvent): void {
    const now = this.#clock.now();
    for (const effect of this.#engine.handle(event, now)) this.#perform(effect, now);
    if (event.kind === 'settings' && event.settings.lanes) this.#interference.limit(workersOf(event.settings.lanes));
  }

  /** Has the engine close, and resolves once nothing is in memory and no loader works any more. Safe to call twice. */
  close(): Promise<void> {
    if (this.#closing) return this.#closing;
    const forecaster = this.#forecaster?.close();
    // Promised before anything is told: whoever hears of it may close too.
    this.#closing = new Promise<void>((resolve) => {
      this.#whenEmpty = () => {
        if (!this.#engine.empty) return;
        this.#cancelWake();
        void Promise.all([this.hosts.settled(), forecaster]).then(() => resolve());
      };
    });
    this.#interference.stop();
    this.leases.stop();
    this.take({ kind: 'close' });
    this.hosts.abandonAll();
    this.#whenEmpty();
    return this.#closing;
  }

  /** The wake that the engine asks for keeps no process alive; somebody waits for this one. */
  #awaitRetry(): void {
    const { retryAt } = this.#engine;
    if (retryAt === this.#retryAt) return;
    this.#cancelRetry();
    this.#retryAt = retryAt;
    if (retryAt === null) return;
    const after = ms(Math.max(0, retryAt - this.#clock.now()));
    const run = (): void => {
      // Timers may come a little early by the clock: then this one is set again.
      this.#retryAt = null;
      this.take({ kind: 'wake' });
    };
    this.#cancelRetry = this.#timers.start(after, run, true);
  }

  #newForecaster(model: Model): Forecaster {
    const at = (): Millis => this.#clock.now();
    return new Forecaster({
      open: () => openForecastModel(model),
      answer: (event) => this.take(event),
      ready: ({ encoding }) =>
        this.#board.post({ kind: 'model-ready', at: at(), components: encoding.components.length }),
      failed: (error) => this.#board.post({ kind: 'model-failed', at: at(), error }),
    });
  }

  #perform(effect: Effect, now: Millis): void {
    switch (effect.kind) {
      case 'load':
        if (effect.origin !== 'demand') this.#interference.began(effect.load);
        this.hosts.load(effect.component, effect.load, this.#polite && effect.origin !== 'demand');
        // Another loader, asked to load just before, closed.
        if (this.#closing) this.hosts.abandon(effect.component);
        return;
      case 'hurry':
        return this.hosts.hurry(effect.component);
      case 'check':
        return this.hosts.check(effect.component, effect.load);
      case 'unload':
        return this.hosts.unload(effect.component);
      case 'grant':
        this.#foreground.granted(effect.lease);
        return this.leases.grant(effect.lease, this.hosts.valueOf(effect.component), effect.found, now);
      case 'refuse':
        this.#foreground.ended(effect.lease);
        return this.leases.refuse(effect.lease, effect.error);
      case 'revoke':
        this.#foreground.ended(effect.lease);
        return this.leases.revoke(effect.lease, effect.error);
      case 'wake': {
        this.#cancelWake();
        const after = ms(Math.max(0, effect.at - this.#clock.now()));
        this.#cancelWake = this.#timers.start(after, () => this.take({ kind: 'wake' }));
        return;
      }
      case 'infer':
        return this.#forecaster?.ask(effect);
      case 'notice':
        this.#history?.notice(effect.notice);
        this.#board.post(effect.notice);
    }
  }
}
