import type { Engine } from '../engine/engine.ts';
import type { Effect } from '../model/effect.ts';
import { type CommandId, type ComponentId, type LeaseId, ms, type UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';
import type { VirtualTime } from '../time/virtual.ts';
import { answer } from './load-answers.ts';
import { settle } from './settle.ts';
import { nth, VirtualDriver, type VirtualWorldOptions } from './virtual-driver.ts';
import type { WorldAction } from './world-action.ts';
import { conditionOf } from './world-conditions.ts';

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
      case 'load-failed':
      case 'hung':
      case 'unloaded':
      case 'crashed':
      case 'repeated':
        return answer(driver, action);
      case 'reclaimed':
      case 'unload':
        return driver.tell({ kind: action.kind, component: this.#id(action.component) });
      case 'pass':
        return this.time.advance(action.ms);
      case 'pressure':
      case 'interference':
      case 'budget':
      case 'settings':
      case 'warm':
      case 'close':
        return driver.tell(conditionOf(action, this.#budget));
    }
  }

  /** Lets everything that is under way end well and gives back every lease, then verifies what must be true at rest. */
  settle(): void {
    settle(this.#driver);
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
}

const userOf = (number: number): UserId => `user ${number}` as UserId;
