import type { Millis } from '../model/ids.ts';

/**
 * Orders what is in memory by how little would be missed. A policy only ranks; whether a component may leave at all
 * (leases, dependants, pins, priorities) is decided by the engine, which skips those it must keep.
 * Components are named by their index in the graph; bytes and costs are above zero.
 */
export interface EvictionPolicy {
  readonly name: string;
  /** The memory that there is, in bytes: told before anything else, and each time it changes. */
  budget(bytes: number): void;
  /** A component was demanded, whether it is in memory or not. What is not comes with an `insert` after this. */
  touch(component: number, now: Millis): void;
  /**
   * A component came into memory. `cost` is what it costs to have it back: its load time in ms.
   * @param ahead loaded for a forecast: nobody has used it yet. Otherwise its coming is its first use.
   */
  insert(component: number, bytes: number, cost: number, now: Millis, ahead: boolean): void;
  /** What a component in memory really takes, and costs. */
  measured(component: number, bytes: number, cost: number): void;
  /**
   * A component left memory, or never arrived.
   * @param evicted it left to make room, because of its place among the `victims`
   */
  remove(component: number, evicted: boolean): void;
  /**
   * Everything in memory, whatever would be missed least first. Reading it changes nothing, and it is read lazily:
   * the first few cost little. Not changed while being read.
   */
  victims(now: Millis): Iterable<number>;
  /** How the policies that this one follows have done lately, if it follows any; null: nothing has been evicted yet. */
  shadows?(): ShadowStatus | null;
}

/** How policies that run beside the real one, on names and sizes alone, have done lately. */
export interface ShadowStatus {
  /** Cost that each would have paid for its misses, in ms; what is longer ago counts less. */
  readonly lost: Readonly<Record<string, number>>;
  /** The same, paid in fact for demands that came cold. */
  readonly paid: number;
  /** Whose order is followed now. */
  readonly leader: string;
  /** Cost paid in fact beyond that of the best shadow, in ms; below zero when loading ahead saved more. */
  readonly regret: number;
}
