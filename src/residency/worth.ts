import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy, ShadowStatus } from './eviction-policy.ts';
import { gdsf } from './gdsf.ts';
import { lru } from './lru.ts';
import { density, merit, recall } from './remembering.ts';
import { quickTrial } from './s3fifo.ts';
import { Shadows } from './shadows.ts';

/**
 * Least worth first: probability of another demand before the memory is needed otherwise, times cost, by bytes. What makes
 * that probability known differs: recency (`lru`), uses, with aging or without, since it came or with a memory of what
 * left (`gdsf`, `recall`, `density`, `merit`), or a trial (`qdlp`). So all of them run as shadows, on names and sizes
 * only, and the one that lost least lately ranks what is in memory (adaptive caching, Ari et al. 2002; Subramanian et al., MICRO
 * 2006). Nothing is allocated for shadows before memory runs out for the first time.
 *
 * What was loaded ahead stands apart until it is demanded. It leaves last, and first once as many others have come as
 * there are in memory.
 */
export class Worth implements EvictionPolicy {
  readonly name = 'worth';
  /** What is in memory and has been demanded. */
  readonly #known = new Map<number, Known>();
  readonly #ahead = new Map<number, { bytes: number; cost: number; readonly since: number }>();
  #shadows: Shadows | null = null;
  /** Ranks what is known, as the leader among the shadows would. */
  #order: EvictionPolicy | null = null;
  #budget = 0;
  #arrivals = 0;
  #demands = 0;

  budget(bytes: number): void {
    this.#budget = bytes;
    this.#order?.budget(bytes);
    this.#shadows?.budget(bytes);
  }

  touch(component: number, now: Millis): void {
    const known = this.#known.get(component);
    if (known) {
      known.uses++;
      this.#order?.touch(component, now);
      this.#demanded(component, known, 0, now);
      return;
    }
    const ahead = this.#ahead.get(component);
    if (!ahead) return;
    this.#ahead.delete(component);
    this.#came(component, ahead.bytes, ahead.cost, 0, now);
  }

  insert(component: number, bytes: number, cost: number, now: Millis, ahead: boolean): void {
    this.#arrivals++;
    this.remove(component, false);
    if (ahead) this.#ahead.set(component, { bytes, cost, since: this.#arrivals });
    else this.#came(component, bytes, cost, cost, now);
  }

  measured(component: number, bytes: number, cost: number): void {
    const held = this.#known.get(component) ?? this.#ahead.get(component);
    if (!held) return;
    held.bytes = bytes;
    held.cost = cost;
    this.#order?.measured(component, bytes, cost);
    this.#shadows?.measured(component, bytes, cost);
  }

  remove(component: number, evicted: boolean): void {
    if (this.#known.delete(component)) this.#order?.remove(component, evicted);
    else this.#ahead.delete(component);
  }

  *victims(now: Millis): Generator<number> {
    const stale = this.#arrivals - this.#known.size - this.#ahead.size;
    for (const [component, { since }] of this.#ahead) {
      if (since >= stale) break;
      yield component;
    }
    yield* this.#ranked().victims(now);
    for (const [component, { since }] of this.#ahead) if (since >= stale) yield component;
  }

  /** How the shadows have done lately; null before memory has run out for the first time. */
  shadows(): ShadowStatus | null {
    return this.#shadows?.status() ?? null;
  }

  #came(component: number, bytes: number, cost: number, paid: number, now: Millis): void {
    const known = { bytes, cost, uses: 1, last: 0 };
    this.#known.set(component, known);
    this.#order?.insert(component, bytes, cost, now, false);
    this.#demanded(component, known, paid, now);
  }

  #demanded(component: number, known: Known, paid: number, now: Millis): void {
    known.last = ++this.#demands;
    if (!this.#shadows) return;
    if (this.#shadows.tooMany(this.#known.size)) this.#shadows = this.#cast(this.#shadows.leader);
    else if (this.#shadows.demand(component, known, paid, now)) this.#order = null;
  }

  /** The policy that ranks what is known. After a change of leader it is made anew, and remembers nothing that left. */
  #ranked(): EvictionPolicy {
    if (this.#order) return this.#order;
    this.#shadows ??= this.#cast(null);
    const order = makers[this.#shadows.leader]!();
    order.budget(this.#budget);
    for (const [component, { bytes, cost, uses }] of this.#byLastUse()) {
      order.insert(component, bytes, cost, begin, false);
      // Once more than it was used: a set that is in place holds out against a loop that memory can't hold.
      for (let use = 0; use < Math.min(uses, mostUses); use++) order.touch(component, begin);
    }
    this.#order = order;
    return order;
  }

  /** Shadows of what is known, as if they had been there from the beginning. */
  #cast(leader: number | null): Shadows {
    const known = this.#byLastUse();
    const [, first] = known[0] ?? [];
    const alike = known.every(([, { bytes, cost }]) => bytes === first?.bytes && cost === first.cost);
    const shadows = new Shadows(makers, leader ?? (alike ? recency : frequency), this.#budget, known.length);
    for (const [component, held] of known) {
      for (let use = 0; use < Math.min(held.uses, mostUses); use++) shadows.warm(component, held, begin);
    }
    return shadows;
  }

  #byLastUse(): [number, Known][] {
    return [...this.#known].sort(([, a], [, b]) => a.last - b.last);
  }
}

export const worth = (): Worth => new Worth();

interface Known {
  bytes: number;
  cost: number;
  uses: number;
  /** When it was last demanded, in demands. */
  last: number;
}

const makers: readonly (() => EvictionPolicy)[] = [lru, gdsf, recall, merit, density, quickTrial];
/** Followed until another has done better: where all are alike recency is the safest, where not what costs and sizes say. */
const recency = 0;
const frequency = 1;
const begin = 0 as Millis;
const mostUses = 64;
