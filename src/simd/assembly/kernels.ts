// Sums over catalogues for WASM with SIMD; AssemblyScript, compiled by scripts/wasm.mjs. Each does the same operations in the same
// order as its twin in ../plain-kernels.ts, so that both give the same bits; no fused multiply-add, which would not.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
// Adding it to a number rounds that to a whole one, which then stands in the lowest bits.
const ROUND: f64 = 6755399441055744;

// @ts-ignore: decorator
@inline
function four(a: f64, b: f64, c: f64, d: f64, r: v128, r2: v128): v128 {
  const low = f64x2.add(f64x2.splat(a), f64x2.mul(f64x2.splat(b), r));
  const high = f64x2.add(f64x2.splat(c), f64x2.mul(f64x2.splat(d), r));
  return f64x2.add(low, f64x2.mul(high, r2));
}

/** e to the x, for x from -700 to 0; 0 where x is not above `least`. */
// @ts-ignore: decorator
@inline
function exp(x: v128, least: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2E)), f64x2.splat(ROUND));
  const n = f64x2.sub(shifted, f64x2.splat(ROUND));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH))), f64x2.mul(n, f64x2.splat(LN2_LOW)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const low = four(1.0, 1.0, 0.5, 1.0 / 6.0, r, r2);
  const middle = four(1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, r, r2);
  const high = four(1.0 / 40320.0, 1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0, r, r2);
  const p = f64x2.add(f64x2.add(low, f64x2.mul(middle, r4)), f64x2.mul(high, f64x2.mul(r4, r4)));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return v128.and(f64x2.mul(p, power), f64x2.gt(x, least));
}

// @ts-ignore: decorator
@inline
function pairOf(one: usize, other: usize): v128 {
  return v128.load64_lane(other, v128.load64_splat(one), 1);
}

/**
 * Weighs five channels, which follow one another `room` bytes apart, by the six weights of each one's group, the last of them a
 * constant, into `into`; the greatest of them. `size` is even.
 */
export function weigh(size: i32, channels: usize, room: usize, groups: usize, weights: usize, into: usize): f64 {
  let top = f64x2.splat(-Infinity);
  let last: u32 = 0xffffffff;
  let w0 = f64x2.splat(0);
  let w1 = w0;
  let w2 = w0;
  let w3 = w0;
  let w4 = w0;
  let w5 = w0;
  for (let id: usize = 0; id < <usize>size; id += 2) {
    // Neighbours are mostly of the same groups as those before them.
    const pair = <u32>load<u16>(groups + id);
    if (pair != last) {
      last = pair;
      const one = weights + <usize>(pair & 255) * 48;
      const other = weights + <usize>(pair >> 8) * 48;
      w0 = pairOf(one, other);
      w1 = pairOf(one + 8, other + 8);
      w2 = pairOf(one + 16, other + 16);
      w3 = pairOf(one + 24, other + 24);
      w4 = pairOf(one + 32, other + 32);
      w5 = pairOf(one + 40, other + 40);
    }
    const at = channels + (id << 3);
    let sum = f64x2.mul(w0, v128.load(at));
    sum = f64x2.add(sum, f64x2.mul(w1, v128.load(at + room)));
    sum = f64x2.add(sum, f64x2.mul(w2, v128.load(at + 2 * room)));
    sum = f64x2.add(sum, f64x2.mul(w3, v128.load(at + 3 * room)));
    sum = f64x2.add(sum, f64x2.mul(w4, v128.load(at + 4 * room)));
    sum = f64x2.add(sum, w5);
    v128.store(into + (id << 3), sum);
    top = f64x2.max(top, sum);
  }
  return max(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1));
}

/** Puts e to the (log - top) of each into `into`, 0 where that is not above `least`; their sum. `size` is a multiple of 4. */
export function exps(size: i32, logs: usize, top: f64, least: f64, into: usize): f64 {
  const tops = f64x2.splat(top);
  const leasts = f64x2.splat(least);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  const end = <usize>size << 3;
  for (let at: usize = 0; at < end; at += 32) {
    const x = f64x2.sub(v128.load(logs + at), tops);
    const y = f64x2.sub(v128.load(logs + at, 16), tops);
    if (!v128.any_true(v128.or(f64x2.gt(x, leasts), f64x2.gt(y, leasts)))) {
      v128.store(into + at, f64x2.splat(0));
      v128.store(into + at, f64x2.splat(0), 16);
      continue;
    }
    const p = exp(x, leasts);
    const q = exp(y, leasts);
    v128.store(into + at, p);
    v128.store(into + at, q, 16);
    a = f64x2.add(a, p);
    b = f64x2.add(b, q);
  }
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Takes `shift` off each log and multiplies each part by `share`. `size` is even. */
export function settle(size: i32, logs: usize, shift: f64, parts: usize, share: f64): void {
  const shifts = f64x2.splat(shift);
  const shares = f64x2.splat(share);
  const end = <usize>size << 3;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(logs + at, f64x2.sub(v128.load(logs + at), shifts));
    v128.store(parts + at, f64x2.mul(v128.load(parts + at), shares));
  }
}

// @ts-ignore: decorator
@inline
function part(sum: v128, factor: v128, from: usize): v128 {
  return f32x4.add(sum, f32x4.mul(factor, v128.load(from)));
}

