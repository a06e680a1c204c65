import { ByteStack } from './byte-stack.ts';

/**
 * What an LRU of any size would have paid for misses lately: a miss curve, kept online.
 *
 * The bytes of all different components demanded since a component's last demand, its own included, are its reuse
 * distance: an LRU misses that demand exactly if it is smaller (Mattson et al. 1970). Distances are kept with what a miss
 * costs, fading exponentially. Of many components only those are followed whose hash lies below a threshold, and their
 * distances and costs are scaled up (SHARDS, Waldspurger et al., FAST 2015, of fixed size: the threshold falls as components
 * come); what they miss of the known cost of all demands counts as hits (its SHARDS-adj).
 *
 * Exact for budgets that hold the largest component while at most `keys` components and {@link mostDistances} different
 * distances were seen; beyond these, neighbouring distances are merged. O(log keys) for a demand.
 */
export class MissCurve {
  readonly #keys: number;
  readonly #fadeMs: number;
  readonly #stack: ByteStack;
  readonly #hashes = new Map<number, number>();
  /** Faded cost by reuse distance in bytes; first demands at Infinity. */
  #costs = new Map<number, number>();
  #threshold = hashes;
  #all = 0;
  #begun: number | null = null;
  /** Weights count from here: what is newer weighs more, instead of fading all that is older (forward decay). */
  #landmark = 0;

  /** @param keys components followed at once; @param fadeMs after which a demand counts e times less, Infinity: never. */
  constructor({ keys = 1024, fadeMs = day }: { readonly keys?: number; readonly fadeMs?: number } = {}) {
    this.#keys = keys;
    this.#fadeMs = fadeMs;
    this.#stack = new ByteStack(keys + 1);
  }

  /** Share of the components that is followed, 0..1. */
  get rate(): number {
    return this.#threshold / hashes;
  }

  /** A component was demanded: its bytes, and what a miss would cost. */
  demand(component: number, bytes: number, cost: number, now: number): void {
    this.#begun ??= this.#landmark = now;
    const weighed = cost * this.#weightAt(now);
    this.#all += weighed;
    const hash = hashOf(component);
    if (hash >= this.#threshold) return;
    const distance = this.#stack.use(component, bytes) / this.rate;
    this.#costs.set(distance, (this.#costs.get(distance) ?? 0) + weighed / this.rate);
    this.#hashes.set(component, hash);
    if (this.#hashes.size > this.#keys) this.#lowerRate();
    if (this.#costs.size > mostDistances) this.#merge();
  }

  /** Share of the cost of all demands, 0..1, that an LRU with this budget would have paid. Null before any demand. */
  missShare(budget: number): number | null {
    if (this.#all === 0) return null;
    let missed = 0;
    for (const [distance, cost] of this.#costs) if (distance > budget) missed += cost;
    return Math.min(1, missed / this.#all);
  }

  /** What misses of an LRU with this budget cost for each ms, at the present rate of demands. */
  missCost(budget: number, now: number): number {
    const { length, weight } = this.#span(now);
    return length > 0 ? ((this.missShare(budget) ?? 0) * this.#all) / weight / length : 0;
  }

  /** Over how much time, fading too, the demands came. */
  #span(now: number): { length: number; weight: number } {
    const span = now - (this.#begun ?? now);
    const length = this.#fadeMs === Number.POSITIVE_INFINITY ? span : this.#fadeMs * -Math.expm1(-span / this.#fadeMs);
    return { length, weight: this.#weightAt(now) };
  }

  #weightAt(now: number): number {
    if (now - this.#landmark > 50 * this.#fadeMs) this.#moveLandmark(now);
    return Math.exp((now - this.#landmark) / this.#fadeMs);
  }

  #moveLandmark(now: number): void {
    const fade = Math.exp((this.#landmark - now) / this.#fadeMs);
    for (const [distance, cost] of this.#costs) this.#costs.set(distance, cost * fade);
    this.#all *= fade;
    this.#landmark = now;
  }

  /** Follows one component less: that of the highest hash, and none of its hash or above from now on. */
  #lowerRate(): void {
    let highest = 0;
    for (const hash of this.#hashes.values()) highest = Math.max(highest, hash);
    this.#threshold = highest;
    for (const [component, hash] of this.#hashes) {
      if (hash < highest) continue;
      this.#hashes.delete(component);
      this.#stack.remove(component);
    }
  }

  /** Half as many distances: those next to each other become the longer of two. */
  #merge(): void {
    const sorted = [...this.#costs].sort((a, b) => a[0] - b[0]);
    const merged = new Map<number, number>();
    for (let i = 0; i < sorted.length; i += 2) {
      const [distance, cost] = sorted[i]!;
      const next = sorted[i + 1];
      if (!next || next[0] === Number.POSITIVE_INFINITY) {
        merged.set(distance, cost);
        if (next) merged.set(...next);
      } else merged.set(next[0], cost + next[1]);
    }
    this.#costs = merged;
  }
}

const mostDistances = 2048;
const day = 24 * 3_600_000;
const hashes = 2 ** 32;

/** Spreads small numbers over 32 bits (the finalizer of MurmurHash3). */
function hashOf(component: number): number {
  let hash = component + 1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
