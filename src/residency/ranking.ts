import type { EvictionPolicy } from './eviction-policy.ts';
import { type Ranked, RankHeap } from './rank-heap.ts';

/** A component in memory, as the policies that rank by a number see it. */
export interface Resident extends Ranked {
  readonly component: number;
  bytes: number;
  cost: number;
  /** Since it came; 0: loaded ahead, and not demanded yet. */
  uses: number;
}

/** How components are ranked, and what else is to be known of them. */
export interface RankRule<R extends Resident> {
  /** The lowest is evicted first. Asked whenever a component comes, is used or is measured. */
  readonly rankOf: (resident: R) => number;
  /** A component in memory is demanded; its uses don't count this one yet. */
  readonly used?: (resident: R) => void;
  readonly arrived?: (resident: R) => void;
  readonly left?: (resident: R, evicted: boolean) => void;
  readonly budget?: (bytes: number) => void;
}

/**
 * A policy that gives each component a rank whenever it is used or measured, and evicts the lowest first, the least
 * recently used of equals. O(log n) per call.
 * @param extra what a resident has besides what every one has
 */
export function ranking<E extends object>(name: string, rule: RankRule<Resident & E>, extra: () => E): EvictionPolicy {
  type R = Resident & E;
  const heap = new RankHeap<R>();
  const residents = new Map<number, R>();
  let uses = 0;

  function remove(component: number, evicted: boolean): void {
    const resident = residents.get(component);
    if (!resident) return;
    residents.delete(component);
    heap.delete(resident);
    rule.left?.(resident, evicted);
  }

  return {
    name,
    budget: (bytes) => rule.budget?.(bytes),
    touch(component) {
      const resident = residents.get(component);
      if (!resident) return;
      rule.used?.(resident);
      resident.uses++;
      resident.order = ++uses;
      resident.rank = rule.rankOf(resident);
      heap.changed(resident);
    },
    insert(component, bytes, cost, _now, ahead) {
      remove(component, false);
      const resident: R = { ...extra(), component, bytes, cost, uses: ahead ? 0 : 1, order: ++uses, rank: 0, place: 0 };
      rule.arrived?.(resident);
      resident.rank = rule.rankOf(resident);
      residents.set(component, resident);
      heap.add(resident);
    },
    measured(component, bytes, cost) {
      const resident = residents.get(component);
      if (!resident || (resident.bytes === bytes && resident.cost === cost)) return;
      resident.bytes = bytes;
      resident.cost = cost;
      resident.rank = rule.rankOf(resident);
      heap.changed(resident);
    },
    remove,
    *victims() {
      for (const { component } of heap.ascending()) yield component;
    },
  };
}

export const nothingExtra = (): object => ({});
