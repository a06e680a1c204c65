import type { EvictionPolicy } from './eviction-policy.ts';

/** Least recently used first. A Map keeps its keys in order of insertion, so the first key is the oldest use. */
export function lru(): EvictionPolicy {
  const order = new Map<number, true>();
  return {
    name: 'lru',
    insert(component) {
      order.delete(component);
      order.set(component, true);
    },
    touch(component) {
      if (order.delete(component)) order.set(component, true);
    },
    remove(component) {
      order.delete(component);
    },
    victims: () => order.keys(),
  };
}
