import type { EvictionPolicy } from './eviction-policy.ts';

/** All components with one count, oldest use first, in a list of buckets with rising counts. */
interface Bucket {
  readonly count: number;
  readonly members: Set<number>;
  previous: Bucket | null;
  next: Bucket | null;
}

/**
 * Least frequently used first, ties by least recent use. Counts start anew when a component comes back.
 * Constant time per operation: a touch moves a component to the neighbouring bucket (Shah, Mitra & Matani 2010).
 */
export function lfu(): EvictionPolicy {
  const bucketOf = new Map<number, Bucket>();
  let first: Bucket | null = null;

  function place(component: number, count: number, after: Bucket | null): void {
    const following: Bucket | null = after ? after.next : first;
    if (following?.count === count) {
      following.members.add(component);
      bucketOf.set(component, following);
      return;
    }
    const bucket: Bucket = { count, members: new Set([component]), previous: after, next: following };
    if (after) after.next = bucket;
    else first = bucket;
    if (following) following.previous = bucket;
    bucketOf.set(component, bucket);
  }

  function leave(component: number, bucket: Bucket): void {
    bucketOf.delete(component);
    bucket.members.delete(component);
    if (bucket.members.size > 0) return;
    if (bucket.previous) bucket.previous.next = bucket.next;
    else first = bucket.next;
    if (bucket.next) bucket.next.previous = bucket.previous;
  }

  return {
    name: 'lfu',
    insert(component) {
      const before = bucketOf.get(component);
      if (before) leave(component, before);
      place(component, 1, null);
    },
    touch(component) {
      const bucket = bucketOf.get(component);
      if (!bucket) return;
      place(component, bucket.count + 1, bucket);
      const moved = bucketOf.get(component)!;
      leave(component, bucket);
      bucketOf.set(component, moved);
    },
    remove(component) {
      const bucket = bucketOf.get(component);
      if (bucket) leave(component, bucket);
    },
    *victims() {
      for (let bucket = first; bucket; bucket = bucket.next) yield* bucket.members;
    },
  };
}
