import type { Kernels } from './kernels.ts';
import { PlainKernels } from './plain-kernels.ts';
import { wasmKernels } from './wasm-kernels.ts';

/** From so many bytes on WASM is worth its page of memory. */
const leastBytes = 8192;

/** Kernels with memory for so many bytes, 16 more for each array: on WASM with SIMD if that is much and can be had. */
export function kernelsFor(bytes: number, least: number = leastBytes): Kernels {
  return (bytes >= least ? wasmKernels(bytes) : null) ?? new PlainKernels();
}