/** Adds to `into` the `count` rows of `size` floats at `rows`, each times its factor. */
export function addRows(count: i32, size: i32, rows: usize, factors: usize, into: usize): void {
  const end = <usize>(size & ~3) << 2;
  let row = 0;
  // Eight at a time: what they are added to is then loaded and stored an eighth as often.
  for (; row + 8 <= count; row += 8) {
    const f = factors + (<usize>row << 2);
    const f0 = v128.load32_splat(f);
    const f1 = v128.load32_splat(f, 4);
    const f2 = v128.load32_splat(f, 8);
    const f3 = v128.load32_splat(f, 12);
    const f4 = v128.load32_splat(f, 16);
    const f5 = v128.load32_splat(f, 20);
    const f6 = v128.load32_splat(f, 24);
    const f7 = v128.load32_splat(f, 28);
    const r = rows + (<usize>row << 2);
    const r0 = <usize>load<u32>(r);
    const r1 = <usize>load<u32>(r, 4);
    const r2 = <usize>load<u32>(r, 8);
    const r3 = <usize>load<u32>(r, 12);
    const r4 = <usize>load<u32>(r, 16);
    const r5 = <usize>load<u32>(r, 20);
    const r6 = <usize>load<u32>(r, 24);
    const r7 = <usize>load<u32>(r, 28);
    for (let at: usize = 0; at < end; at += 16) {
      let sum = v128.load(into + at);
      sum = part(sum, f0, r0 + at);
      sum = part(sum, f1, r1 + at);
      sum = part(sum, f2, r2 + at);
      sum = part(sum, f3, r3 + at);
      sum = part(sum, f4, r4 + at);
      sum = part(sum, f5, r5 + at);
      sum = part(sum, f6, r6 + at);
      sum = part(sum, f7, r7 + at);
      v128.store(into + at, sum);
    }
  }
  for (; row < count; row++) {
    const factor = v128.load32_splat(factors + (<usize>row << 2));
    const from = <usize>load<u32>(rows + (<usize>row << 2));
    for (let at: usize = 0; at < end; at += 16) {
      v128.store(into + at, part(v128.load(into + at), factor, from + at));
    }
  }
  for (let at = end; at < <usize>size << 2; at += 4) {
    let sum = load<f32>(into + at);
    for (let one = 0; one < count; one++) {
      const place = <usize>one << 2;
      sum += load<f32>(factors + place) * load<f32>(<usize>load<u32>(rows + place) + at);
    }
    store<f32>(into + at, sum);
  }
}

/**
 * Adds `slopes` times the factor of each of `count` rows to the row that is `further` bytes away, and puts the product of each row
 * with `slopes` into `into`: eight sums side by side, then those of what is left.
 */
export function backRows(
  count: i32, size: i32, rows: usize, factors: usize, further: usize, slopes: usize, into: usize,
): void {
  const end = <usize>(size & ~7) << 2;
  for (let one: usize = 0; one < <usize>count << 2; one += 4) {
    const row = <usize>load<u32>(rows + one);
    const gradient = row + further;
    const factor = v128.load32_splat(factors + one);
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    for (let at: usize = 0; at < end; at += 32) {
      const x = v128.load(slopes + at);
      const y = v128.load(slopes + at, 16);
      v128.store(gradient + at, f32x4.add(v128.load(gradient + at), f32x4.mul(factor, x)));
      v128.store(gradient + at, f32x4.add(v128.load(gradient + at, 16), f32x4.mul(factor, y)), 16);
      a = f32x4.add(a, f32x4.mul(v128.load(row + at), x));
      b = f32x4.add(b, f32x4.mul(v128.load(row + at, 16), y));
    }
    const four = f32x4.add(a, b);
    let sum: f32 = f32x4.extract_lane(four, 0) + f32x4.extract_lane(four, 2);
    sum += f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3);
    const single = load<f32>(factors + one);
    for (let at = end; at < <usize>size << 2; at += 4) {
      const slope = load<f32>(slopes + at);
      store<f32>(gradient + at, load<f32>(gradient + at) + single * slope);
      sum += load<f32>(row + at) * slope;
    }
    store<f32>(into + one, sum);
  }
}

// @ts-ignore: decorator
@inline
function pairAt(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-ignore: decorator
@inline
function storePair(at: usize, pair: v128): void {
  v128.store64_lane(at, f32x4.demote_f64x2_zero(pair), 0);
}

/** A step of Adam for `size` weights, an even number, counted in 64-bit floats and kept in 32. */
export function adam(
  size: i32, weights: usize, gradient: usize, mean: usize, scale: usize,
  momentum: f64, memory: f64, meanPart: f64, scalePart: f64, kept: f64, tiny: f64,
): void {
  const newMean = f64x2.splat(1 - momentum);
  const newScale = f64x2.splat(1 - memory);
  for (let at: usize = 0; at < <usize>size << 2; at += 8) {
    const slope = pairAt(gradient + at);
    const m = f64x2.add(f64x2.mul(f64x2.splat(momentum), pairAt(mean + at)), f64x2.mul(newMean, slope));
    const s = f64x2.add(
      f64x2.mul(f64x2.splat(memory), pairAt(scale + at)),
      f64x2.mul(f64x2.mul(newScale, slope), slope),
    );
    storePair(mean + at, m);
    storePair(scale + at, s);
    const root = f64x2.add(f64x2.sqrt(f64x2.mul(s, f64x2.splat(scalePart))), f64x2.splat(tiny));
    const step = f64x2.div(f64x2.mul(f64x2.splat(meanPart), m), root);
    storePair(weights + at, f64x2.sub(f64x2.mul(pairAt(weights + at), f64x2.splat(kept)), step));
    store<u64>(gradient + at, 0);
  }
}
