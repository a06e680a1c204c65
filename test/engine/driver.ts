import { expect } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import type { ComponentStatus, EngineStatus } from '../../src/engine/status.ts';
import { Ledger, type LedgerCounts } from '../../src/metrics/ledger.ts';
import type { ComponentSpec, Priority } from '../../src/model/component.ts';
import type { Effect } from '../../src/model/effect.ts';
import type { EngineEvent } from '../../src/model/event.ts';
import {
  bytes,
  type CommandId,
  type ComponentId,
  type LeaseId,
  type LoadId,
  ms,
  type UserId,
} from '../../src/model/ids.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { Step } from '../../src/model/prediction.ts';
import type { Lane, PressureLevel } from '../../src/model/reason.ts';
import { lru } from '../../src/residency/lru.ts';

/** A component of 10 bytes that loads in 100 ms, unless told otherwise. */
export function spec(
  id: string,
  given: {
    readonly bytes?: number;
    readonly loadMs?: number;
    readonly dependsOn?: readonly string[];
    readonly conflictsWith?: readonly string[];
    readonly priority?: Priority;
    readonly group?: string;
    readonly idleMs?: number;
    readonly minIdleMs?: number;
    readonly concurrency?: number;
  } = {},
): ComponentSpec {
  return {
    id: id as ComponentId,
    bytes: bytes(given.bytes ?? 10),
    loadMs: ms(given.loadMs ?? 100),
    dependsOn: (given.dependsOn ?? []) as ComponentId[],
    conflictsWith: (given.conflictsWith ?? []) as ComponentId[],
    priority: given.priority ?? 'normal',
    ...(given.group === undefined ? {} : { group: given.group }),
    ...(given.idleMs === undefined ? {} : { idleMs: ms(given.idleMs) }),
    ...(given.minIdleMs === undefined ? {} : { minIdleMs: ms(given.minIdleMs) }),
    ...(given.concurrency === undefined ? {} : { concurrency: given.concurrency }),
  };
}

export const specs = (...ids: readonly string[]): ComponentSpec[] => ids.map((id) => spec(id));

export type Forecast = readonly [component: string, probability: number, step?: Step];

/** One engine, driven by hand. Every invariant is verified after every event. */
export class Driver {
  readonly engine: Engine;
  readonly notices: Notice[] = [];
  now = 0;
  readonly #loads = new Map<string, LoadId>();
  #lease = 0;
  #command = 0;

