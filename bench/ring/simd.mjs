// The scores of components, one by one the inner product of what is known of a situation with the component's weights: in plain
// loops, and by the kernels that the package has, in WASM with SIMD and in TypeScript.
import { kernelsFor } from '../../dist/simd/simd.js';
import { quantile } from '../machine.mjs';

/** A round lasts so many products of two numbers, for each way. */
const work = 20_000_000;

export function scoring(rounds, components = 1000, features = 64) {
  const input = Float32Array.from({ length: features }, (_, at) => Math.sin(at + 1));
  const weights = Float32Array.from({ length: components * features }, (_, at) => Math.cos(at * 7));
  const ways = {
    plain: { out: new Float32Array(components), run: (out) => plain(weights, input, out) },
    'four sums': { out: new Float32Array(components), run: (out) => fourSums(weights, input, out) },
    wasm: byKernels(kernelsFor(8 * weights.length, 0)),
    typescript: byKernels(kernelsFor(8 * weights.length, Number.POSITIVE_INFINITY)),
  };
  function byKernels(kernels) {
    // One row for each feature: all components at once.
    const rows = kernels.floats(weights.length);
    for (let feature = 0; feature < features; feature++) {
      for (let at = 0; at < components; at++) rows[feature * components + at] = weights[at * features + feature];
    }
    const out = kernels.floats(components).subarray(0, components);
    return {
      out,
      run: () => {
        out.fill(0);
        kernels.addProduct(out, input, rows);
      },
    };
  }

  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  const repeats = Math.ceil(work / weights.length);
  for (let round = -2; round < rounds; round++) {
    for (const [way, { run, out }] of Object.entries(ways)) {
      const began = process.cpuUsage().user;
      for (let n = 0; n < repeats; n++) run(out);
      if (round >= 0) times[way].push((process.cpuUsage().user - began) / repeats);
    }
  }
  const { wasm, typescript, plain: first } = ways;
  if (!wasm.out.every((score, at) => score === typescript.out[at])) throw new Error('WASM gives other bits');
  // As far as 32-bit floats go: against the sum of what was added without its signs.
  if (!wasm.out.every((score, at) => Math.abs(score - first.out[at]) < 1e-6 * features))
    throw new Error('wrong scores');
  return Object.fromEntries(Object.entries(times).map(([way, all]) => [way, quantile(all, 0.5)]));
}

function plain(weights, input, out) {
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let at = 0; at < input.length; at++) sum += weights[row * input.length + at] * input[at];
    out[row] = sum;
  }
}

function fourSums(weights, input, out) {
  const size = input.length;
  for (let row = 0; row < out.length; row++) {
    const from = row * size;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0; at < size; at += 4) {
      a += weights[from + at] * input[at];
      b += weights[from + at + 1] * input[at + 1];
      c += weights[from + at + 2] * input[at + 2];
      d += weights[from + at + 3] * input[at + 3];
    }
    out[row] = a + b + (c + d);
  }
}
