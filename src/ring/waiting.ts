import type { WasmMemory } from './web-assembly.ts';
import {
  capacityOffset,
  limitOffset,
  slotBytes,
  sleepersOffset,
  slotsOffset,
  tailOffset,
  wakesOffset,
} from './layout.ts';

const sleepers = sleepersOffset >> 2;
const wakes = wakesOffset >> 2;

/**
 * Sleeps until something can be popped, or the ring is closed; `false`: the time was up first. Blocks the thread: for
 * workers only, never the main thread.
 */
export function waitForMore(memory: WasmMemory, timeoutMs: number = Number.POSITIVE_INFINITY): boolean {
  const cells = new Int32Array(memory.buffer);
  const seen = aboutToSleep(cells);
  try {
    return hasMore(cells) || Atomics.wait(cells, wakes, seen, timeoutMs) !== 'timed-out' || hasMore(cells);
  } finally {
    Atomics.sub(cells, sleepers, 1);
  }
}

/** The same without blocking. A pending wait does not keep the process alive. */
export async function moreToCome(memory: WasmMemory, timeoutMs: number = Number.POSITIVE_INFINITY): Promise<boolean> {
  const cells = new Int32Array(memory.buffer);
  const seen = aboutToSleep(cells);
  try {
    if (hasMore(cells)) return true;
    const { value } = waitAsync(cells, wakes, seen, timeoutMs);
    return (await value) !== 'timed-out' || hasMore(cells);
  } finally {
    Atomics.sub(cells, sleepers, 1);
  }
}

/**
 * First says so, then looks again, then sleeps: whoever publishes after the look sees the sleeper and counts `wakes` up,
 * and a wait on the count as it was returns at once. Looking before saying so would lose wake-ups.
 */
function aboutToSleep(cells: Int32Array): number {
  const seen = Atomics.load(cells, wakes);
  Atomics.add(cells, sleepers, 1);
  return seen;
}

/** The next slot is full, or the ring closed. One that is still being filled doesn't count: whoever fills it will wake. */
function hasMore(cells: Int32Array): boolean {
  const position = Atomics.load(cells, tailOffset >> 2);
  const slot = (slotsOffset + (position & (cells[capacityOffset >> 2]! - 1)) * slotBytes) >> 2;
  return Atomics.load(cells, slot) === ((position + 1) | 0) || Atomics.load(cells, limitOffset >> 2) < 0;
}

/** ES2024, in Node 16 and later; not yet in the types of this language level. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(
    this: void,
    cells: Int32Array,
    at: number,
    value: number,
    timeoutMs: number,
  ): { value: Promise<'ok' | 'timed-out'> | 'not-equal' | 'timed-out' };
};
