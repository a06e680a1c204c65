import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy, ShadowStatus } from './eviction-policy.ts';
import { gdsf } from './gdsf.ts';
import { lfu } from './lfu.ts';
import { lru } from './lru.ts';
import { recall, returns } from './remembering.ts';
import { s3fifo } from './s3fifo.ts';
import { Shadow } from './shadow.ts';

/**
 * Least worth first: probability of another demand before the memory is needed otherwise, times cost, by bytes. What makes
 * that probability known differs: frequency that outlives eviction (`recall`), learned odds of return (`returns`), recency,
 * plain counts. So all of them run as shadows, on names and sizes only; their losses are added up, fading; and the one that lost
 * least lately is followed, with a margin against going to and fro: what it would not hold leaves first, then the rest
 * in its order, so that memory soon holds what it would (adaptive caching, Ari et al. 2002; Subramanian et al., MICRO
 * 2006). Nothing is allocated for shadows before memory runs out for the first time.
 *
 * What was loaded ahead stands apart until it is demanded. It leaves last, and first once as many others have come as
 * there are in memory.
 */
export class Worth implements EvictionPolicy {
  readonly name = 'worth';
  /** What is in memory and has been demanded, the least recently used first. */
  readonly #known = new Map<number, Known>();
  readonly #ahead = new Map<number, Known & { readonly since: number }>();
  #shadows: readonly Shadow[] | null = null;
  #leader = 0;
  #paid = 0;
  #budget = 0;
  #arrivals = 0;

  budget(bytes: number): void {
    this.#budget = bytes;
    for (const shadow of this.#shadows ?? []) shadow.budget(bytes);
  }

  touch(component: number, now: Millis): void {
    const known = this.#known.get(component) ?? this.#ahead.get(component);
    if (!known) return;
    this.#ahead.delete(component);
    this.#demanded(component, known, 0, now);
  }

  insert(component: number, bytes: number, cost: number, now: Millis, ahead: boolean): void {
    this.#arrivals++;
    this.remove(component);
    if (ahead) this.#ahead.set(component, { bytes, cost, uses: 0, since: this.#arrivals });
    else this.#demanded(component, { bytes, cost, uses: 0 }, cost, now);
  }

  measured(component: number, bytes: number, cost: number): void {
    const known = this.#known.get(component) ?? this.#ahead.get(component);
    if (!known) return;
    known.bytes = bytes;
    known.cost = cost;
    for (const shadow of this.#shadows ?? []) shadow.measured(component, bytes, cost);
  }

  remove(component: number): void {
    this.#ahead.delete(component);
    if (!this.#known.delete(component)) return;
    for (const shadow of this.#shadows ?? []) shadow.left(component);
  }

  *victims(now: Millis): Generator<number> {
    const stale = this.#arrivals - this.#known.size - this.#ahead.size;
    for (const [component, { since }] of this.#ahead) if (since < stale) yield component;
    this.#shadows ??= this.#newShadows();
    yield* this.#shadows[this.#leader]!.victims(now);
    for (const [component, { since }] of this.#ahead) if (since >= stale) yield component;
  }

  /** How the shadows have done lately; null before memory has run out for the first time. */
  shadows(): ShadowStatus | null {
    if (!this.#shadows) return null;
    return {
      lost: Object.fromEntries(this.#shadows.map(({ name, lost }) => [name, lost])),
      paid: this.#paid,
      leader: this.#shadows[this.#leader]!.name,
      regret: this.#paid - Math.min(...this.#shadows.map(({ lost }) => lost)),
    };
  }

  #demanded(component: number, known: Known, paid: number, now: Millis): void {
    this.#known.delete(component);
    this.#known.set(component, known);
    known.uses++;
    if (!this.#shadows) return;
    // As long a memory as it takes to see each component that fits a few times.
    const fade = 1 - 1 / (shortest + turns * this.#known.size);
    this.#paid = this.#paid * fade + paid;
    let best = this.#leader;
    this.#shadows.forEach((shadow, at) => {
      shadow.lost *= fade;
      if (!shadow.demand(component, known.bytes, known.cost, now)) shadow.lost += known.cost;
      if (shadow.lost < this.#shadows![best]!.lost) best = at;
    });
    if (this.#shadows[best]!.lost < this.#shadows[this.#leader]!.lost * (1 - margin)) this.#leader = best;
  }

  /** As if they had been there from the beginning, as far as that is known. */
  #newShadows(): readonly Shadow[] {
    const shadows = makers.map((make) => new Shadow(make(), this.#known));
    for (const shadow of shadows) {
      shadow.budget(this.#budget);
      for (const [component, { bytes, cost, uses }] of this.#known) {
        for (let use = 0; use < Math.min(uses, mostUses); use++) shadow.demand(component, bytes, cost, start);
      }
    }
    return shadows;
  }
}

export const worth = (): Worth => new Worth();

interface Known {
  bytes: number;
  cost: number;
  uses: number;
}

/** The first is followed until another has done better: where little is known, recency is the safest. */
const makers: readonly (() => EvictionPolicy)[] = [lru, recall, gdsf, returns, s3fifo, lfu];
const start = 0 as Millis;
const mostUses = 64;
// See DECISIONS "Worth".
const margin = 0.004;
const shortest = 200;
const turns = 30;
