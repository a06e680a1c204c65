import type { EngineEvent } from '../model/event.ts';
import type { ComponentId, LoadId } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { Clock, Timers } from '../time/clock.ts';
import { ComponentHost } from './component-host.ts';
import type { Foreground } from './foreground.ts';
import type { ParsedConfig } from './parse-config.ts';

/** What hosts work with, and whom they tell. */
export interface HostParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Resolves when the event loop has time for a load that nobody waits for, or when the signal fires. */
  readonly gate: (until: AbortSignal) => Promise<void>;
  /** Has a load stand still while others are served; the returned function ends that. */
  readonly standAside: Foreground['standAside'];
  readonly answer: (event: EngineEvent) => void;
  readonly post: (notice: Notice) => void;
}

/** The loaders of all components at work. */
export class ComponentHosts {
  readonly #hosts = new Map<ComponentId, ComponentHost>();

  constructor(
    { specs, loaders, loadTimeoutMs, unloadTimeoutMs }: ParsedConfig,
    { clock, timers, gate, standAside, answer, post }: HostParts,
  ) {
    for (const { id: component, bytes, dependsOn } of specs) {
      const host = new ComponentHost({
        id: component,
        loader: loaders.get(component)!,
        expectedBytes: bytes,
        dependencies: () => new Map(dependsOn.map((id) => [id, this.#hosts.get(id)?.value])),
        timers,
        timeoutMs: loadTimeoutMs,
        unloadTimeoutMs,
        gate,
        standAside,
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

  /** `polite`: it leaves the machine to others until {@link hurry}. */
  load(component: ComponentId, load: LoadId, polite: boolean): void {
    this.#hosts.get(component)!.load(load, polite);
  }

  /** A demand waits for the load that a component runs, if any. */
  hurry(component: ComponentId): void {
    this.#hosts.get(component)!.hurry();
  }

  /** Sees whether what is held under a load still works. */
  check(component: ComponentId, load: LoadId): void {
    this.#hosts.get(component)!.check(load);
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
