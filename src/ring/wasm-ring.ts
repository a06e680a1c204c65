import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.ts';
import { descriptorBytes, partyOffset, scratchDescriptors, scratchOffset } from './layout.ts';
import { ringCode } from './ring-code.ts';
import { mostSlots, RingParty } from './ring-party.ts';
import type { Pushed, Ring } from './ring.ts';

interface Exports {
  readonly attach: (slots: number, party: number, scratch: number) => void;
  readonly push: (a: number, b: number, c: number, d: number) => number;
  readonly pushMany: (count: number, whole: number) => number;
  readonly popMany: (slots: number) => number;
  readonly pop: () => number;
}

let compiled: WasmModule | null | undefined;

/** The ring on WASM with threads and SIMD; null where that can't be had. */
export function wasmRing(memory: WasmMemory, capacity: number, party: number): Ring | null {
  if (compiled === undefined) {
    try {
      compiled = new webAssembly.Module(Buffer.from(ringCode, 'base64'));
    } catch {
      compiled = null;
    }
  }
  return compiled && new WasmRing(memory, capacity, party, compiled);
}

class WasmRing extends RingParty {
  readonly kind = 'wasm';
  // Each by itself: a look-up in the exports costs as much as the call.
  readonly #push: Exports['push'];
  readonly #pushMany: Exports['pushMany'];
  readonly #popMany: Exports['popMany'];
  readonly #pop: Exports['pop'];
  /** In the ring's own memory. */
  readonly buffer: Int32Array;

  constructor(memory: WasmMemory, capacity: number, party: number, module: WasmModule) {
    super(memory, capacity, party);
    const scratch = scratchOffset(capacity, party);
    const code = new webAssembly.Instance(module, { env: { memory } }).exports as Exports;
    code.attach(capacity, partyOffset(party), scratch);
    this.#push = code.push;
    this.#pushMany = code.pushMany;
    this.#popMany = code.popMany;
    this.#pop = code.pop;
    this.buffer = new Int32Array(memory.buffer, scratch, (scratchDescriptors * descriptorBytes) / 4);
  }

  tryPush(a: number, b: number, c: number, d: number): Pushed {
    const pushed = this.#push(a, b, c, d);
    return pushed > 0 ? 'pushed' : pushed < 0 ? 'closed' : 'full';
  }

  pushMany(descriptors: Int32Array, count: number, whole: boolean = false): number {
    this.fits(descriptors, count);
    if (count === 0) return this.closed ? -1 : 0;
    const { buffer } = this;
    if (descriptors !== buffer) for (let at = 0; at < count * 4; at++) buffer[at] = descriptors[at]!;
    return this.#pushMany(count, whole ? 1 : 0);
  }

  popMany(into: Int32Array, slots: number = mostSlots): number {
    const room = this.takes(into, slots);
    const count = room === 1 ? this.#pop() : this.#popMany(room);
    const { buffer } = this;
    if (into !== buffer) for (let at = 0; at < count * 4; at++) into[at] = buffer[at]!;
    return count;
  }
}
