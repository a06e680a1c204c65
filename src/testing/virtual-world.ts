import { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import { Ledger } from '../metrics/ledger.ts';
import type { Preload } from '../metrics/preload.ts';
import type { Effect } from '../model/effect.ts';
import type { Outcome } from '../model/reason.ts';
import type { EngineEvent } from '../model/event.ts';
import {
  bytes,
  type CommandId,
  type ComponentId,
  type LeaseId,
  type LoadId,
  type Millis,
  ms,
  type UserId,
} from '../model/ids.ts';
import { VirtualTime } from '../time/virtual.ts';
import { promise } from './promise.ts';
import type { WorldAction } from './world-action.ts';
import { WorldModel } from './world-model.ts';

/** Ms that a load and an unload may take, as in a runtime. */
const loadTimeoutMs = 30_000;
const unloadTimeoutMs = 10_000;

/** What a world is made of: an engine's options, but for what the world sees to itself. */
export type VirtualWorldOptions = Omit<EngineOptions, 'ledger' | 'notices' | 'graph' | 'allowOutside'>;

/**
 * One engine in a world made of nothing but data: time is moved, loads end when an action says so, and everything may
 * go wrong. After each event every invariant of the engine and every promise it makes is verified; the first that is
 * broken throws.
 *
 * @example
 * const world = new VirtualWorld({ components, budget, policy: lru(), predictor: null, waste: null });
 * world.act({ kind: 'demand', user: 0, components: [0] });
 * world.act({ kind: 'loaded', nth: 0 });
 * world.settle();
 */
export class VirtualWorld {
  readonly engine: Engine;
  readonly time: VirtualTime = new VirtualTime();
  /** Every effect that the engine asked for, in order; notices are left out. */
  readonly effects: Effect[] = [];
  /** Events that the engine was given so far. */
  events = 0;
  readonly #model: WorldModel;
  readonly #ledger = new WatchedLedger();
  readonly #ids: readonly ComponentId[];
  readonly #budget: number;
  readonly #commands = new Map<UserId, CommandId>();
  readonly #answers: EngineEvent[] = [];
  /** Loads and unloads that do nothing more, by load and by component. */
  readonly #hung = new Set<LoadId | ComponentId>();
  /** Gives up what takes too long. */
  readonly #limits = new Map<LoadId | ComponentId, () => void>();
  #cancelWake: () => void = () => undefined;
  #lastCommand = 0;
  #lastLease = 0;

  constructor(options: VirtualWorldOptions) {
    this.engine = new Engine({ ...options, ledger: this.#ledger, notices: true });
    this.#model = new WorldModel(options);
    this.#ids = options.components.map((spec) => spec.id);
    this.#budget = options.budget;
  }

  act(action: WorldAction): void {
    switch (action.kind) {
      case 'command':
        return this.#command(userOf(action.user));
      case 'text': {
        const user = userOf(action.user);
        return this.#tell({ kind: 'text', command: this.#commandOf(user), user, text: action.text });
      }
      case 'partial':
        return this.#tell({ kind: 'partial', user: userOf(action.user), text: action.text });
      case 'demand':
        return this.#demand(userOf(action.user), action.components);
      case 'served': {
        const user = userOf(action.user);
        return this.#tell({ kind: 'served', command: this.#commandOf(user), user });
      }
      case 'release': {
        const lease = nth([...this.#model.leases('open'), ...this.#model.leases('waiting')], action.nth);
        return lease === undefined ? undefined : this.#tell({ kind: 'release', lease });
      }
      case 'hint': {
        const { user, within } = action;
        return this.#tell({
          kind: 'hint',
          component: this.#id(action.component),
          user: userOf(user),
          within: ms(within),
        });
      }
      case 'preload':
        return this.#tell({ ...action, component: this.#id(action.component), user: userOf(0) });
      case 'forecast': {
        const why = 'the schedule says so';
        const predictions = action.predictions.map((told) => ({ ...told, component: this.#id(told.component), why }));
        return this.#tell({ kind: 'forecast', user: userOf(action.user), predictions });
      }
      case 'inferred': {
        const question = nth(this.#model.questions(), action.nth);
        if (!question) return;
        const why = 'the schedule says so';
        const predictions = action.predictions.map((told) => ({ ...told, component: this.#id(told.component), why }));
        return this.#answer({ kind: 'inferred', ...question, predictions });
      }
      case 'loaded':
        return this.#loaded(action.nth, action.size);
      case 'load-failed': {
        const load = nth(this.#loading(), action.nth);
        return load && this.#answer({ ...loadOf(load), kind: 'load-failed', error: new Error('the schedule says so') });
      }
      case 'hung': {
        const found = action.unload ? nth(this.#unloading(), action.nth) : nth(this.#loading(), action.nth)?.load;
        if (found !== undefined) this.#hung.add(found);
        return;
      }
      case 'unloaded': {
        const component = nth(this.#unloading(), action.nth);
        const error = new Error('the schedule says so');
        return component && this.#answer({ kind: 'unloaded', component, ...(action.failed ? { error } : {}) });
      }
      case 'reclaimed':
        return this.#tell({ kind: 'reclaimed', component: this.#id(action.component) });
      case 'crashed': {
        const warm = nth(this.#model.warm(), action.nth);
        return warm && this.#answer({ ...warm, kind: 'crashed', error: new Error('the schedule says so') });
      }
      case 'repeated':
        return this.#repeat(action.nth);
      case 'unload':
        return this.#tell({ kind: 'unload', component: this.#id(action.component) });
      case 'pressure': {
        const { kind, level, excess, room } = action;
        return this.#tell({
          kind,
          level,
          ...(excess === undefined ? {} : { excessBytes: bytes(Math.round(this.#budget * excess)) }),
          ...(room === undefined ? {} : rooms(this.#budget * room)),
        });
      }
      case 'interference':
        return this.#tell(action);
      case 'budget':
        return this.#tell({ kind: 'budget', bytes: bytes(Math.max(1, Math.round(this.#budget * action.size))) });
      case 'warm':
        return this.#tell(action);
      case 'pass':
        return this.time.advance(action.ms);
      case 'close':
        return this.#tell({ kind: 'close' });
    }
  }

  /** Lets everything that is under way end well and gives back every lease, then verifies what must be true at rest. */
  settle(): void {
    if (!this.#model.closing) {
      this.act({ kind: 'pressure', level: 'low' });
      this.act({ kind: 'interference', share: 1 });
    }
    this.#hung.clear();
    for (let moved = true; moved; ) {
      moved = false;
      const { retryAt } = this.engine;
      if (retryAt !== null && retryAt > this.time.now()) {
        moved = true;
        this.time.advanceTo(retryAt);
      }
      const steps: readonly [left: () => number, action: WorldAction][] = [
        [() => this.#loading().length, { kind: 'loaded', nth: 0 }],
        [() => this.#unloading().length, { kind: 'unloaded', nth: 0 }],
        [() => this.#model.leases('open').length, { kind: 'release', nth: 0 }],
      ];
      for (const [left, action] of steps) {
        for (; left() > 0; moved = true) this.act(action);
      }
    }
    this.#model.settled(this.engine);
  }

  /** Closes the engine, lets everything end, and verifies that nothing is left open. */
  close(): void {
    this.act({ kind: 'close' });
    this.settle();
    this.#ledger.settled();
  }

  #command(user: UserId): void {
    const command = ++this.#lastCommand as CommandId;
    this.#commands.set(user, command);
    this.#tell({ kind: 'command', command, user });
  }

  #demand(user: UserId, components: readonly number[]): void {
    const command = this.#commandOf(user);
    components.forEach((number, at) => {
      const lease = ++this.#lastLease as LeaseId;
      const more = at + 1 < components.length;
      this.#tell({ kind: 'demand', lease, component: this.#id(number), command, user, more });
    });
  }

  #loaded(number: number, size: number | undefined): void {
    const load = nth(this.#loading(), number);
    if (!load) return;
    const measured =
      size === undefined ? null : Math.max(1, Math.round(this.#model.expectedBytes(load.component) * size));
    this.#answer({ ...loadOf(load), kind: 'loaded', ...(measured === null ? {} : { bytes: bytes(measured) }) });
  }

  /** An answer of the driver: remembered, so that it can come once more. */
  #answer(event: EngineEvent): void {
    this.#answers.push(event);
    this.#tell(event);
  }

  #answered(what: LoadId | ComponentId): void {
    this.#limits.get(what)?.();
    this.#limits.delete(what);
    this.#hung.delete(what);
  }

  #repeat(number: number): void {
    const event = nth(this.#answers, number);
    // An unload carries no number: while a later one runs, it can't be told from the one that was answered.
    if (!event || (event.kind === 'unloaded' && this.#model.unloading().includes(event.component))) return;
    this.#tell(event);
  }

  #tell(event: EngineEvent): void {
    if (event.kind === 'loaded' || event.kind === 'load-failed') this.#answered(event.load);
    if (event.kind === 'unloaded') this.#answered(event.component);
    const stale = event.kind === 'inferred' && this.#model.isStale(event);
    const failed = event.kind === 'load-failed' ? this.#model.loading().find(({ load }) => load === event.load) : null;
    this.events++;
    this.#model.before(event, this.time.now());
    for (const effect of this.engine.handle(event, this.time.now())) {
      promise(
        !stale || effect.kind !== 'notice' || effect.notice.kind !== 'forecast',
        'a stale answer changes nothing',
      );
      if (effect.kind !== 'notice') this.effects.push(effect);
      if (effect.kind === 'load' || effect.kind === 'unload') this.#limit(effect);
      if (effect.kind === 'wake') this.#wakeAt(effect.at);
      else this.#model.perform(effect, event, failed?.origin ?? null);
    }
    this.engine.check();
    this.#model.after(this.engine, event);
  }

  #loading(): Extract<Effect, { kind: 'load' }>[] {
    return this.#model.loading().filter(({ load }) => !this.#hung.has(load));
  }

  #unloading(): ComponentId[] {
    return this.#model.unloading().filter((component) => !this.#hung.has(component));
  }

  /** As drivers do: what takes too long is answered for. */
  #limit(effect: Extract<Effect, { kind: 'load' | 'unload' }>): void {
    const late = (): Error => new Error('it takes too long');
    if (effect.kind === 'unload') {
      const { component } = effect;
      this.#limitOf(component, unloadTimeoutMs, () => this.#answer({ kind: 'unloaded', component, error: late() }));
    } else {
      this.#limitOf(effect.load, loadTimeoutMs, () =>
        this.#answer({ ...loadOf(effect), kind: 'load-failed', error: late() }),
      );
    }
  }

  #limitOf(what: LoadId | ComponentId, after: number, late: () => void): void {
    this.#limits.set(what, this.time.start(ms(after), late));
  }

  #wakeAt(at: Millis): void {
    this.#cancelWake();
    this.#cancelWake = this.time.start(ms(at - this.time.now()), () => this.#tell({ kind: 'wake' }));
  }

  #commandOf(user: UserId): CommandId {
    if (!this.#commands.has(user)) this.#command(user);
    return this.#commands.get(user)!;
  }

  #id(number: number): ComponentId {
    return nth(this.#ids, number)!;
  }
}

/** A ledger that remembers every preload: each must have had one outcome in the end, and `close` allows no second. */
class WatchedLedger extends Ledger {
  readonly #open = new Set<Preload>();

  override open(...preload: Parameters<Ledger['open']>): Preload {
    const opened = super.open(...preload);
    this.#open.add(opened);
    return opened;
  }

  override close(preload: Preload, outcome: Outcome): void {
    super.close(preload, outcome);
    this.#open.delete(preload);
  }

  settled(): void {
    const open = this.#open.size;
    if (open > 0) throw new Error(`promise broken: each preload has an outcome in the end (${open} have none)`);
  }
}

const rooms = (size: number) => ({ roomBytes: bytes(Math.round(size)), demandBytes: bytes(Math.round(2 * size)) });
const userOf = (number: number): UserId => `user ${number}` as UserId;
const loadOf = ({ component, load }: Extract<Effect, { kind: 'load' }>) => ({ component, load });
const nth = <T>(list: readonly T[], number: number): T | undefined => list[number % list.length];
