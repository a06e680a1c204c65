import type { Engine } from '../engine/engine.ts';
import type { Effect } from '../model/effect.ts';
import { bytes, type CommandId, type ComponentId, type LeaseId, ms, type UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';
import type { VirtualTime } from '../time/virtual.ts';
import { loadOf, nth, VirtualDriver, type VirtualWorldOptions } from './virtual-driver.ts';
import type { WorldAction } from './world-action.ts';

export type { VirtualWorldOptions } from './virtual-driver.ts';

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
  readonly #driver: VirtualDriver;
  readonly #ids: readonly ComponentId[];
  readonly #budget: number;
  readonly #commands = new Map<UserId, CommandId>();
  #lastCommand = 0;
  #lastLease = 0;

  constructor(options: VirtualWorldOptions) {
    this.#driver = new VirtualDriver(options);
    this.#ids = options.components.map((spec) => spec.id);
    this.#budget = options.budget;
  }

  get engine(): Engine {
    return this.#driver.engine;
  }

  get time(): VirtualTime {
    return this.#driver.time;
  }

  /** Every effect that the engine asked for, in order; notices are left out. */
  get effects(): readonly Effect[] {
    return this.#driver.effects;
  }

  /** Events that the engine was given so far. */
  get events(): number {
    return this.#driver.events;
  }

  act(action: WorldAction): void {
    const driver = this.#driver;
    switch (action.kind) {
      case 'command':
        return this.#command(userOf(action.user));
      case 'text':
      case 'served': {
        const user = userOf(action.user);
        const command = this.#commandOf(user);
        return driver.tell(action.kind === 'served' ? { kind: 'served', command, user } : { ...action, command, user });
      }
      case 'partial':
        return driver.tell({ ...action, user: userOf(action.user) });
      case 'demand':
        return this.#demand(userOf(action.user), action.components);
      case 'release': {
        const { leases } = driver.model;
        const lease = nth([...leases.leases('open'), ...leases.leases('waiting')], action.nth);
        return lease === undefined ? undefined : driver.tell({ kind: 'release', lease });
      }
      case 'hint': {
        const { kind, user, within } = action;
        return driver.tell({ kind, component: this.#id(action.component), user: userOf(user), within: ms(within) });
      }
      case 'preload':
        return driver.tell({ ...action, component: this.#id(action.component), user: userOf(0) });
      case 'forecast': {
        const { kind, user, predictions } = action;
        return driver.tell({ kind, user: userOf(user), predictions: this.#predicted(predictions) });
      }
      case 'inferred': {
        const question = nth(driver.model.questions.all, action.nth);
        const predictions = this.#predicted(action.predictions);
        return question && driver.answer({ kind: 'inferred', ...question, predictions });
      }
      case 'loaded':
        return this.#loaded(action.nth, action.size);
      case 'load-failed': {
        const load = nth(driver.loading(), action.nth);
        return load && driver.answer({ ...loadOf(load), kind: 'load-failed', error: asScheduled() });
      }
      case 'hung': {
        const found = action.unload ? nth(driver.unloading(), action.nth) : nth(driver.loading(), action.nth)?.load;
        return found === undefined ? undefined : driver.hang(found);
      }
      case 'unloaded': {
        const component = nth(driver.unloading(), action.nth);
        const failed = action.failed ? { error: asScheduled() } : {};
        return component && driver.answer({ kind: 'unloaded', component, ...failed });
      }
      case 'reclaimed':
      case 'unload':
        return driver.tell({ kind: action.kind, component: this.#id(action.component) });
      case 'crashed': {
        const warm = nth(driver.model.world.warm(), action.nth);
        return warm && driver.answer({ ...warm, kind: 'crashed', error: asScheduled() });
      }
      case 'repeated':
        return driver.repeat(action.nth);
      case 'pressure': {
        const { kind, level, excess, room } = action;
        const owed = excess === undefined ? {} : { excessBytes: bytes(Math.round(this.#budget * excess)) };
        return driver.tell({ kind, level, ...owed, ...(room === undefined ? {} : rooms(this.#budget * room)) });
      }
      case 'budget':
        return driver.tell({ kind: 'budget', bytes: this.#share(action.size) });
      case 'settings': {
        const { budget, ...others } = action.settings;
        const settings = budget === undefined ? others : { ...others, budget: this.#share(budget) };
        return driver.tell({ kind: 'settings', settings });
      }
      case 'pass':
        return this.time.advance(action.ms);
      case 'interference':
      case 'warm':
      case 'close':
        return driver.tell(action);
    }
  }

  /** Lets everything that is under way end well and gives back every lease, then verifies what must be true at rest. */
  settle(): void {
    const driver = this.#driver;
    if (!driver.model.world.closing) {
      this.act({ kind: 'pressure', level: 'low' });
      this.act({ kind: 'interference', share: 1 });
    }
    driver.goOn();
    for (let moved = true; moved; ) {
      moved = false;
      const { retryAt } = this.engine;
      if (retryAt !== null && retryAt > this.time.now()) {
        moved = true;
        this.time.advanceTo(retryAt);
      }
      const steps: readonly [left: () => number, action: WorldAction][] = [
        [() => driver.loading().length, { kind: 'loaded', nth: 0 }],
        [() => driver.unloading().length, { kind: 'unloaded', nth: 0 }],
        [() => driver.model.leases.leases('open').length, { kind: 'release', nth: 0 }],
      ];
      for (const [left, action] of steps) {
        for (; left() > 0; moved = true) this.act(action);
      }
    }
    driver.settled();
  }

  /** Closes the engine, lets everything end, and verifies that nothing is left open. */
  close(): void {
    this.act({ kind: 'close' });
    this.settle();
  }

  #command(user: UserId): void {
    const command = ++this.#lastCommand as CommandId;
    this.#commands.set(user, command);
    this.#driver.tell({ kind: 'command', command, user });
  }

  #demand(user: UserId, components: readonly number[]): void {
    const command = this.#commandOf(user);
    components.forEach((number, at) => {
      const lease = ++this.#lastLease as LeaseId;
      const more = at + 1 < components.length;
      this.#driver.tell({ kind: 'demand', lease, component: this.#id(number), command, user, more });
    });
  }

  #loaded(number: number, size: number | undefined): void {
    const load = nth(this.#driver.loading(), number);
    if (!load) return;
    const { expected } = this.#driver.model.world.of(load.component);
    const measured = size === undefined ? {} : { bytes: bytes(Math.max(1, Math.round(expected * size))) };
    this.#driver.answer({ ...loadOf(load), kind: 'loaded', ...measured });
  }

  #predicted(predictions: Extract<WorldAction, { kind: 'forecast' }>['predictions']): Prediction[] {
    return predictions.map((told) => ({ ...told, component: this.#id(told.component), why: 'the schedule says so' }));
  }

  #commandOf(user: UserId): CommandId {
    if (!this.#commands.has(user)) this.#command(user);
    return this.#commands.get(user)!;
  }

  #id(number: number): ComponentId {
    return nth(this.#ids, number)!;
  }

  /** So much of the first budget. */
  #share(size: number): ReturnType<typeof bytes> {
    return bytes(Math.max(1, Math.round(this.#budget * size)));
  }
}

const asScheduled = (): Error => new Error('the schedule says so');
const rooms = (size: number) => ({ roomBytes: bytes(Math.round(size)), demandBytes: bytes(Math.round(2 * size)) });
const userOf = (number: number): UserId => `user ${number}` as UserId;
