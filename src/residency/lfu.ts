import type { EvictionPolicy } from './eviction-policy.ts';
import { ranking } from './ranking.ts';

/** Least frequently used first, ties by least recent use. Counts start anew when a component comes back. */
export const lfu = (): EvictionPolicy => ranking('lfu', { rankOf: ({ uses }) => uses });
