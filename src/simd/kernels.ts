/**
 * Sums over a whole catalogue, and the memory that they work on. All implementations do the same operations in the same order, so
 * they give the same bits: no decision depends on which of them runs. Numbers must be finite.
 */
export interface Kernels {
  readonly kind: 'wasm' | 'plain';
  /** Zeros, in the memory of these kernels. `length` is rounded up to a multiple of 4. Throws a RangeError where there is no room. */
  doubles(length: number): Float64Array;
  floats(length: number): Float32Array;
  bytes(length: number): Uint8Array;
  /** Weighs the channels of the first `size`, and turns what comes out into logarithms and probabilities that add up to 1. */
  mix(size: number, mixture: Mixture): void;
  /**
   * Adds to `into` the product of a vector and a matrix: row r of `rows`, as long as `into`, times `factors[r]`, in 32-bit
   * floats. Rows whose factor is 0 are left out. WASM does it where `into` and `rows` are memory of these kernels.
   */
  addProduct(into: Float32Array, factors: Float32Array, rows: Float32Array): void;
  /**
   * The way back from {@link addProduct}, where `slopes` are those of what it gave: adds each row's own to `gradient`, and puts those
   * of the factors into `into`; 0 for a row whose factor is 0.
   */
  addSlopes(
    gradient: Float32Array,
    factors: Float32Array,
    rows: Float32Array,
    slopes: Float32Array,
    into: Float32Array,
  ): void;
  /** A step of Adam (Kingma & Ba 2015) with decoupled decay; sets the gradient back to 0. The arrays are of one length. */
  adam(of: AdamArrays, step: AdamStep): void;
}

/** Weights, their gradient, and its running means. */
export interface AdamArrays {
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  /** Of the square. */
  readonly scale: Float32Array;
}

export interface AdamStep {
  /** What stays of a mean, and of that of the square. */
  readonly momentum: number;
  readonly memory: number;
  /** What the means are multiplied by: the rate and the share of steps that they have seen. */
  readonly meanPart: number;
  readonly scalePart: number;
  /** What stays of a weight. */
  readonly kept: number;
}

/** Keeps a step finite where nothing has moved. */
export const tiny = 1e-8;

/** Channels that are mixed. */
export const channelCount = 5;
/** Weights of a group: one for each channel, and a constant. */
export const weightCount: number = channelCount + 1;

/** What is mixed, and what comes out; all in the memory of one {@link Kernels}. */
export interface Mixture {
  /** Channel after channel, each as long as `logs`. */
  readonly channels: Float64Array;
  /** By component: whose weights count for it. */
  readonly groups: Uint8Array;
  /** Group after group. */
  readonly weights: Float64Array;
  readonly logs: Float64Array;
  readonly probabilities: Float64Array;
}

/** What lies so far below the likeliest (as a logarithm) has no probability. */
export const negligible = -16;

export const inFours = (length: number): number => (length + 3) & ~3;
