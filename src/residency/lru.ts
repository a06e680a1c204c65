import type { EvictionPolicy } from './eviction-policy.ts';
import { IndexQueue, none } from './index-queue.ts';

/** Least recently used first. Constant time per call: a queue in which a use moves a component to the end. */
export function lru(): EvictionPolicy {
  const queue = new IndexQueue();

  function use(component: number): void {
    if (component === queue.newest || !queue.has(component)) return;
    queue.delete(component);
    queue.push(component);
  }

  return {
    name: 'lru',
    budget: () => undefined,
    touch: use,
    insert(component) {
      if (queue.has(component)) use(component);
      else queue.push(component);
    },
    measured: () => undefined,
    remove(component) {
      if (queue.has(component)) queue.delete(component);
    },
    *victims() {
      for (let component = queue.oldest; component !== none; component = queue.after(component)) yield component;
    },
  };
}
