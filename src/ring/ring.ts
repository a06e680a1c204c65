import type { WasmMemory } from './web-assembly.ts';

/**
 * One party of a bounded queue in shared memory that any number of threads push to and pop from without locks (after
 * Vyukov's bounded MPMC queue: a sequence number in every slot, positions claimed by compare-and-swap). What is queued
 * are descriptors of four 32-bit integers; up to seven share a slot of 128 bytes.
 *
 * Order: what one party pushed comes out in that order, for a single consumer. No call waits for another thread, except
 * {@link RingWaiting}.
 */
export interface Ring {
  /** Which implementation this party runs on; both work on one ring at the same time. */
  readonly kind: 'wasm' | 'atomics';
  /** What to hand to another thread, which calls {@link attachRing}. */
  readonly memory: WasmMemory;
  /** This party's place, 0..31; for {@link reap}, should its thread die. */
  readonly party: number;
  /**
   * Given to {@link pushMany} or {@link popMany}, saves a copy: descriptors are pushed from here and popped to here. Each call of
   * the two overwrites it.
   */
  readonly buffer: Int32Array;
  /** Puts one descriptor into a slot of its own. */
  tryPush(a: number, b: number, c: number, d: number): Pushed;
  /**
   * Pushes the first `count` descriptors of `descriptors` (four integers each), seven to a slot; how many were pushed, as room
   * was there; `whole`: all or none. -1: the ring is closed. At most 448 at a time.
   */
  pushMany(descriptors: Int32Array, count: number, whole?: boolean): number;
  /**
   * Pops descriptors of up to `slots` slots (default and at most 64) into `into`, which must have room for seven in each; how
   * many came. 0: the ring is empty, or the next slot is being filled: see {@link pending}.
   */
  popMany(into: Int32Array, slots?: number): number;
  /** Slots that are claimed and not emptied, filled or not. */
  readonly pending: number;
  /** How many slots may be filled at once, 1 to the capacity; what is above it stays. */
  limit: number;
  readonly closed: boolean;
  /** Nothing more can be pushed; what is there can be popped. */
  close(): void;
  /** Gives this party's place free. It must not be used any more. */
  detach(): void;
}

export type Pushed = 'pushed' | 'full' | 'closed';
