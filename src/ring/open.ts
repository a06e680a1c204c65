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
import type { Ring } from './ring.ts';

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
  return takePlace(memory, reservePlace(memory), options);
}

/** Keeps a place in a ring free for a thread that is to {@link takePlace} it. Throws like {@link attachRing}. */
export function reservePlace(memory: WasmMemory): number {
  const cells = cellsOf(memory);
  for (let party = 0; party < mostParties; party++) {
    if (Atomics.compareExchange(cells, partyOffset(party) >> 2, 0, 1) === 0) return party;
  }
  throw new RangeError(`${mostParties} parties take part in this ring already`);
}

/** Takes part in a ring at a place that was reserved for it. */
export function takePlace(memory: WasmMemory, party: number, options: RingOptions = {}): Ring {
  const capacity = cellsOf(memory)[capacityOffset >> 2]!;
  const wasm = options.kind === 'atomics' ? null : wasmRing(memory, capacity, party);
  return wasm ?? new AtomicsRing(memory, capacity, party);
}

function cellsOf(memory: WasmMemory): Int32Array {
  const cells = new Int32Array(memory.buffer);
  if (cells.length <= magicOffset >> 2 || Atomics.load(cells, magicOffset >> 2) !== magic) {
    throw new RangeError('this memory holds no ring, or one of another version of Foreload');
  }
  return cells;
}
