import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy } from './eviction-policy.ts';

/** A policy that runs on names, sizes and costs alone, to see what it would have missed. It loads on demand only. */
export class Shadow {
  readonly name: string;
  /** Cost of its misses; what is longer ago counts less. */
  lost = 0;
  /** Squared costs of what either this or the shadow that is followed missed, and not both, since that is followed. */
  doubt = 0;
  /** What the latest demand pushed out. */
  readonly pushedOut: number[] = [];
  readonly #policy: EvictionPolicy;
  readonly #held = new Map<number, number>();
  #budget = 0;
  #bytes = 0;

  constructor(policy: EvictionPolicy) {
    this.name = policy.name;
    this.#policy = policy;
  }

  budget(bytes: number): void {
    this.#budget = bytes;
    this.#policy.budget(bytes);
  }

  /** Serves a demand. False: it missed. */
  demand(component: number, bytes: number, cost: number, now: Millis): boolean {
    this.pushedOut.length = 0;
    this.#policy.touch(component, now);
    if (this.#held.has(component)) return true;
    if (bytes > this.#budget) return false;
    if (bytes > this.#budget - this.#bytes) this.#room(bytes, now);
    this.#policy.insert(component, bytes, cost, now, false);
    this.#held.set(component, bytes);
    this.#bytes += bytes;
    return false;
  }

  measured(component: number, bytes: number, cost: number): void {
    const before = this.#held.get(component);
    if (before === undefined) return;
    this.#held.set(component, bytes);
    this.#bytes += bytes - before;
    this.#policy.measured(component, bytes, cost);
  }

  holds(component: number): boolean {
    return this.#held.has(component);
  }

  /** What it holds, in the order in which it would let it go. */
  victims(now: Millis): Iterable<number> {
    return this.#policy.victims(now);
  }

  #room(bytes: number, now: Millis): void {
    let free = this.#budget - this.#bytes;
    const victims = this.pushedOut;
    for (const victim of this.#policy.victims(now)) {
      victims.push(victim);
      free += this.#held.get(victim)!;
      if (free >= bytes) break;
    }
    for (const victim of victims) {
      this.#bytes -= this.#held.get(victim)!;
      this.#held.delete(victim);
      this.#policy.remove(victim, true);
    }
  }
}
