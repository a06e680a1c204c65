import type { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { EngineStatus } from '../engine/status.ts';
import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import type { Notice } from '../model/notice.ts';
import { AheadModel } from './ahead-model.ts';
import { BudgetModel } from './budget-model.ts';
import { FaultModel } from './fault-model.ts';
import { happen, type Told } from './happening.ts';
import { LeaseModel } from './lease-model.ts';
import { begin, emptied, leave } from './load-rules.ts';
import { PressureModel } from './pressure-model.ts';
import { promise } from './promise.ts';
import { QuestionModel } from './question-model.ts';
import { dependenciesOf, type RealComponent } from './real-component.ts';
import { RealWorld } from './real-world.ts';
import { mayRefuse } from './refusal.ts';
import { SettingsModel } from './settings-model.ts';

type ModelOptions = Pick<
  EngineOptions,
  'components' | 'budget' | 'faults' | 'yields' | 'lanes' | 'routing' | 'speculation' | 'keepPrice' | 'idleMs'
>;

/**
 * A second opinion on everything that an engine does, kept by the plainest means from the events it is given and the
 * effects it asks for. Any promise that is broken throws.
 */
export class WorldModel {
  readonly world: RealWorld;
  readonly leases: LeaseModel = new LeaseModel();
  readonly questions: QuestionModel = new QuestionModel();
  readonly #parts: Told;
  /** A demand waits, or is made just now. */
  #asks = false;
  /** Memory was wanted before the event: a demand waits, or something leaves, and what that is for may want more by now. */
  #wanted = false;
  /** A demand's load that failed just now. */
  #failed: RealComponent | null = null;

  constructor(options: ModelOptions) {
    const world = new RealWorld(options.components);
    this.world = world;
    this.#parts = {
      world,
      leases: this.leases,
      budget: new BudgetModel(world, options.budget),
      ahead: new AheadModel(world, options.yields ?? false),
      faults: new FaultModel(options.faults ?? null),
      pressure: new PressureModel(),
      settings: new SettingsModel(options),
    };
  }

  /** Before the engine is told. */
  before(event: EngineEvent, now: number): void {
    const { world, leases, ahead } = this.#parts;
    world.now = now;
    ahead.before();
    this.#asks = event.kind === 'demand' || leases.leases('waiting').length > 0;
    this.#wanted = this.#asks || world.in('unloading').length > 0;
    this.questions.before(event);
    this.#failed = happen(this.#parts, event);
  }

  /** Each effect, in order. @param origin of the load that failed; null: none did */
  perform(effect: Effect, event: EngineEvent, origin: string | null): void {
    const { world, leases, ahead } = this.#parts;
    switch (effect.kind) {
      case 'infer':
        promise(!world.closing, 'nothing is asked once closed');
        return this.questions.asked(effect, event);
      case 'load':
        return begin(this.#parts, effect);
      case 'unload':
        promise(event.kind !== 'warm' || this.#wanted, `${effect.component} does not leave for what is warmed`);
        return leave(this.#parts, this.#asks, effect);
      case 'grant':
        return leases.grant(effect);
      case 'refuse':
        return this.#refuse(effect, event, origin);
      case 'revoke':
        return leases.revoke(effect, world.closing);
      case 'hurry':
        return ahead.hurry(effect);
      case 'check': {
        const real = world.of(effect.component);
        promise(real.state === 'warm' && real.load === effect.load, `${effect.component} is checked while warm`);
        return promise(leases.openOf(real) === 0, `${effect.component} is checked while nobody holds it`);
      }
      case 'notice':
        return this.#hear(effect.notice, event);
      case 'wake':
        return;
    }
  }

  /** When all effects of an event are done. */
  after(engine: Engine, event: EngineEvent): void {
    const { world, leases, budget, ahead, pressure, settings } = this.#parts;
    const status = engine.status();
    let reserved = false;
    status.components.forEach((told, index) => {
      const real = world.all[index]!;
      const { id } = real.spec;
      const queued = ahead.reserve(real, told);
      reserved ||= queued;
      const state = told.state === 'queued' || told.state === 'failed' ? 'cold' : told.state;
      promise(state === real.state, `${id} is told to be ${told.state} and is ${real.state}`);
      promise(queued || told.heldBytes === real.held, `${id} is told to hold ${told.heldBytes}, holds ${real.held}`);
      leases.after(real, told);
      promise(!(real.broken && real.state === 'warm'), `${id} leaves once what it rests on is gone`);
    });
    this.#afterFaults(status);
    ahead.after(status, leases.waited());
    budget.after(status, event, reserved, this.#asks);
    if (pressure.emptiesMemory && !world.closing) emptied(this.#parts);
    settings.after(status);
  }

  /** When nothing is under way any more and every lease has been given back. */
  settled(engine: Engine): void {
    const { world, leases, budget, ahead } = this.#parts;
    const status = engine.status();
    leases.settled();
    for (const { id, state } of status.components) promise(state !== 'queued', `${id} is not left queued`);
    ahead.settled(status);
    budget.settled();
    if (world.closing) for (const real of world.all) promise(real.state === 'cold', `${real.spec.id} is unloaded`);
  }

  #refuse(effect: Extract<Effect, { kind: 'refuse' }>, event: EngineEvent, origin: string | null): void {
    const real = this.#parts.leases.refuse(effect);
    const why = mayRefuse(this.#parts, real, effect.error.code, event, origin);
    // It is given up: whoever waits for it still, by joining a load ahead, gets a load of their own.
    if (event.kind === 'load-failed') this.#failed = null;
    promise(why, `the demand of ${effect.component} is not refused (${effect.error.message})`);
  }

  #hear(notice: Notice, event: EngineEvent): void {
    // Moved by the engine itself, within what it may; or by hand, which is known already.
    if (notice.kind === 'budget-changed') this.#parts.budget.changed(notice.to);
    if (notice.kind === 'preload-queued') this.#parts.settings.queued(notice, event);
  }

  #afterFaults(status: EngineStatus): void {
    const { world, leases, faults } = this.#parts;
    faults.after(status, world.all);
    const failed = this.#failed;
    if (!failed || failed.state !== 'cold') return;
    if (leases.waited().some((real) => dependenciesOf(real).includes(failed))) faults.waitsAgain(failed, world.now);
  }
}
