import type { AdamArrays, Kernels } from '../../simd/kernels.ts';
import { PlainKernels } from '../../simd/plain-kernels.ts';

/** How fast a network learns, and how strongly its weights are kept small. */
export interface Pace {
  readonly rate: number;
  /** Share of a weight that is taken off at each step, times the rate. */
  readonly decay: number;
}

const momentum = 0.9;
const scaleMemory = 0.999;

/**
 * Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019) for one array of weights. A step may be
 * taken for a stretch of it alone: what a batch did not touch is left as it is, momentum included.
 */
export class Adam {
  readonly #kernels: Kernels;
  readonly #arrays: AdamArrays;
  /** Gradients of the batch; set back to 0 by a step. */
  readonly gradient: Float32Array;

  /** @param kernels whose memory holds the weights, if any does */
  constructor(weights: Float32Array, kernels: Kernels = new PlainKernels()) {
    const zeros = (): Float32Array => kernels.floats(weights.length).subarray(0, weights.length);
    this.#kernels = kernels;
    this.gradient = zeros();
    this.#arrays = { weights, gradient: this.gradient, mean: zeros(), scale: zeros() };
  }

  /** @param number of the step, from 1 on */
  step(number: number, { rate, decay }: Pace, from?: number, to?: number): void {
    const { weights, gradient, mean, scale } = this.#arrays;
    const stretch = (array: Float32Array): Float32Array => array.subarray(from, to);
    this.#kernels.adam(
      from === undefined
        ? this.#arrays
        : { weights: stretch(weights), gradient: stretch(gradient), mean: stretch(mean), scale: stretch(scale) },
      {
        momentum,
        memory: scaleMemory,
        meanPart: rate / (1 - momentum ** number),
        scalePart: 1 / (1 - scaleMemory ** number),
        kept: 1 - rate * decay,
      },
    );
  }
}
