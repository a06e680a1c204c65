import type { EvictionPolicy } from './eviction-policy.ts';
import { IndexQueue, none } from './index-queue.ts';

/**
 * LIRS (Jiang & Zhang, SIGMETRICS 2002), by bytes: what came back soon after its last use (low reuse distance) has nearly all
 * of memory to itself; all else passes through the last hundredth in the order of its uses, or through room for 16 components of
 * mean size, a tenth at most. What is used there, or comes back, while it is
 * more recent than the longest unused of the first kind changes places with that. Holds a loop larger than memory, and lets a scan pass.
 * Constant time per call, amortised.
 */
export function lirs(): EvictionPolicy {
  /** In order of latest use; its oldest is always one that stays. Holds what stays, and what is more recent than that. */
  const stack = new IndexQueue();
  /** What passes through. */
  const passing = new IndexQueue();
  /** What is in the stack and no longer in memory, in order of leaving. */
  const gone = new IndexQueue();
  let bytes = new Float64Array(64);
  let state = new Uint8Array(64);
  let staying = 0;
  let count = 0;
  let total = 0;
  let goneBytes = 0;
  let budget = 0;

  const held = (component: number): boolean => state[component] === stays || state[component] === passes;

  /** Bytes for what stays. */
  function lasting(): number {
    const few = count > 0 ? (fewest * total) / count : Number.POSITIVE_INFINITY;
    return budget - Math.min(mostPassing * budget, Math.max(leastPassing * budget, few));
  }

  /** More or less of it is in memory. */
  function charge(component: number, by: 1 | -1): void {
    count += by;
    total += by * bytes[component]!;
  }

  function renew(queue: IndexQueue, component: number): void {
    if (queue.newest === component) return;
    if (queue.has(component)) queue.delete(component);
    queue.push(component);
  }

  function forget(component: number): void {
    gone.delete(component);
    goneBytes -= bytes[component]!;
    state[component] = unknown;
  }

  /** Takes from the stack what lies below the longest unused of those that stay. */
  function prune(): void {
    while (stack.oldest !== none && state[stack.oldest] !== stays) {
      const { oldest } = stack;
      stack.delete(oldest);
      if (state[oldest] === left) forget(oldest);
    }
  }

  function stay(component: number): void {
    state[component] = stays;
    staying += bytes[component]!;
    renew(stack, component);
    makePlace();
  }

  /** Those that stay the longest unused pass, until the rest fits. */
  function makePlace(): void {
    prune();
    while (staying > lasting() && stack.oldest !== none) {
      const { oldest } = stack;
      stack.delete(oldest);
      state[oldest] = passes;
      staying -= bytes[oldest]!;
      passing.push(oldest);
      prune();
    }
  }

  function leave(component: number): void {
    charge(component, -1);
    if (state[component] === stays) {
      staying -= bytes[component]!;
      state[component] = unknown;
      stack.delete(component);
      prune();
      return;
    }
    passing.delete(component);
    state[component] = stack.has(component) ? left : unknown;
    if (state[component] === unknown) return;
    gone.push(component);
    goneBytes += bytes[component]!;
    while (goneBytes > memory * budget && gone.oldest !== none) {
      const { oldest } = gone;
      stack.delete(oldest);
      forget(oldest);
    }
  }

  return {
    name: 'lirs',
    budget(bytes) {
      budget = bytes;
      makePlace();
    },
    touch(component) {
      if (!held(component)) return;
      if (state[component] === stays) {
        renew(stack, component);
        prune();
      } else if (stack.has(component)) {
        passing.delete(component);
        stay(component);
      } else {
        stack.push(component);
        renew(passing, component);
      }
    },
    insert(component, size) {
      if (component >= state.length) {
        const length = 2 ** Math.ceil(Math.log2(component + 1));
        const [olderBytes, olderState] = [bytes, state];
        bytes = new Float64Array(length);
        state = new Uint8Array(length);
        bytes.set(olderBytes);
        state.set(olderState);
      }
      if (held(component)) leave(component);
      const back = state[component] === left;
      if (back) forget(component);
      bytes[component] = size;
      charge(component, 1);
      // Until memory has run out once, all that fits stays.
      if (back || (passing.oldest === none && staying + size <= lasting())) {
        stay(component);
        return;
      }
      state[component] = passes;
      renew(stack, component);
      passing.push(component);
      prune();
    },
    measured(component, size) {
      if (!held(component)) return;
      if (state[component] === stays) staying += size - bytes[component]!;
      total += size - bytes[component]!;
      bytes[component] = size;
      makePlace();
    },
    remove(component) {
      if (held(component)) leave(component);
    },
    *victims() {
      for (let component = passing.oldest; component !== none; component = passing.after(component)) yield component;
      for (let component = stack.oldest; component !== none; component = stack.after(component)) {
        if (state[component] === stays) yield component;
      }
    },
  };
}

/** What is known of a component: nothing, that it stays, that it passes, or that it left and is still in the stack. */
const unknown = 0;
const stays = 1;
const passes = 2;
const left = 3;

// See DECISIONS "Worth". Shares of memory for what passes, and components of mean size.
const leastPassing = 0.01;
const mostPassing = 0.1;
const fewest = 16;
/** What is remembered, in budgets. */
const memory = 2;
