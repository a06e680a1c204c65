import { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { MemoryTotals } from '../metrics/memory-meter.ts';
import type { ComponentSpec } from '../model/component.ts';
import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import type { ComponentId, LeaseId, LoadId, Millis, UserId } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { Found } from '../model/reason.ts';
import type { Asker } from '../predict/onnx/forecast-model.ts';

/** What happens to the leases of a replay: each ends as soon as it is granted. */
export interface Grants {
  granted(lease: LeaseId, found: Found, now: Millis): void;
}

interface Due {
  readonly at: Millis;
  readonly event: EngineEvent;
}

/** An engine on a virtual clock, with a cost table for hands: one device of a replay. */
export class Device {
  readonly #engine: Engine;
  readonly #specs: ReadonlyMap<ComponentId, ComponentSpec>;
  readonly #grants: Grants;
  readonly #watch: ((notice: Notice) => void) | null;
  /** Loads that run and the wake-up asked for, earliest first; as many as there are workers and waiting demands. */
  readonly #due: Due[] = [];
  readonly #events: EngineEvent[] = [];
  /** How many components are warm: leases end as they begin, so all of them are idle. */
  #warm = 0;
  #idleMs = 0;
  #idleSince: Millis | null = null;
  /** What the trained model is asked, by user: the latest question of each. */
  readonly #questions = new Map<UserId, Extract<Effect, { kind: 'infer' }>>();

  constructor(
    options: EngineOptions,
    specs: ReadonlyMap<ComponentId, ComponentSpec>,
    grants: Grants,
    watch: ((notice: Notice) => void) | null,
  ) {
    this.#engine = new Engine({ ...options, notices: watch !== null });
    this.#specs = specs;
    this.#grants = grants;
    this.#watch = watch;
  }

  /** Lets everything happen that is due until `now`, in order of time. */
  advance(now: Millis): void {
    for (let next = this.#due[0]; next && next.at <= now; next = this.#due[0]) {
      this.#due.shift();
      this.handle(next.event, next.at);
    }
  }

  /** Lets all running loads end, however long that takes. */
  finish(): void {
    for (let next = this.#due.shift(); next; next = this.#due.shift()) {
      if (next.event.kind !== 'wake') this.handle(next.event, next.at);
    }
  }

  handle(event: EngineEvent, now: Millis): void {
    this.#countIdle(now);
    this.#events.push(event);
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      if (next.kind === 'loaded') this.#warm++;
      for (const effect of this.#engine.handle(next, now)) this.#perform(effect, now);
    }
  }

  /** Whether the trained model is asked anything. */
  get asks(): boolean {
    return this.#questions.size > 0;
  }

  /** Has the trained model answer all that it is asked; no time passes meanwhile. */
  async answer(ask: Asker, now: Millis): Promise<void> {
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    const answers = await ask(questions.map(({ situation }) => situation));
    questions.forEach(({ moment, situation: { user } }, index) => {
      this.handle({ kind: 'inferred', user, moment, predictions: answers[index]! }, now);
    });
  }

  snapshot(): Uint8Array {
    return this.#engine.snapshot();
  }

  measureFrom(now: Millis): void {
    this.#idleSince = now;
    this.#engine.measureFrom(now);
  }

  memoryUntil(now: Millis): MemoryTotals {
    return this.#engine.memoryUntil(now);
  }

  /** Ms that components were idle since the measuring began, added up. */
  idleUntil(now: Millis): number {
    this.#countIdle(now);
    return this.#idleMs;
  }

  check(): void {
    this.#engine.check();
  }

  #perform(effect: Effect, now: Millis): void {
    switch (effect.kind) {
      case 'load':
        return this.#load(effect.component, effect.load, now);
      case 'unload':
        this.#warm--;
        this.#events.push({ kind: 'unloaded', component: effect.component });
        return;
      case 'grant':
        this.#grants.granted(effect.lease, effect.found, now);
        this.#events.push({ kind: 'release', lease: effect.lease });
        return;
      case 'wake': {
        const earlier = this.#due.findIndex((due) => due.event.kind === 'wake');
        if (earlier >= 0) this.#due.splice(earlier, 1);
        return this.#insert({ at: effect.at, event: { kind: 'wake' } });
      }
      case 'infer':
        this.#questions.set(effect.situation.user, effect);
        return;
      case 'hurry':
      case 'check':
        return;
      case 'notice':
        return this.#watch?.(effect.notice);
      case 'refuse':
      case 'revoke':
        throw effect.error;
    }
  }

  #countIdle(now: Millis): void {
    if (this.#idleSince === null || now <= this.#idleSince) return;
    this.#idleMs += this.#warm * (now - this.#idleSince);
    this.#idleSince = now;
  }

  #load(component: ComponentId, load: LoadId, now: Millis): void {
    const event: EngineEvent = { kind: 'loaded', component, load };
    const takes = this.#specs.get(component)!.loadMs;
    if (takes === 0) this.#events.push(event);
    else this.#insert({ at: (now + takes) as Millis, event });
  }

  #insert(due: Due): void {
    let at = this.#due.length;
    while (at > 0 && this.#due[at - 1]!.at > due.at) at--;
    this.#due.splice(at, 0, due);
  }
}
