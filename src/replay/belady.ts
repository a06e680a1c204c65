import type { EvictionPolicy } from '../residency/eviction-policy.ts';

/** For each need of a trace the position of the next need of the same component on the same device; Infinity: none. */
export function nextUses(needs: Int32Array, deviceOfNeed: (need: number) => number, components: number): Float64Array {
  const next = new Float64Array(needs.length);
  const coming = new Map<number, number>();
  for (let need = needs.length - 1; need >= 0; need--) {
    const key = deviceOfNeed(need) * components + needs[need]!;
    next[need] = coming.get(key) ?? Number.POSITIVE_INFINITY;
    coming.set(key, need);
  }
  return next;
}

/**
 * Furthest next use first (Belady 1966): the best there is for equal sizes without loading ahead. With sizes it is a
 * good heuristic and no bound. `present` tells which need is being served.
 */
export function belady(next: Float64Array, present: () => number): EvictionPolicy {
  const nextUse = new Map<number, number>();
  return {
    name: 'belady',
    budget: () => undefined,
    measured: () => undefined,
    insert(component) {
      nextUse.set(component, next[present()]!);
    },
    touch(component) {
      if (nextUse.has(component)) nextUse.set(component, next[present()]!);
    },
    remove(component) {
      nextUse.delete(component);
    },
    victims: () => [...nextUse].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([component]) => component),
  };
}
