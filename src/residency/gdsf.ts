import type { EvictionPolicy } from './eviction-policy.ts';
import { ranking } from './ranking.ts';

/**
 * Greedy-Dual-Size-Frequency (Cherkasova 1998; as a keep-alive policy FaasCache, Fuerst & Sharma, ASPLOS 2021): rank =
 * clock + uses x cost / bytes. The clock stands at the highest rank evicted so far, so that what is not used any more
 * falls behind what is. Costs count per million bytes, as in libCacheSim: ranks that differ by rounding alone agree too.
 */
export function gdsf(): EvictionPolicy {
  let clock = 0;
  const rule = {
    rankOf: ({ uses, cost, bytes }: { uses: number; cost: number; bytes: number }) =>
      clock + (uses * cost * 1e6) / bytes,
    left({ rank }: { rank: number }, evicted: boolean) {
      if (evicted) clock = Math.max(clock, rank);
    },
  };
  return ranking('gdsf', rule);
}
