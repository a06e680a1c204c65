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

/**
 * A policy that gives each component a rank whenever it is used or measured, and evicts the lowest first, the least
 * recently used of equals. O(log n) per call.
 * @param left told the rank of each evicted component
 */
export function ranking(
  name: string,
  rankOf: (resident: Resident) => number,
  left: (rank: number) => void = () => undefined,
): EvictionPolicy {
  const heap = new RankHeap<Resident>();
  const residents = new Map<number, Resident>();
  let uses = 0;

  function use(resident: Resident): void {
    resident.uses++;
    resident.order = ++uses;
    resident.rank = rankOf(resident);
    heap.changed(resident);
  }

  function remove(component: number, evicted: boolean): void {
    const resident = residents.get(component);
    if (!resident) return;
    residents.delete(component);
    heap.delete(resident);
    if (evicted) left(resident.rank);
  }

  return {
    name,
    budget: () => undefined,
    touch(component) {
      const resident = residents.get(component);
      if (resident) use(resident);
    },
    insert(component, bytes, cost, _now, ahead) {
      remove(component, false);
      const resident = { component, bytes, cost, uses: ahead ? 0 : 1, order: ++uses, rank: 0, place: 0 };
      resident.rank = rankOf(resident);
      residents.set(component, resident);
      heap.add(resident);
    },
    measured(component, bytes, cost) {
      const resident = residents.get(component);
      if (!resident) return;
      resident.bytes = bytes;
      resident.cost = cost;
      resident.rank = rankOf(resident);
      heap.changed(resident);
    },
    remove,
    *victims() {
      for (const { component } of heap.ascending()) yield component;
    },
  };
}
