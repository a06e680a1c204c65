import { type WasmMemory, webAssembly } from './web-assembly.ts';
import { AtomicsRing } from './atomics-ring.ts';
import {
  capacityOffset,
  headOffset,
  limitOffset,
  magic,
  magicOffset,
  memoryBytes,
  mostParties,
  partyOffset,
  slotBytes,
  slotsFor,
  slotsOffset,
  tailOffset,
} from './layout.ts';
import { wasmRing } from './wasm-ring.ts';

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

/** A new ring that holds up to `limit` slots, 2 to 65,536, and its first party. Throws a RangeError for any other limit. */
export function createRing(limit: number, options: RingOptions = {}): Ring {
  if (!Number.isInteger(limit) || limit < 1 || limit > 65_536) {
    throw new RangeError(`a ring holds 1 to 65,536 slots; found ${limit}`);
  }
  const capacity = slotsFor(limit);
  const pages = Math.ceil(memoryBytes(capacity) / 65_536);
  // Shared memory of WebAssembly begins at a page: a SharedArrayBuffer may begin 16 bytes past a cache line.
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const cells = new Int32Array(memory.buffer);
  const start = (options.start ?? 0) | 0;
  for (let at = 0; at < capacity; at++) {
    const position = (start + at) | 0;
    cells[(slotsOffset + (position & (capacity - 1)) * slotBytes) >> 2] = position;
  }
  cells[headOffset >> 2] = start;
  cells[tailOffset >> 2] = start;
  cells[limitOffset >> 2] = limit;
  cells[capacityOffset >> 2] = capacity;
  Atomics.store(cells, magicOffset >> 2, magic);
  return attachRing(memory, options);
}

/** How to take part in a ring. */
export interface RingOptions {
  /** `wasm` where it can be, or else, and by wish, plain `atomics`. */
  readonly kind?: 'wasm' | 'atomics';
  /** First position, for tests of what happens where positions wrap; default 0. */
  readonly start?: number;
}

/** Takes part in a ring that another thread made. Throws a RangeError for other memory, and when 32 take part already. */
export function attachRing(memory: WasmMemory, options: RingOptions = {}): Ring {
  const cells = new Int32Array(memory.buffer);
  if (cells.length <= magicOffset >> 2 || Atomics.load(cells, magicOffset >> 2) !== magic) {
    throw new RangeError('this memory holds no ring, or one of another version of Foreload');
  }
  const capacity = cells[capacityOffset >> 2]!;
  for (let party = 0; party < mostParties; party++) {
    if (Atomics.compareExchange(cells, partyOffset(party) >> 2, 0, 1) !== 0) continue;
    if (options.kind !== 'atomics') {
      const ring = wasmRing(memory, capacity, party);
      if (ring) return ring;
    }
    return new AtomicsRing(memory, capacity, party);
  }
  throw new RangeError(`${mostParties} parties take part in this ring already`);
}
