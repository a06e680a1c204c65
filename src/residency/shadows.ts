import type { Millis } from '../model/ids.ts';
import type { EvictionPolicy, ShadowStatus } from './eviction-policy.ts';
import { Shadow } from './shadow.ts';

/** What a demand is for. */
export interface Demanded {
  readonly bytes: number;
  readonly cost: number;
}

/**
 * Policies beside the real one, and which of them to follow. Losses are added up, fading. Another one takes the lead when it
 * has lost less by more than chance explains: than one standard deviation of what the demands on which the two differ
 * would come to if their signs were drawn at random. Of many components only a share is watched, chosen by a hash of
 * their names, in as small a share of the budget (SHARDS, Waldspurger et al., FAST 2015).
 */
export class Shadows {
  leader: number;
  readonly #shadows: readonly Shadow[];
  readonly #share: number;
  readonly #missed: Uint8Array;
  readonly #fade: number;
  #paid = 0;

  /** @param known how many components are in memory */
  constructor(makers: readonly (() => EvictionPolicy)[], leader: number, bytes: number, known: number) {
    this.leader = leader;
    this.#shadows = makers.map((make) => new Shadow(make()));
    this.#share = Math.min(1, mostWatched / known);
    this.#missed = new Uint8Array(makers.length);
    // As long a memory as it takes to see each component that fits a few times.
    this.#fade = 1 - 1 / (shortest + turns * Math.min(known, mostWatched));
    this.budget(bytes);
  }

  budget(bytes: number): void {
    for (const shadow of this.#shadows) shadow.budget(bytes * this.#share);
  }

  /** The shadow that leads, if it watches all components. */
  get whole(): Shadow | null {
    return this.#share === 1 ? this.#shadows[this.leader]! : null;
  }

  /** Whether so many components are in memory that a smaller share of them should be watched. */
  tooMany(known: number): boolean {
    return known * this.#share > 2 * mostWatched;
  }

  measured(component: number, bytes: number, cost: number): void {
    for (const shadow of this.#shadows) shadow.measured(component, bytes, cost);
  }

  /** A demand from before there were shadows: nothing is lost. */
  warm(component: number, { bytes, cost }: Demanded, now: Millis): void {
    if (!this.#watched(component)) return;
    for (const shadow of this.#shadows) shadow.demand(component, bytes, cost, now);
  }

  /**
   * A demand, for which so much was `paid` in fact.
   * @returns whether another one leads now
   */
  demand(component: number, { bytes, cost }: Demanded, paid: number, now: Millis): boolean {
    if (!this.#watched(component)) return false;
    this.#paid = this.#paid * this.#fade + paid;
    const shadows = this.#shadows;
    for (let at = 0; at < shadows.length; at++) {
      this.#missed[at] = shadows[at]!.demand(component, bytes, cost, now) ? 0 : 1;
    }
    const ledMissed = this.#missed[this.leader];
    let best = this.leader;
    for (let at = 0; at < shadows.length; at++) {
      const shadow = shadows[at]!;
      const missed = this.#missed[at]!;
      shadow.lost = shadow.lost * this.#fade + missed * cost;
      shadow.doubt = shadow.doubt * this.#fade + (missed === ledMissed ? 0 : cost * cost);
      if (shadow.lost < shadows[best]!.lost) best = at;
    }
    if (best === this.leader) return false;
    const gain = shadows[this.leader]!.lost - shadows[best]!.lost;
    if (gain * gain <= shadows[best]!.doubt) return false;
    this.leader = best;
    for (const shadow of shadows) shadow.doubt = 0;
    return true;
  }

  status(): ShadowStatus {
    const share = this.#share;
    const lost = this.#shadows.map((shadow) => shadow.lost / share);
    return {
      lost: Object.fromEntries(this.#shadows.map(({ name }, at) => [name, lost[at]!])),
      paid: this.#paid / share,
      leader: this.#shadows[this.leader]!.name,
      regret: this.#paid / share - Math.min(...lost),
    };
  }

  #watched(component: number): boolean {
    return this.#share === 1 || Math.imul(component + 1, 0x9e3779b1) >>> 0 < this.#share * 2 ** 32;
  }
}

// See DECISIONS "Worth".
const mostWatched = 16384;
const shortest = 200;
const turns = 10;
