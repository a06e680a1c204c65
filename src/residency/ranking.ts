import type { EvictionPolicy } from './eviction-policy.ts';
import type { Queued } from './queue.ts';
import { type Ranked, RankHeap } from './rank-heap.ts';

/** A component in memory, as the policies that rank by a number see it. All have the same fields: it is made often. */
export interface Resident extends Ranked, Queued<Resident> {
  readonly component: number;
  bytes: number;
  cost: number;
  /** Since it came; 0: loaded ahead, and not demanded yet. */
  uses: number;
}

/** How components are ranked, and what else is to be known of them. */
export interface RankRule {
  /** The lowest is evicted first. Asked whenever a component comes, is used or is measured. */
  readonly rankOf: (resident: Resident) => number;
  /** A component in memory is demanded; its uses don't count this one yet. */
  readonly used?: (resident: Resident) => void;
  readonly arrived?: (resident: Resident) => void;
  readonly left?: (resident: Resident, evicted: boolean) => void;
  readonly budget?: (bytes: number) => void;
}

/**
 * A policy that gives each component a rank whenever it is used or measured, and evicts the lowest first, the least
 * recently used of equals. O(log n) per call.
 */
export function ranking(name: string, rule: RankRule): EvictionPolicy {
  const heap = new RankHeap<Resident>();
  const residents = new Map<number, Resident>();
  let calls = 0;

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
      resident.order = ++calls;
      resident.rank = rule.rankOf(resident);
      heap.changed(resident);
    },
    insert(component, bytes, cost, _now, ahead) {
      remove(component, false);
      const uses = ahead ? 0 : 1;
      const order = ++calls;
      const resident: Resident = {
        component,
        bytes,
        cost,
        uses,
        order,
        rank: 0,
        place: 0,
        older: null,
        newer: null,
      };
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
