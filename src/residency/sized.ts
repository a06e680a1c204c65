import type { EvictionPolicy } from './eviction-policy.ts';
import { ranking } from './ranking.ts';

/** Largest first, ties by least recent use: makes room with the fewest unloads. */
export const sized = (): EvictionPolicy => ranking('sized', { rankOf: ({ bytes }) => -bytes });
