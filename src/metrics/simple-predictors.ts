import type { ComponentId } from '../model/ids.ts';
import { Recent } from './recent.ts';
import { Tally } from './tally.ts';

/** Different components of one user that are counted. */
const frequentLimit = 64;
/** Components of one user after which it is counted what came, and how many that came are counted after each. */
const contextLimit = 128;
const followerLimit = 8;
/** How many components each of them foresees. */
const places = 5;

/** What anyone could foresee of one user's coming command: the forecast has to do better. */
export class SimplePredictors {
  /** The components demanded last, latest first, each once. */
  readonly #recent: ComponentId[] = [];
  readonly #frequent = new Tally<ComponentId>(frequentLimit);
  readonly #followers = new Recent<ComponentId, Tally<ComponentId>>(contextLimit, () => new Tally(followerLimit));

  /** Where each of them, in the order of `simplePredictors`, has a component, the likeliest 0; -1: nowhere. */
  ranksOf(component: ComponentId): readonly number[] {
    const recent = this.#recent.indexOf(component);
    const [last] = this.#recent;
    const follower = last === undefined ? undefined : this.#followers.find(last);
    return [
      recent === 0 ? 0 : -1,
      recent,
      this.#frequent.rankOf(component, places),
      follower?.rankOf(component, places) ?? -1,
    ];
  }

  /** Learns what a command demanded, in that order. */
  learn(demanded: readonly ComponentId[]): void {
    const [last] = this.#recent;
    const followers = last === undefined ? null : this.#followers.use(last);
    for (const component of demanded) {
      followers?.add(component);
      this.#frequent.add(component);
      const at = this.#recent.indexOf(component);
      if (at >= 0) this.#recent.splice(at, 1);
      this.#recent.unshift(component);
    }
    if (this.#recent.length > places) this.#recent.length = places;
  }
}
