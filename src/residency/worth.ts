import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy, ShadowStatus } from './eviction-policy.ts';
import { gdsf } from './gdsf.ts';
import { IndexQueue, none } from './index-queue.ts';
import { lirs } from './lirs.ts';
import { lru } from './lru.ts';
import { density, merit, recall } from './remembering.ts';
import { quickTrial } from './s3fifo.ts';
import { Shadow } from './shadow.ts';
import { Shadows } from './shadows.ts';

/**
 * Least worth first: probability of another demand before the memory is needed otherwise, times cost, by bytes. What makes
 * that probability known differs: recency (`lru`), uses, with aging or without, since it came or with a memory of what
 * left (`gdsf`, `recall`, `density`, `merit`), a trial (`qdlp`), or the distance between uses (`lirs`). So all of them run as
 * shadows, on names and sizes only, and the one that lost least lately is followed (adaptive caching, Ari et al. 2002;
 * Subramanian et al., MICRO 2006): what it does not hold leaves first, the rest in its order. So memory comes to hold what
 * the shadow holds, and a change of leader costs at most one load for each component in which the two differ. Nothing is
 * allocated for shadows before somebody asks who should leave; which one is followed first is decided anew when memory runs
 * out for the first time, by all that is in it then.
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
  /** The shadow that is followed, of all components: what it does not hold leaves first, the rest in its order. */
  #followed: Shadow | null = null;
  /** What is known and not held by that shadow, the longest so first. */
  #outside = new IndexQueue();
  #budget = 0;
  #arrivals = 0;
  #demands = 0;
  #evicted = false;

  budget(bytes: number): void {
    this.#budget = bytes;
    this.#shadows?.budget(bytes);
    this.#followed?.budget(bytes);
  }

  touch(component: number, now: Millis): void {
    const known = this.#known.get(component);
    if (known) {
      known.uses++;
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
    this.remove(component);
    if (ahead) this.#ahead.set(component, { bytes, cost, since: this.#arrivals });
    else this.#came(component, bytes, cost, cost, now);
  }

  measured(component: number, bytes: number, cost: number): void {
    const held = this.#known.get(component) ?? this.#ahead.get(component);
    if (!held) return;
    held.bytes = bytes;
    held.cost = cost;
    this.#shadows?.measured(component, bytes, cost);
    this.#followed?.measured(component, bytes, cost);
  }

  remove(component: number, evicted = false): void {
    if (evicted && !this.#evicted) this.#recast();
    if (!this.#known.delete(component)) this.#ahead.delete(component);
    else if (this.#outside.has(component)) this.#outside.delete(component);
  }

  *victims(now: Millis): Generator<number> {
    const stale = this.#arrivals - this.#known.size - this.#ahead.size;
    for (const [component, { since }] of this.#ahead) {
      if (since >= stale) break;
      yield component;
    }
    const followed = this.#follow();
    for (let at = this.#outside.oldest; at !== none; at = this.#outside.after(at)) yield at;
    for (const component of followed.victims(now)) if (this.#known.has(component)) yield component;
    for (const [component, { since }] of this.#ahead) if (since >= stale) yield component;
  }

  /** How the shadows have done lately; null before memory has run out for the first time. */
  shadows(): ShadowStatus | null {
    return this.#shadows?.status() ?? null;
  }

  #came(component: number, bytes: number, cost: number, paid: number, now: Millis): void {
    const known = { bytes, cost, uses: 1, last: 0 };
    this.#known.set(component, known);
    this.#demanded(component, known, paid, now);
  }

  #demanded(component: number, known: Known, paid: number, now: Millis): void {
    known.last = ++this.#demands;
    const shadows = this.#shadows;
    if (!shadows) return;
    if (shadows.tooMany(this.#known.size)) {
      this.#shadows = this.#cast(shadows.leader);
      this.#followed = null;
    } else if (shadows.demand(component, known, paid, now)) {
      this.#followed = null;
    } else if (this.#followed) {
      if (this.#followed !== shadows.whole) this.#followed.demand(component, known.bytes, known.cost, now);
      this.#sort(this.#followed, component);
    }
  }

  /** After a demand: takes out of those outside, or puts there, what the followed shadow took in, or let go, for it. */
  #sort(followed: Shadow, component: number): void {
    const outside = this.#outside;
    for (const left of followed.pushedOut) if (this.#known.has(left) && !outside.has(left)) outside.push(left);
    if (followed.holds(component) === outside.has(component)) {
      if (outside.has(component)) outside.delete(component);
      else outside.push(component);
    }
  }

  /** The shadow of the leader; where only a share is watched, one of what is known, which remembers nothing that left. */
  #follow(): Shadow {
    if (this.#followed) return this.#followed;
    this.#shadows ??= this.#cast(null);
    const known = this.#byLastUse();
    let followed = this.#shadows.whole;
    if (!followed) {
      followed = new Shadow(makers[this.#shadows.leader]!());
      followed.budget(this.#budget);
      for (const [component, { bytes, cost, uses }] of known) {
        // Once more than it was used: a set that is in place holds out against a loop that memory can't hold.
        for (let use = 0; use <= Math.min(uses, mostUses); use++) followed.demand(component, bytes, cost, begin);
      }
    }
    this.#outside = new IndexQueue();
    for (const [component] of known) if (!followed.holds(component)) this.#outside.push(component);
    this.#followed = followed;
    return followed;
  }

  #recast(): void {
    this.#evicted = true;
    this.#shadows = this.#cast(null);
    this.#followed = null;
  }

  /** Shadows of what is known, as if they had been there from the beginning. */
  #cast(leader: number | null): Shadows {
    const known = this.#byLastUse();
    const shadows = new Shadows(makers, leader ?? firstLeader(known), this.#budget, known.length);
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

const makers: readonly (() => EvictionPolicy)[] = [lru, gdsf, recall, merit, density, quickTrial, lirs];
/**
 * Followed until another has done better: where all are alike recency, the safest; where only sizes differ and a byte of
 * each costs the same, so that ranks would count uses alone, `lirs`, which a scan or a loop does not empty; else `gdsf`.
 */
function firstLeader(known: readonly (readonly [number, Known])[]): number {
  const first = known[0]?.[1];
  if (!first || known.every(([, { bytes, cost }]) => bytes === first.bytes && cost === first.cost)) return 0;
  const price = first.cost / first.bytes;
  return known.every(([, { bytes, cost }]) => Math.abs(cost / bytes / price - 1) < 1e-9) ? makers.indexOf(lirs) : 1;
}

const begin = 0 as Millis;
const mostUses = 64;
