import type { Millis } from '../model/ids.ts';

/**
 * Orders what is in memory by how little would be missed. A policy only ranks; whether a component may leave at all
 * (leases, dependants, pins) is decided by the engine, which skips those it must keep.
 * Components are named by their index in the graph.
 */
export interface EvictionPolicy {
  readonly name: string;
  /** A component came into memory, by a demand or ahead of one. */
  insert(component: number, bytes: number, cost: number, now: Millis): void;
  /** A component in memory was demanded. */
  touch(component: number, now: Millis): void;
  /** A component left memory, or never arrived. */
  remove(component: number): void;
  /** Everything in memory, whatever would be missed least first. Not changed while being read. */
  victims(now: Millis): Iterable<number>;
}
