import type { EvictionPolicy } from './eviction-policy.ts';
import { Queue, type Queued } from './queue.ts';

interface Node extends Queued<Node> {
  readonly component: number;
  used: boolean;
}

/**
 * SIEVE (Zhang et al., NSDI 2024): a queue in order of coming, and a hand that moves from the oldest to the newest. What
 * was used since the hand last passed is passed over once more; the first that was not is evicted, and the hand stays
 * there. Constant time per call, amortised.
 */
export function sieve(): EvictionPolicy {
  const queue = new Queue<Node>();
  const nodes = new Map<number, Node>();
  /** Where the search for the next victim begins; null: at the oldest. */
  let hand: Node | null = null;

  const onward = (node: Node | null): Node | null => node?.newer ?? queue.oldest;

  /** Moves the hand as the search that ended at `victim` did. */
  function moveTo(victim: Node): void {
    let node = hand ?? queue.oldest!;
    // What is passed unused was kept by the engine for a reason of its own.
    while (node !== victim || node.used) {
      node.used = false;
      node = onward(node)!;
    }
    hand = victim;
  }

  function leave(node: Node, evicted: boolean): void {
    if (evicted) moveTo(node);
    if (hand === node) hand = node.newer;
    nodes.delete(node.component);
    queue.delete(node);
  }

  return {
    name: 'sieve',
    budget: () => undefined,
    touch(component) {
      const node = nodes.get(component);
      if (node) node.used = true;
    },
    insert(component) {
      const before = nodes.get(component);
      if (before) leave(before, false);
      const node = { component, used: false, older: null, newer: null };
      nodes.set(component, node);
      queue.push(node);
    },
    measured: () => undefined,
    remove(component, evicted) {
      const node = nodes.get(component);
      if (node) leave(node, evicted);
    },
    *victims() {
      const start = hand ?? queue.oldest;
      for (const used of [false, true]) {
        let node = start;
        do {
          if (node?.used === used) yield node.component;
          node = onward(node);
        } while (node !== start);
      }
    },
  };
}
