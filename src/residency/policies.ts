import type { EvictionPolicy } from './eviction-policy.ts';
import { gdsf } from './gdsf.ts';
import { lfu } from './lfu.ts';
import { lru } from './lru.ts';
import { s3fifo } from './s3fifo.ts';
import { sieve } from './sieve.ts';
import { sized } from './sized.ts';
import { worth } from './worth.ts';

/** The eviction policies that can be asked for by name. */
export type PolicyName = 'worth' | 'lru' | 'lfu' | 'sized' | 'gdsf' | 's3fifo' | 'sieve';
export const policyNames: readonly PolicyName[] = ['worth', 'lru', 'lfu', 'sized', 'gdsf', 's3fifo', 'sieve'];

/** A new policy that holds nothing. */
export const policyNamed = (name: PolicyName): EvictionPolicy => makers[name]();

const makers: Readonly<Record<PolicyName, () => EvictionPolicy>> = {
  worth,
  lru,
  lfu,
  sized,
  gdsf,
  s3fifo,
  sieve,
};
