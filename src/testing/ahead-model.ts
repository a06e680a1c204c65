import type { ComponentStatus, EngineStatus } from '../engine/status.ts';
import type { Effect } from '../model/effect.ts';
import { lanes } from '../model/reason.ts';
import { promise } from './promise.ts';
import { dependenciesOf, type RealComponent } from './real-component.ts';
import type { RealWorld } from './real-world.ts';

/** What is loaded ahead of demands, for whom it makes way, and how many workers it takes. */
export class AheadModel {
  readonly #world: RealWorld;
  readonly #yields: boolean;
  /** What loaded for demands before the event. */
  #urgent: readonly RealComponent[] = [];
  /** Those whose load has been decided and waits for what they rest on. */
  readonly #reserved = new Set<RealComponent>();
  /** Those of them that nobody's demand was for, or only one that waits for another try, and may be withdrawn by then. */
  readonly #unasked = new Set<RealComponent>();
  /** Loads that hold a worker of a lane, after the event before. */
  #running = 0;
  /** Something that failed is tried again later. */
  #retrying = false;

  constructor(world: RealWorld, yields: boolean) {
    this.#world = world;
    this.#yields = yields;
  }

  before(): void {
    this.#urgent = this.#world.in('loading').filter(({ effect, hurried }) => effect?.origin === 'demand' || hurried);
  }

  /** All that it rests on is demanded with it. */
  demanded(real: RealComponent): void {
    for (const member of dependenciesOf(real)) {
      member.ahead = false;
      member.wanted = true;
      this.#unasked.delete(member);
    }
  }

  isReserved(real: RealComponent): boolean {
    return this.#reserved.has(real);
  }

  /** A load begins that no demand waits for. */
  begins(real: RealComponent): void {
    const urgent = this.#urgent.some((other) => other.state === 'loading' && other !== real);
    // Those whose dependencies loaded before the demand came go on.
    const goesOn = real.wanted || this.#reserved.has(real);
    promise(!this.#yields || goesOn || !urgent, `${real.spec.id} is not loaded ahead while a demand loads`);
  }

  /** Whether a load that begins now is one that nobody has demanded. Whoever waits for another try may not get to need it. */
  isAhead(real: RealComponent, origin: string): boolean {
    return origin !== 'demand' && (!real.wanted || this.#retrying || this.#unasked.has(real));
  }

  hurry({ component }: Extract<Effect, { kind: 'hurry' }>): void {
    const real = this.#world.of(component);
    promise(real.state === 'loading' && !real.hurried, `${component} is hurried once, while it loads`);
    promise(real.effect?.origin !== 'demand', `${component} was begun for a demand, and needs no hurry`);
    real.hurried = true;
  }

  /** What is told of one component after an event. Returns whether its load has been decided, and has not begun. */
  reserve(real: RealComponent, { state, heldBytes }: ComponentStatus): boolean {
    const reserved = state === 'queued' && heldBytes > 0;
    if (reserved && !this.#reserved.has(real) && (!real.wanted || this.#retrying)) this.#unasked.add(real);
    if (reserved) this.#reserved.add(real);
    else for (const list of [this.#reserved, this.#unasked]) list.delete(real);
    return reserved;
  }

  /** @param waited what demands wait for */
  after(status: EngineStatus, waited: readonly RealComponent[]): void {
    this.renewWanted(waited);
    const later = new Set(this.#world.all.filter((_, index) => status.components[index]!.trouble?.retryAt != null));
    this.#retrying = later.size > 0;
    for (const real of waited) {
      const closure = dependenciesOf(real);
      if (closure.some((member) => later.has(member))) continue;
      for (const member of closure) {
        this.#unasked.delete(member);
        const told = member.state !== 'loading' || member.effect?.origin === 'demand' || member.hurried;
        promise(told || member.broken, `${member.spec.id} need not be polite any more: ${real.spec.id} waits for it`);
      }
    }
    const running = lanes.reduce((sum, lane) => sum + status.lanes[lane].running, 0);
    promise(running <= Math.max(this.#running, status.workers), `${running} load at once, of ${status.workers}`);
    this.#running = running;
  }

  /** What is cold, and not about to load, is wanted by those who still wait for it, and by nobody else. */
  renewWanted(waited: readonly RealComponent[]): void {
    for (const real of this.#world.all) {
      if (real.state === 'cold' && !this.#reserved.has(real)) real.wanted = false;
    }
    for (const real of waited) for (const member of dependenciesOf(real)) member.wanted = true;
  }

  settled(status: EngineStatus): void {
    for (const lane of lanes) promise(status.lanes[lane].running === 0, `${lane} frees its workers`);
  }
}
