import {
  type AdamArrays,
  type AdamStep,
  inFours,
  type Kernels,
  type Mixture,
  negligible,
  tiny,
  weightCount,
} from './kernels.ts';

/** The kernels in TypeScript: for small catalogues, where there is no WASM, and to judge WASM by. */
export class PlainKernels implements Kernels {
  readonly kind = 'plain';

  doubles(length: number): Float64Array {
    return new Float64Array(inFours(length));
  }

  floats(length: number): Float32Array {
    return new Float32Array(inFours(length));
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(inFours(length));
  }

  mix(size: number, { channels, groups, weights, logs, probabilities }: Mixture): void {
    const top = weigh(0, size, channels, groups, weights, logs);
    const sum = exps(size, logs, top, probabilities);
    const shift = top + Math.log(sum);
    const share = 1 / sum;
    for (let id = 0; id < size; id++) {
      logs[id]! -= shift;
      probabilities[id]! *= share;
    }
  }

  addProduct(into: Float32Array, factors: Float32Array, rows: Float32Array): void {
    const size = into.length;
    for (let row = 0; row < factors.length; row++) {
      const factor = factors[row]!;
      if (factor === 0) continue;
      const from = row * size;
      // The store rounds the sum.
      for (let at = 0; at < size; at++) into[at] = into[at]! + Math.fround(factor * rows[from + at]!);
    }
  }

  addSlopes(
    gradient: Float32Array,
    factors: Float32Array,
    rows: Float32Array,
    slopes: Float32Array,
    into: Float32Array,
  ): void {
    const size = slopes.length;
    for (let row = 0; row < factors.length; row++) {
      const factor = factors[row]!;
      const from = row * size;
      into[row] = factor === 0 ? 0 : dot(rows, from, slopes);
      if (factor === 0) continue;
      for (let at = 0; at < size; at++) gradient[from + at] = gradient[from + at]! + Math.fround(factor * slopes[at]!);
    }
  }

  adam({ weights, gradient, mean, scale }: AdamArrays, step: AdamStep): void {
    const { momentum, memory, meanPart, scalePart, kept } = step;
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i]!;
      const m = momentum * mean[i]! + (1 - momentum) * slope;
      const s = memory * scale[i]! + (1 - memory) * slope * slope;
      mean[i] = m;
      scale[i] = s;
      weights[i] = weights[i]! * kept - (meanPart * m) / (Math.sqrt(s * scalePart) + tiny);
      gradient[i] = 0;
    }
  }
}

/** The product of two stretches, as eight lanes of 32-bit floats make it. */
function dot(rows: Float32Array, from: number, slopes: Float32Array): number {
  const { fround } = Math;
  const size = slopes.length;
  const end = size & ~7;
  sums.fill(0);
  for (let at = 0; at < end; at++) sums[at & 7]! += fround(rows[from + at]! * slopes[at]!);
  for (let lane = 0; lane < 4; lane++) sums[lane]! += sums[lane + 4]!;
  let sum = fround(fround(sums[0]! + sums[2]!) + fround(sums[1]! + sums[3]!));
  for (let at = end; at < size; at++) sum = fround(sum + fround(rows[from + at]! * slopes[at]!));
  return sum;
}
const sums: Float32Array = new Float32Array(8);

/** Weighs the channels of the components from `from` to before `to`; the greatest result. */
export function weigh(
  from: number,
  to: number,
  channels: Float64Array,
  groups: Uint8Array,
  weights: Float64Array,
  into: Float64Array,
): number {
  const room = into.length;
  let top = Number.NEGATIVE_INFINITY;
  for (let id = from; id < to; id++) {
    const at = groups[id]! * weightCount;
    const value =
      weights[at]! * channels[id]! +
      weights[at + 1]! * channels[id + room]! +
      weights[at + 2]! * channels[id + 2 * room]! +
      weights[at + 3]! * channels[id + 3 * room]! +
      weights[at + 4]! * channels[id + 4 * room]! +
      weights[at + 5]!;
    into[id] = value;
    if (value > top) top = value;
  }
  return top;
}

/** Puts e to the (log - top) of each into `into`; their sum, as four lanes make it. */
function exps(size: number, logs: Float64Array, top: number, into: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  logs.fill(Number.NEGATIVE_INFINITY, size, inFours(size));
  for (let id = 0; id < size; id += 4) {
    a += into[id] = exp(logs[id]! - top);
    b += into[id + 1] = exp(logs[id + 1]! - top);
    c += into[id + 2] = exp(logs[id + 2]! - top);
    d += into[id + 3] = exp(logs[id + 3]! - top);
  }
  return a + c + (b + d);
}

const log2e = 1.4426950408889634;
// Cody & Waite 1980: the first part has few enough bits for its multiples to be exact.
const ln2High = 6.93147180369123816e-1;
const ln2Low = 1.9082149292705877e-10;
/** Adding it to a number rounds that to a whole one. */
const round = 6755399441055744;
/** Powers of 2 from that of `lowest` to that of 0. */
const lowest = -31;
const powers: Float64Array = Float64Array.from({ length: 1 - lowest }, (_, n) => 2 ** (lowest + n));

/**
 * e to the x for x from {@link negligible} to 0, to 14 digits: a power of two times the Taylor series of what remains. Not
 * `Math.exp`, whose bits are left to each engine.
 */
function exp(x: number): number {
  if (!(x > negligible)) return 0;
  const n = x * log2e + round - round;
  const r = x - n * ln2High - n * ln2Low;
  const r2 = r * r;
  const r4 = r2 * r2;
  // Pairs of terms, pairs of pairs, and so on: a processor works on several at once.
  const low = 1 + r + (0.5 + (1 / 6) * r) * r2;
  const middle = 1 / 24 + (1 / 120) * r + (1 / 720 + (1 / 5040) * r) * r2;
  const high = 1 / 40320 + (1 / 362880) * r + (1 / 3628800 + (1 / 39916800) * r) * r2;
  const p = low + middle * r4 + high * (r4 * r4);
  return p * powers[n - lowest]!;
}
