import type { EngineEvent } from '../model/event.ts';
import type { ComponentId, LoadId } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { Clock, Timers } from '../time/clock.ts';
import { ComponentHost } from './component-host.ts';
import type { ParsedConfig } from './parse-config.ts';

/** What hosts work with, and whom they tell. */
export interface HostParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly answer: (event: EngineEvent) => void;
  readonly post: (notice: Notice) => void;
}

/** The loaders of all components at work. */
export class ComponentHosts {
  readonly #hosts = new Map<ComponentId, ComponentHost>();

  constructor({ specs, loaders, loadTimeoutMs }: ParsedConfig, { clock, timers, answer, post }: HostParts) {
    for (const { id: component, bytes, dependsOn } of specs) {
      const host = new ComponentHost({
        id: component,
        loader: loaders.get(component)!,
        expectedBytes: bytes,
        dependencies: () => new Map(dependsOn.map((id) => [id, this.#hosts.get(id)?.value])),
        timers,
        timeoutMs: loadTimeoutMs,
        answer,
        progress: (fraction) => post({ kind: 'load-progress', at: clock.now(), component, fraction }),
        trouble: (error) => post({ kind: 'unload-failed', at: clock.now(), component, error }),
      });
      this.#hosts.set(component, host);
    }
  }

  get ids(): readonly ComponentId[] {
    return [...this.#hosts.keys()];
  }

  has(id: ComponentId): boolean {
    return this.#hosts.has(id);
  }

  load(component: ComponentId, load: LoadId): void {
    this.#hosts.get(component)!.load(load);
  }

  unload(component: ComponentId): void {
    this.#hosts.get(component)!.unload();
  }

  /** Gives up the load that a component runs, if any. */
  abandon(component: ComponentId): void {
    this.#hosts.get(component)!.abandon();
  }

  abandonAll(): void {
    for (const host of this.#hosts.values()) host.abandon();
  }

  /** What a component's loader gave, while it is warm. */
  valueOf(component: ComponentId): unknown {
    return this.#hosts.get(component)!.value;
  }

  /** By component: how its loader loads it. */
  kinds(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#hosts].map(([id, host]) => [id, host.kind]));
  }

  /** Resolves once no loader works any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.settled()));
  }
}
