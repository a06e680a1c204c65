import type { EvictionPolicy } from './eviction-policy.ts';
import { Queue, type Queued } from './queue.ts';

interface Node extends Queued<Node> {
  readonly component: number;
}

/** Least recently used first. Constant time per call: a queue in which a use moves a component to the end. */
export function lru(): EvictionPolicy {
  const queue = new Queue<Node>();
  const nodes = new Map<number, Node>();

  function use(component: number): void {
    const node = nodes.get(component);
    if (!node || node === queue.newest) return;
    queue.delete(node);
    queue.push(node);
  }

  return {
    name: 'lru',
    budget: () => undefined,
    touch: use,
    insert(component) {
      if (nodes.has(component)) return use(component);
      const node = { component, older: null, newer: null };
      nodes.set(component, node);
      queue.push(node);
    },
    measured: () => undefined,
    remove(component) {
      const node = nodes.get(component);
      if (!node) return;
      nodes.delete(component);
      queue.delete(node);
    },
    *victims() {
      for (let node = queue.oldest; node; node = node.newer) yield node.component;
    },
  };
}