  constructor(components: readonly ComponentSpec[], options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      components,
      budget: 100,
      policy: lru(),
      predictor: null,
      waste: null,
      ledger: new Ledger(),
      speculativeShare: 1,
      notices: true,
      ...options,
    });
  }

  /** What the engine asks for, as short words: `load a`, `unload b (evicted)`, `grant 1`, `refuse 2 (closed)`. */
  tell(event: EngineEvent): string[] {
    const effects = this.engine.handle(event, ms(this.now));
    this.engine.check();
    const words: string[] = [];
    for (const effect of effects) {
      if (effect.kind === 'notice') this.notices.push(effect.notice);
      else words.push(this.#word(effect));
    }
    return words;
  }

  command(user = 'ann'): string[] {
    return this.tell({ kind: 'command', command: ++this.#command as CommandId, user: user as UserId });
  }

  demand(component: string, { user = 'ann', more = false } = {}): string[] {
    const lease = ++this.#lease as LeaseId;
    const command = this.#command as CommandId;
    return this.tell({
      kind: 'demand',
      lease,
      component: component as ComponentId,
      command,
      user: user as UserId,
      more,
    });
  }

  partial(text: string, user = 'ann'): string[] {
    return this.tell({ kind: 'partial', user: user as UserId, text });
  }

  served(command: number, user = 'ann'): string[] {
    return this.tell({ kind: 'served', command: command as CommandId, user: user as UserId });
  }

  release(lease: number): string[] {
    return this.tell({ kind: 'release', lease: lease as LeaseId });
  }

  forecast(predictions: readonly Forecast[], user = 'ann'): string[] {
    const told = predictions.map(([component, probability, step = 1]) => ({
      component: component as ComponentId,
      probability,
      step,
      why: 'the test says so',
    }));
    return this.tell({ kind: 'forecast', user: user as UserId, predictions: told });
  }

  hint(component: string, within: number): string[] {
    return this.tell({ kind: 'hint', component: component as ComponentId, user: 'ann' as UserId, within: ms(within) });
  }

  preload(component: string, lane: Lane = 'immediate'): string[] {
    return this.tell({ kind: 'preload', component: component as ComponentId, lane, user: 'ann' as UserId });
  }

  /** The present load of a component ends well. */
  loaded(component: string, measured?: number): string[] {
    const size = measured === undefined ? {} : { bytes: bytes(measured) };
    return this.tell({ kind: 'loaded', component: component as ComponentId, load: this.load(component), ...size });
  }

  failed(component: string, error: Error = new Error('out of order')): string[] {
    return this.tell({ kind: 'load-failed', component: component as ComponentId, load: this.load(component), error });
  }

  crashed(component: string): string[] {
    const error = new Error('segmentation fault');
    return this.tell({ kind: 'crashed', component: component as ComponentId, load: this.load(component), error });
  }

  unloaded(component: string): string[] {
    return this.tell({ kind: 'unloaded', component: component as ComponentId });
  }

  unload(component: string): string[] {
    return this.tell({ kind: 'unload', component: component as ComponentId });
  }

  pressure(level: PressureLevel, excess?: number, room?: number, demand = room): string[] {
    return this.tell({
      kind: 'pressure',
      level,
      ...(excess === undefined ? {} : { excessBytes: bytes(excess) }),
      ...(room === undefined ? {} : { roomBytes: bytes(room) }),
      ...(demand === undefined ? {} : { demandBytes: bytes(demand) }),
    });
  }

  interference(share: number): string[] {
    return this.tell({ kind: 'interference', share });
  }

  budget(size: number): string[] {
    return this.tell({ kind: 'budget', bytes: bytes(size) });
  }

  close(): string[] {
    return this.tell({ kind: 'close' });
  }

  /** Moves time on, and wakes the engine. */
  wake(after: number): string[] {
    this.now += after;
    return this.tell({ kind: 'wake' });
  }

  /** Demands it, loads it, releases it. */
  warm(...components: readonly string[]): void {
    for (const component of components) {
      this.demand(component);
      const lease = this.#lease;
      for (const { id, state } of this.status().components) if (state === 'loading') this.loaded(id);
      for (let left = 10; this.state(component) !== 'warm' && left > 0; left--) {
        for (const { id, state } of this.status().components) if (state === 'loading') this.loaded(id);
      }
      this.release(lease);
    }
  }

  /** The number of the latest load of a component. */
  load(component: string): LoadId {
    const load = this.#loads.get(component);
    if (load === undefined) return expect.unreachable(`${component} was never loaded`);
    return load;
  }

  get lastCommand(): number {
    return this.#command;
  }

  get lastLease(): number {
    return this.#lease;
  }

  status(): EngineStatus {
    return this.engine.status();
  }

  component(id: string): ComponentStatus {
    return this.status().components.find((component) => component.id === id)!;
  }

  state(id: string): string {
    return this.component(id).state;
  }

  /** Ids of the components in a state. */
  in(state: string): string[] {
    return this.status()
      .components.filter((component) => component.state === state)
      .map(({ id }) => id);
  }

  counts(): LedgerCounts {
    return this.status().ledger;
  }

  /** Notices of one kind, oldest first. */
  told<K extends Notice['kind']>(kind: K): Extract<Notice, { kind: K }>[] {
    return this.notices.filter((notice): notice is Extract<Notice, { kind: K }> => notice.kind === kind);
  }

  #word(effect: Exclude<Effect, { kind: 'notice' }>): string {
    switch (effect.kind) {
      case 'load':
        this.#loads.set(effect.component, effect.load);
        return `load ${effect.component}`;
      case 'unload':
        return `unload ${effect.component} (${effect.reason})`;
      case 'grant':
        return `grant ${effect.lease} (${effect.found})`;
      case 'refuse':
      case 'revoke':
        return `${effect.kind} ${effect.lease} (${effect.error.code})`;
      case 'infer':
        return `infer ${effect.moment}`;
      case 'hurry':
      case 'check':
        return `${effect.kind} ${effect.component}`;
      case 'wake':
        return `wake ${effect.at}`;
    }
  }
}
