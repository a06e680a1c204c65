import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy } from './eviction-policy.ts';

export type Reorder = (order: Iterable<number>) => Iterable<number>;

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
  readonly #reorder: Reorder;
  /** Bytes of each component that it holds, by index; 0: it does not. */
  #held = new Float64Array(64);
  #budget = 0;
  #bytes = 0;

  /** @param reorder what becomes of the policy's order; left as it is unless told */
  constructor(policy: EvictionPolicy, reorder: Reorder = (order) => order) {
    this.name = policy.name;
    this.#policy = policy;
    this.#reorder = reorder;
  }

  budget(bytes: number): void {
    this.#budget = bytes;
    this.#policy.budget(bytes);
  }

  /** Serves a demand. False: it missed. */
  demand(component: number, bytes: number, cost: number, now: Millis): boolean {
    if (this.pushedOut.length > 0) this.pushedOut.length = 0;
    this.#policy.touch(component, now);
    if (this.holds(component)) return true;
    if (bytes > this.#budget) return false;
    if (bytes > this.#budget - this.#bytes) this.#room(bytes, now);
    this.#policy.insert(component, bytes, cost, now, false);
    if (component >= this.#held.length) this.#grow(component + 1);
    this.#held[component] = bytes;
    this.#bytes += bytes;
    return false;
  }

  measured(component: number, bytes: number, cost: number): void {
    if (!this.holds(component)) return;
    this.#bytes += bytes - this.#held[component]!;
    this.#held[component] = bytes;
    this.#policy.measured(component, bytes, cost);
  }

  holds(component: number): boolean {
    return component < this.#held.length && this.#held[component]! > 0;
  }

  /** What it holds, in the order in which it would let it go. */
  victims(now: Millis): Iterable<number> {
    return this.#reorder(this.#policy.victims(now));
  }

  #room(bytes: number, now: Millis): void {
    let free = this.#budget - this.#bytes;
    const victims = this.pushedOut;
    for (const victim of this.victims(now)) {
      victims.push(victim);
      free += this.#held[victim]!;
      if (free >= bytes) break;
    }
    for (const victim of victims) {
      this.#bytes -= this.#held[victim]!;
      this.#held[victim] = 0;
      this.#policy.remove(victim, true);
    }
  }

  #grow(least: number): void {
    const held = new Float64Array(2 ** Math.ceil(Math.log2(least)));
    held.set(this.#held);
    this.#held = held;
  }
}
