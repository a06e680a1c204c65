import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy } from './eviction-policy.ts';
import { lru } from './lru.ts';

/** What stands in the real memory, as far as a shadow has to know it. */
export interface RealMemory {
  has(component: number): boolean;
}

/**
 * A policy that runs on names, sizes and costs alone, to see what it would have missed. It loads on demand only. Beside
 * that it keeps account of what is really in memory and would not be, were it the only one.
 */
export class Shadow {
  readonly name: string;
  /** Cost of its misses; what is longer ago counts less. */
  lost = 0;
  readonly #policy: EvictionPolicy;
  readonly #real: RealMemory;
  readonly #held = new Map<number, number>();
  /** In the real memory and not in this one, first come first. */
  readonly #surplus = lru();
  #budget = 0;
  #bytes = 0;

  constructor(policy: EvictionPolicy, real: RealMemory) {
    this.name = policy.name;
    this.#policy = policy;
    this.#real = real;
  }

  budget(bytes: number): void {
    this.#budget = bytes;
    this.#policy.budget(bytes);
  }

  /** Serves a demand of a component that is in the real memory by now. False: it missed. */
  demand(component: number, bytes: number, cost: number, now: Millis): boolean {
    this.#policy.touch(component, now);
    if (this.#held.has(component)) return true;
    if (bytes > this.#budget) {
      this.#surplus.insert(component, bytes, cost, now, false);
      return false;
    }
    this.#room(bytes, now);
    this.#policy.insert(component, bytes, cost, now, false);
    this.#held.set(component, bytes);
    this.#bytes += bytes;
    this.#surplus.remove(component, false);
    return false;
  }

  measured(component: number, bytes: number, cost: number): void {
    const before = this.#held.get(component);
    if (before === undefined) return;
    this.#held.set(component, bytes);
    this.#bytes += bytes - before;
    this.#policy.measured(component, bytes, cost);
  }

  /** A component has left the real memory. */
  left(component: number): void {
    this.#surplus.remove(component, false);
  }

  /** What is really in memory, by demand: first what this would not hold, then the rest in its order. */
  *victims(now: Millis): Generator<number> {
    yield* this.#surplus.victims(now);
    for (const component of this.#policy.victims(now)) if (this.#real.has(component)) yield component;
  }

  #room(bytes: number, now: Millis): void {
    let free = this.#budget - this.#bytes;
    if (free >= bytes) return;
    const victims: number[] = [];
    for (const victim of this.#policy.victims(now)) {
      victims.push(victim);
      free += this.#held.get(victim)!;
      if (free >= bytes) break;
    }
    for (const victim of victims) {
      this.#bytes -= this.#held.get(victim)!;
      this.#held.delete(victim);
      this.#policy.remove(victim, true);
      if (this.#real.has(victim)) this.#surplus.insert(victim, 1, 1, now, false);
    }
  }
}
