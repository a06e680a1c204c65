import type { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import type { ComponentId, LeaseId, LoadId, UserId } from '../model/ids.ts';
import type { EngineStatus } from '../engine/status.ts';
import { lanes } from '../model/reason.ts';
import { FaultModel } from './fault-model.ts';
import { PressureModel } from './pressure-model.ts';
import { promise } from './promise.ts';
import { dependantsOf, dependenciesOf, type RealComponent, realComponents, vanish } from './real-component.ts';

/** What names a question to the trained model. */
type Question = Pick<Extract<EngineEvent, { kind: 'inferred' }>, 'user' | 'moment'>;

interface Holder {
  readonly real: RealComponent;
  state: 'waiting' | 'open' | 'done';
}

type ModelOptions = Pick<EngineOptions, 'components' | 'budget' | 'faults' | 'yields'>;

/**
 * A second opinion on everything that an engine does, kept by the plainest means from the events it is given and the
 * effects it asks for. Any promise that is broken throws.
 */
export class WorldModel {
  readonly #reals: readonly RealComponent[];
  readonly #byId: ReadonlyMap<ComponentId, RealComponent>;
  readonly #holders = new Map<LeaseId, Holder>();
  readonly #pressure = new PressureModel();
  readonly #faults: FaultModel;
  readonly #yields: boolean;
  /** Bytes that failed unloads may have left behind. */
  #lost = 0;
  #now = 0;
  /** Something that failed is tried again later. */
  #retrying = false;
  /** What loaded for demands before the event. */
  #urgent: readonly RealComponent[] = [];
  /** A demand waits, or is made just now. */
  #asks = false;
  /** A demand's load that failed just now. */
  #failed: RealComponent | null = null;
  /** Those whose load has been decided and waits for what they rest on. */
  readonly #reserved = new Set<RealComponent>();
  /** Loads that hold a worker of a lane, after the event before. */
  #running = 0;
  #budget: number;
  /** More is in memory than the budget allows, for a reason that nobody could foresee. */
  #excused = false;
  #closing = false;
  /** What the trained model is asked, the latest first. */
  readonly #questions: Question[] = [];
  /** Of each user the question that may still be answered: they have done nothing since. */
  readonly #fresh = new Map<UserId, number>();

  constructor({ components: specs, budget, faults, yields }: ModelOptions) {
    this.#budget = budget;
    this.#faults = new FaultModel(faults ?? null);
    this.#yields = yields ?? false;
    this.#byId = realComponents(specs);
    this.#reals = [...this.#byId.values()];
  }

  get closing(): boolean {
    return this.#closing;
  }

  loading(): Extract<Effect, { kind: 'load' }>[] {
    return this.#reals.filter((real) => real.state === 'loading').map((real) => real.effect!);
  }

  unloading(): ComponentId[] {
    return this.#reals.filter((real) => real.state === 'unloading').map((real) => real.spec.id);
  }

  warm(): { component: ComponentId; load: LoadId }[] {
    return this.#reals
      .filter((real) => real.state === 'warm')
      .map((real) => ({ component: real.spec.id, load: real.load! }));
  }

  questions(): readonly Question[] {
    return this.#questions;
  }

  /** Whether the user did something after this was asked. */
  isStale({ user, moment }: Question): boolean {
    return this.#fresh.get(user) !== moment;
  }

  expectedBytes(component: ComponentId): number {
    return this.#real(component).expected;
  }

  /** Leases that wait or are open, in order of their demands. */
  leases(state: 'waiting' | 'open'): LeaseId[] {
    return [...this.#holders].filter(([, holder]) => holder.state === state).map(([lease]) => lease);
  }

  /** Before the engine is told. */
  before(event: EngineEvent, now: number): void {
    this.#now = now;
    this.#failed = null;
    this.#urgent = this.#reals.filter(
      ({ state, effect, hurried }) => state === 'loading' && (effect?.origin === 'demand' || hurried),
    );
    this.#asks = event.kind === 'demand' || this.leases('waiting').length > 0;
    if (stirs(event)) this.#fresh.delete(event.user);
    switch (event.kind) {
      case 'demand': {
        const real = this.#real(event.component);
        this.#holders.set(event.lease, { real, state: 'waiting' });
        for (const member of dependenciesOf(real)) {
          member.ahead = false;
          member.wanted = true;
        }
        return;
      }
      case 'release': {
        const holder = this.#holders.get(event.lease);
        this.#holders.delete(event.lease);
        if (holder) holder.state = 'done';
        return this.#renewWanted();
      }
      case 'loaded': {
        const real = this.#real(event.component);
        if (real.state !== 'loading' || real.load !== event.load) return;
        real.state = 'warm';
        real.hurried = false;
        this.#faults.loaded(real, now);
        const grown = (event.bytes ?? real.held) > real.held;
        real.held = real.expected = event.bytes ?? real.held;
        if (grown) this.#excused = true;
        return;
      }
      case 'load-failed': {
        const real = this.#real(event.component);
        if (real.state !== 'loading' || real.load !== event.load) return;
        if (real.effect?.origin === 'demand' && !real.broken && !this.#closing) {
          this.#faults.failed(real, now);
          this.#failed = real;
        }
        return vanish(real);
      }
      case 'unloaded': {
        const real = this.#real(event.component);
        if (real.state !== 'unloading') return;
        if (event.error) this.#lost += real.held;
        return vanish(real);
      }
      case 'crashed': {
        const real = this.#real(event.component);
        if (real.state !== 'warm' || real.load !== event.load) return;
        this.#faults.crashed(real, now);
        vanish(real);
        for (const dependant of dependantsOf(real)) {
          if (dependant !== real && dependant.state !== 'cold') dependant.broken = true;
        }
        return;
      }
      case 'unload':
        this.#real(event.component).asked = true;
        return;
      case 'budget':
        this.#changeBudget(event.bytes);
        return;
      case 'settings':
        this.#changeBudget(event.settings.budget ?? this.#budget);
        return;
      case 'close':
        this.#closing = true;
        return;
      case 'command':
      case 'text':
      case 'partial':
      case 'served':
      case 'hint':
      case 'preload':
      case 'forecast':
      case 'inferred':
      case 'interference':
      case 'warm':
      case 'wake':
      case 'reclaimed':
        return;
      case 'pressure': {
        const unloading = this.#reals.filter((real) => real.state === 'unloading');
        return this.#pressure.told(
          event,
          unloading.reduce((sum, real) => sum + real.held, 0),
        );
      }
    }
  }

  /** Each effect, in order. */
  perform(effect: Effect, event: EngineEvent, origin: string | null): void {
    switch (effect.kind) {
      case 'infer': {
        const { moment, situation } = effect;
        promise(!this.#closing, 'nothing is asked once closed');
        promise(event.kind !== 'inferred', 'an answer leads to no question');
        this.#questions.unshift({ user: situation.user, moment });
        this.#fresh.set(situation.user, moment);
        return;
      }
      case 'load':
        return this.#load(this.#real(effect.component), effect);
      case 'unload':
        promise(event.kind !== 'warm', `${effect.component} does not leave for what is warmed`);
        return this.#unload(this.#real(effect.component), effect.reason);
      case 'grant': {
        const holder = this.#holders.get(effect.lease);
        promise(holder?.state === 'waiting', `lease ${effect.lease} is granted once, while it waits`);
        const { real } = holder!;
        promise(real.state === 'warm' && !real.broken, `${real.spec.id} is granted warm, not ${real.state}`);
        holder!.state = 'open';
        return;
      }
      case 'refuse': {
        const holder = this.#holders.get(effect.lease);
        promise(holder?.state === 'waiting', `lease ${effect.lease} is refused once, while it waits`);
        const why = this.#mayRefuse(holder!.real, effect.error.code, event, origin);
        // It is given up: whoever waits for it still, by joining a load ahead, gets a load of their own.
        if (event.kind === 'load-failed') this.#failed = null;
        promise(why, `the demand of ${effect.component} is not refused (${effect.error.message})`);
        holder!.state = 'done';
        this.#holders.delete(effect.lease);
        return;
      }
      case 'revoke': {
        const holder = this.#holders.get(effect.lease);
        promise(holder?.state === 'open', `lease ${effect.lease} is revoked once, while it is open`);
        const broke = holder!.real.broken || holder!.real.state === 'cold' || this.#closing;
        promise(broke, `${effect.component} is revoked only when it broke`);
        holder!.state = 'done';
        this.#holders.delete(effect.lease);
        return;
      }
      case 'hurry': {
        const real = this.#real(effect.component);
        promise(real.state === 'loading' && !real.hurried, `${effect.component} is hurried once, while it loads`);
        promise(real.effect?.origin !== 'demand', `${effect.component} was begun for a demand, and needs no hurry`);
        real.hurried = true;
        return;
      }
      case 'check': {
        const real = this.#real(effect.component);
        promise(real.state === 'warm' && real.load === effect.load, `${effect.component} is checked while warm`);
        promise(this.#open(real).length === 0, `${effect.component} is checked while nobody holds it`);
        return;
      }
      case 'notice':
        // Moved by the engine itself, within what it may; or by hand, which is known already.
        if (effect.notice.kind === 'budget-changed') this.#changeBudget(effect.notice.to);
        return;
      case 'wake':
        return;
    }
  }

  #changeBudget(bytes: number): void {
    if (bytes < this.#budget) this.#excused = true;
    this.#budget = bytes;
  }

  /** When all effects of an event are done. */
  after(engine: Engine, event: EngineEvent): void {
    const status = engine.status();
    let reserved = false;
    status.components.forEach((told, index) => {
      const real = this.#reals[index]!;
      const name = real.spec.id;
      const queued = told.state === 'queued' && told.heldBytes > 0;
      reserved ||= queued;
      if (queued) this.#reserved.add(real);
      else this.#reserved.delete(real);
      const state = queued || told.state === 'queued' || told.state === 'failed' ? 'cold' : told.state;
      promise(state === real.state, `${name} is told to be ${told.state} and is ${real.state}`);
      promise(queued || told.heldBytes === real.held, `${name} is told to hold ${told.heldBytes}, holds ${real.held}`);
      const open = this.#open(real).length;
      promise(told.leases === open, `${name} is told to have ${told.leases} leases, has ${open}`);
      promise(
        open === 0 || (real.state === 'warm' && !real.broken),
        `${name} (${real.state}) is leased while it works`,
      );
      promise(!(real.broken && real.state === 'warm'), `${name} leaves once what it rests on is gone`);
    });
    this.#renewWanted();
    this.#afterFaults(status, event);
    if (this.#pressure.emptiesMemory && !this.#closing) this.#emptied();
    const held = this.#held();
    if (held <= this.#budget && !reserved && this.loading().length === 0) this.#excused = false;
    for (const lane of lanes) {
      const { waiting, capacity } = status.lanes[lane];
      promise(waiting <= capacity, `${lane} holds no more than its capacity`);
    }
    const running = lanes.reduce((sum, lane) => sum + status.lanes[lane].running, 0);
    promise(running <= Math.max(this.#running, status.workers), `${running} load at once, of ${status.workers}`);
    this.#running = running;
  }

  /** When nothing is under way any more and every lease has been given back. */
  settled(engine: Engine): void {
    const status = engine.status();
    for (const holder of this.#holders.values()) {
      promise(
        holder.state !== 'waiting' && holder.state !== 'open',
        `the demand of ${holder.real.spec.id} is answered in the end`,
      );
    }
    for (const { id, state } of status.components) promise(state !== 'queued', `${id} is not left queued`);
    for (const lane of lanes) {
      promise(status.lanes[lane].running === 0, `${lane} frees its workers`);
    }
    const kept = new Set(this.#reals.filter((real) => real.state !== 'cold').flatMap((real) => this.#coreOf(real)));
    const loose = this.#reals.some((real) => real.held > 0 && !kept.has(real));
    promise(this.#held() <= this.#budget || !loose, 'what is idle leaves until the budget holds');
    if (this.#closing) for (const real of this.#reals) promise(real.state === 'cold', `${real.spec.id} is unloaded`);
  }

  #load(real: RealComponent, effect: Extract<Effect, { kind: 'load' }>): void {
    const name = real.spec.id;
    promise(!this.#closing, `no load of ${name} begins once closed`);
    promise(real.state === 'cold', `${name} loads while cold, not ${real.state}`);
    for (const other of real.dependencies) {
      promise(other.state === 'warm' && !other.broken, `${other.spec.id} is warm before ${name} loads`);
    }
    for (const other of real.conflicts) {
      promise(other.state === 'cold', `${name} is never in memory beside ${other.spec.id} (${other.state})`);
    }
    this.#pressure.begins(real, effect.origin);
    real.state = 'loading';
    if (effect.origin === 'demand') this.#faults.begins(real, this.#now);
    else this.#beginsAhead(real);
    // Whoever waits for another try may not get to need it.
    real.ahead = effect.origin !== 'demand' && (!real.wanted || this.#retrying);
    real.held = real.expected;
    real.load = effect.load;
    real.effect = effect;
    real.broken = false;
    promise(
      this.#excused || this.#held() <= this.#budget,
      `${this.#held()} of ${this.#budget} are held as ${name} starts`,
    );
  }

  #beginsAhead(real: RealComponent): void {
    const name = real.spec.id;
    const urgent = this.#urgent.some((other) => other.state === 'loading' && other !== real);
    // Those whose dependencies loaded before the demand came go on.
    const goesOn = real.wanted || this.#reserved.has(real);
    promise(!this.#yields || goesOn || !urgent, `${name} is not loaded ahead while a demand loads`);
    const held = this.#held() + this.#lost + real.expected;
    promise(this.#excused || real.wanted || held <= this.#budget, `${name} is not loaded ahead into lost memory`);
  }

  /** In an emergency what nobody uses, and nothing rests on, is not in memory. */
  #emptied(): void {
    const used = new Set([...this.#holders.values()].map(({ real }) => real));
    for (const real of this.#reals) {
      if (real.state !== 'warm' || used.has(real) || real.spec.priority === 'core') continue;
      const pinned = real.dependants.some((other) => other.state !== 'cold' || this.#reserved.has(other));
      promise(pinned, `${real.spec.id} leaves in an emergency`);
    }
  }

  #afterFaults(status: EngineStatus, event: EngineEvent): void {
    this.#faults.after(status, this.#reals);
    const waiting = [...this.#holders.values()].filter(({ state }) => state === 'waiting');
    const failed = this.#failed;
    if (failed && waiting.some(({ real }) => dependenciesOf(real).includes(failed)) && failed.state === 'cold') {
      this.#faults.waitsAgain(failed, this.#now);
    }
    const { lostBytes } = status;
    const less = lostBytes < this.#lost * (1 - 1e-9);
    promise(lostBytes <= this.#lost * (1 + 1e-9), `${lostBytes} are told to be lost, of ${this.#lost}`);
    promise(!less || event.kind === 'reclaimed' || this.#asks, 'lost memory is forgotten only for a demand');
    this.#lost = lostBytes;
    const later = new Set(this.#reals.filter((_, index) => status.components[index]!.trouble?.retryAt != null));
    this.#retrying = later.size > 0;
    for (const { real } of waiting) {
      const closure = dependenciesOf(real);
      if (closure.some((member) => later.has(member))) continue;
      for (const member of closure) {
        const told = member.state !== 'loading' || member.effect?.origin === 'demand' || member.hurried;
        promise(told || member.broken, `${member.spec.id} need not be polite any more: ${real.spec.id} waits for it`);
      }
    }
  }

  #unload(real: RealComponent, reason: string): void {
    const name = real.spec.id;
    promise(real.state === 'warm', `${name} is unloaded while warm, not ${real.state}`);
    promise(this.#open(real).length === 0, `${name} is not unloaded (${reason}) while leased`);
    for (const other of real.dependants) {
      const gone = other.state === 'cold' || (real.broken && other.broken);
      promise(gone, `${name} is not unloaded (${reason}) before ${other.spec.id} (${other.state})`);
    }
    const byChoice = reason === 'evicted' || reason === 'pressure' || reason === 'idle' || reason === 'conflict';
    promise(!(byChoice && real.spec.priority === 'core'), `${name} is pinned, and not ${reason}`);
    const wanted = dependenciesOf(real).some((next) => next.asked);
    promise(reason !== 'explicit' || wanted, `${name} is unloaded on request only when requested`);
    if (reason === 'pressure') this.#pressure.sheds(real);
    real.state = 'unloading';
  }

  #mayRefuse(real: RealComponent, code: string, event: EngineEvent, origin: string | null): boolean {
    const closure = dependenciesOf(real);
    switch (code) {
      case 'closed':
        return this.#closing;
      case 'over-budget': {
        const kept = new Set([...closure, ...this.#reals.flatMap((other) => this.#coreOf(other))]);
        const need = [...kept].reduce((sum, other) => sum + (other.state === 'cold' ? other.expected : other.held), 0);
        return need > this.#budget;
      }
      case 'dependency-conflict': {
        const kept = new Set(this.#reals.flatMap((other) => this.#coreOf(other)));
        return closure.some((member) => [...member.conflicts].some((other) => kept.has(other)));
      }
      case 'conflict-timeout':
        // Something else is in memory, or somebody waits for something else.
        return (
          this.#reals.some((other) => other.state !== 'cold' && !closure.includes(other)) ||
          [...this.#holders.values()].some((other) => other.state === 'waiting' && other.real !== real)
        );
      case 'circuit-open':
        return this.#faults.isOpen([real], this.#now);
      default: {
        if (code === 'dependency-failed' && this.#faults.isOpen(closure, this.#now)) return true;
        const ended = event.kind === 'crashed' || (event.kind === 'load-failed' && origin === 'demand');
        if (!ended || !closure.some((member) => member.spec.id === event.component)) return false;
        return event.kind === 'crashed' || this.#faults.isFinal(this.#real(event.component));
      }
    }
  }

  /** All that a pinned component keeps in memory: it and what it rests on; nothing if it is cold or not pinned. */
  #coreOf(real: RealComponent): readonly RealComponent[] {
    return real.spec.priority === 'core' && real.held > 0 ? dependenciesOf(real) : [];
  }

  /** What is cold, and not about to load, is wanted by those who still wait for it, and by nobody else. */
  #renewWanted(): void {
    for (const real of this.#reals) if (real.state === 'cold' && !this.#reserved.has(real)) real.wanted = false;
    for (const { real, state } of this.#holders.values()) {
      if (state === 'waiting') for (const member of dependenciesOf(real)) member.wanted = true;
    }
  }

  #open(real: RealComponent): Holder[] {
    return [...this.#holders.values()].filter((holder) => holder.real === real && holder.state === 'open');
  }

  #held(): number {
    return this.#reals.reduce((sum, real) => sum + real.held, 0);
  }

  #real(id: ComponentId): RealComponent {
    return this.#byId.get(id)!;
  }
}

/** Whether a user does something that the trained model goes by. */
const stirs = (
  event: EngineEvent,
): event is Extract<EngineEvent, { kind: 'command' | 'text' | 'partial' | 'demand' }> =>
  event.kind === 'command' || event.kind === 'text' || event.kind === 'partial' || event.kind === 'demand';
