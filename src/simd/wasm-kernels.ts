import { type AdamArrays, type AdamStep, inFours, type Kernels, type Mixture, negligible, tiny } from './kernels.ts';
import { kernelsCode } from './kernels-code.ts';
import { PlainKernels, weigh } from './plain-kernels.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';

interface Exports {
  weigh(size: number, channels: number, room: number, groups: number, weights: number, into: number): number;
  exps(size: number, logs: number, top: number, least: number, into: number): number;
  settle(size: number, logs: number, shift: number, parts: number, share: number): void;
  addRows(count: number, size: number, rows: number, factors: number, into: number): void;
  backRows(
    count: number,
    size: number,
    rows: number,
    factors: number,
    further: number,
    slopes: number,
    into: number,
  ): void;
  adam(
    size: number,
    weights: number,
    gradient: number,
    mean: number,
    scale: number,
    momentum: number,
    memory: number,
    meanPart: number,
    scalePart: number,
    kept: number,
    tiny: number,
  ): void;
}

const pageBytes = 65_536;
const alignment = 16;
/** Rows that one call adds. */
const batch = 64;
const plain = new PlainKernels();
let compiled: WasmModule | null | undefined;

/** The kernels on WASM with SIMD, with that much memory; null where that can't be had. */
export function wasmKernels(bytes: number): Kernels | null {
  if (compiled === undefined) compiled = compile();
  if (!compiled) return null;
  try {
    return new WasmKernels(compiled, bytes);
  } catch (error) {
    // Each memory reserves gigabytes of addresses, of which there may be no more.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function compile(): WasmModule | null {
  try {
    return new webAssembly.Module(Uint8Array.from(atob(kernelsCode), (letter) => letter.charCodeAt(0)));
  } catch {
    return null;
  }
}

class WasmKernels implements Kernels {
  readonly kind = 'wasm';
  readonly #code: Exports;
  readonly #buffer: ArrayBuffer;
  /** Rows to be added next: where they begin, and their factors. */
  readonly #places: Uint32Array;
  readonly #factors: Float32Array;
  #selected = 0;
  #used = 0;

  constructor(module: WasmModule, bytes: number) {
    const pages = Math.ceil((bytes + batch * 8) / pageBytes);
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
    this.#code = new webAssembly.Instance(module, { env: { memory } }).exports as Exports;
    this.#buffer = memory.buffer;
    this.#factors = this.floats(batch);
    this.#places = new Uint32Array(this.#buffer, this.#take(batch * 4), batch);
  }

  doubles(length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#take(inFours(length) * 8), inFours(length));
  }

  floats(length: number): Float32Array {
    return new Float32Array(this.#buffer, this.#take(inFours(length) * 4), inFours(length));
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(inFours(length)), inFours(length));
  }

  mix(size: number, { channels, groups, weights, logs, probabilities }: Mixture): void {
    const code = this.#code;
    const even = size & ~1;
    const most = code.weigh(
      even,
      channels.byteOffset,
      logs.byteLength,
      groups.byteOffset,
      weights.byteOffset,
      logs.byteOffset,
    );
    const top = even === size ? most : Math.max(most, weigh(even, size, channels, groups, weights, logs));
    const whole = inFours(size);
    logs.fill(Number.NEGATIVE_INFINITY, size, whole);
    const sum = code.exps(whole, logs.byteOffset, top, negligible, probabilities.byteOffset);
    code.settle(whole, logs.byteOffset, top + Math.log(sum), probabilities.byteOffset, 1 / sum);
  }

  addProduct(into: Float32Array, factors: Float32Array, rows: Float32Array): void {
    if (!this.#holds(into, rows)) return plain.addProduct(into, factors, rows);
    for (let row = 0; row < factors.length; ) {
      row = this.#select(row, factors, rows.byteOffset, into.byteLength);
      this.#code.addRows(
        this.#selected,
        into.length,
        this.#places.byteOffset,
        this.#factors.byteOffset,
        into.byteOffset,
      );
    }
  }

  addSlopes(
    gradient: Float32Array,
    factors: Float32Array,
    rows: Float32Array,
    slopes: Float32Array,
    into: Float32Array,
  ): void {
    if (!this.#holds(gradient, rows, slopes)) return plain.addSlopes(gradient, factors, rows, slopes, into);
    const places = this.#places;
    for (let row = 0; row < factors.length; ) {
      const from = row;
      row = this.#select(row, factors, rows.byteOffset, slopes.byteLength);
      this.#code.backRows(
        this.#selected,
        slopes.length,
        places.byteOffset,
        this.#factors.byteOffset,
        gradient.byteOffset - rows.byteOffset,
        slopes.byteOffset,
        this.#factors.byteOffset,
      );
      for (let at = from, next = 0; at < row; at++) into[at] = factors[at] === 0 ? 0 : this.#factors[next++]!;
    }
  }

  adam(of: AdamArrays, step: AdamStep): void {
    const { weights, gradient, mean, scale } = of;
    const even = weights.length & ~1;
    if (!this.#holds(weights, gradient, mean, scale)) return plain.adam(of, step);
    const { momentum, memory, meanPart, scalePart, kept } = step;
    this.#code.adam(
      even,
      weights.byteOffset,
      gradient.byteOffset,
      mean.byteOffset,
      scale.byteOffset,
      momentum,
      memory,
      meanPart,
      scalePart,
      kept,
      tiny,
    );
    if (even === weights.length) return;
    const [w, g, m, s] = [weights, gradient, mean, scale].map((array) => array.subarray(even)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    plain.adam({ weights: w, gradient: g, mean: m, scale: s }, step);
  }

  /** Chooses the next rows from `row` on whose factors are not 0, at most {@link batch}; where to go on. */
  #select(row: number, factors: Float32Array, begin: number, stride: number): number {
    const places = this.#places;
    const kept = this.#factors;
    let count = 0;
    while (row < factors.length && count < batch) {
      const factor = factors[row]!;
      if (factor !== 0) {
        kept[count] = factor;
        places[count++] = begin + row * stride;
      }
      row++;
    }
    this.#selected = count;
    return row;
  }

  #holds(...arrays: readonly Float32Array[]): boolean {
    return arrays.every(({ buffer }) => buffer === this.#buffer);
  }

  #take(bytes: number): number {
    const at = this.#used;
    this.#used = at + ((bytes + alignment - 1) & -alignment);
    return at;
  }
}
