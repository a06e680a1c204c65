import type { WasmMemory } from './web-assembly.ts';
import {
  descriptorsPerSlot,
  headOffset,
  limitOffset,
  partyOffset,
  scratchDescriptors,
  sleepersOffset,
  tailOffset,
  wakesOffset,
} from './layout.ts';
import type { Pushed, Ring } from './ring.ts';

/** Slots that one pop takes at most. */
export const mostSlots: number = scratchDescriptors / descriptorsPerSlot;

/** What both implementations do alike. */
export abstract class RingParty implements Ring {
  abstract readonly kind: 'wasm' | 'atomics';
  readonly memory: WasmMemory;
  readonly party: number;
  abstract readonly buffer: Int32Array;
  protected readonly cells: Int32Array;
  protected readonly capacity: number;

  constructor(memory: WasmMemory, capacity: number, party: number) {
    this.memory = memory;
    this.capacity = capacity;
    this.party = party;
    this.cells = new Int32Array(memory.buffer);
  }

  abstract tryPush(a: number, b: number, c: number, d: number): Pushed;
  abstract pushMany(descriptors: Int32Array, count: number, whole?: boolean): number;
  abstract popMany(into: Int32Array, slots?: number): number;

  get pending(): number {
    return (Atomics.load(this.cells, headOffset >> 2) - Atomics.load(this.cells, tailOffset >> 2)) | 0;
  }

  get limit(): number {
    return Atomics.load(this.cells, limitOffset >> 2);
  }

  set limit(slots: number) {
    if (!Number.isInteger(slots) || slots < 1 || slots > this.capacity) {
      throw new RangeError(`this ring has ${this.capacity} slots; its limit can't be ${slots}`);
    }
    const before = this.limit;
    if (before >= 0) Atomics.compareExchange(this.cells, limitOffset >> 2, before, slots);
  }

  get closed(): boolean {
    return this.limit < 0;
  }

  close(): void {
    Atomics.store(this.cells, limitOffset >> 2, -1);
    Atomics.add(this.cells, wakesOffset >> 2, 1);
    Atomics.notify(this.cells, wakesOffset >> 2);
  }

  detach(): void {
    Atomics.store(this.cells, partyOffset(this.party) >> 2, 0);
  }

  /** After something was published: wakes one of those that sleep. */
  protected wake(): void {
    if (Atomics.load(this.cells, sleepersOffset >> 2) <= 0) return;
    Atomics.add(this.cells, wakesOffset >> 2, 1);
    Atomics.notify(this.cells, wakesOffset >> 2, 1);
  }

  protected fits(descriptors: Int32Array, count: number): void {
    if (count >= 0 && count <= scratchDescriptors && count * 4 <= descriptors.length) return;
    throw new RangeError(
      `0 to ${scratchDescriptors} descriptors can be pushed at once, as far as there are any; found ${count}`,
    );
  }

  protected takes(into: Int32Array, slots: number): number {
    if (slots >= 1 && slots <= mostSlots && slots * (4 * descriptorsPerSlot) <= into.length) return slots;
    const room = Math.min(slots, mostSlots, Math.floor(into.length / (4 * descriptorsPerSlot)));
    if (room >= 1) return room;
    throw new RangeError(`a slot of ${descriptorsPerSlot} descriptors needs ${4 * descriptorsPerSlot} integers`);
  }
}
