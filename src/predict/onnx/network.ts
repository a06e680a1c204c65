import { steps } from '../../model/prediction.ts';
import type { Kernels } from '../../simd/kernels.ts';
import { kernelsFor } from '../../simd/simd.ts';
import type { Rng } from '../../time/clock.ts';
import { blocks, type Encoding, inputsOf } from './encoding.ts';

/** How many lists of probabilities a network gives: one a step. */
export const heads: number = steps.length;

/** How large a network is. */
export interface Shape {
  readonly inputs: number;
  readonly hidden: number;
  readonly components: number;
}

/**
 * The weights of one network. For each step its softmax over components is scaled by the mean number of demands of a
 * command, and cut at 1:
 * h = relu(x inner + innerBias), z[step, c] = (h outer + outerBias)[step, c] + sum over blocks b of copy[step, b] x[b, c],
 * probabilities[step, c] = min(1, demands[step] softmax(z[step])[c]).
 * `copy` says what it counts for a component, whichever it is, to have been demanded lately: so much is known of rare ones too.
 */
export interface Network {
  readonly shape: Shape;
  /** [inputs, hidden] */
  readonly inner: Float32Array;
  /** [hidden] */
  readonly innerBias: Float32Array;
  /** [hidden, steps x components] */
  readonly outer: Float32Array;
  /** [steps x components] */
  readonly outerBias: Float32Array;
  /** [steps, blocks] */
  readonly copy: Float32Array;
  /** [steps]: mean number of demands of a command. */
  readonly demands: Float32Array;
  /** Work on `outer` and `outputs`, which are in their memory. */
  readonly kernels: Kernels;
  /** [steps x components]: where {@link outerLayer} puts what it gives. */
  readonly outputs: Float32Array;
}

/** A network that knows nothing yet (He et al. 2015, for rectifiers; few inputs are other than zero at a time). */
export function newNetwork(encoding: Encoding, hidden: number, rng: Rng): Network {
  const shape = { inputs: inputsOf(encoding), hidden, components: encoding.components.length };
  const outputs = heads * shape.components;
  const spread = (size: number, most: number): Float32Array =>
    Float32Array.from({ length: size }, () => (2 * rng.next() - 1) * most);
  const inner = spread(shape.inputs * hidden, Math.sqrt(6 / usualInputs));
  // Of the outer weights there are, while they are learned, gradients and two means too.
  const kernels = kernelsFor(4 * (4 * hidden * outputs + outputs) + 128);
  const outer = kernels.floats(hidden * outputs).subarray(0, hidden * outputs);
  outer.set(spread(outer.length, Math.sqrt(6 / (hidden + shape.components))));
  return {
    shape,
    inner,
    innerBias: new Float32Array(hidden),
    outer,
    outerBias: new Float32Array(outputs),
    copy: new Float32Array(heads * blocks),
    demands: new Float32Array(heads).fill(1),
    kernels,
    outputs: kernels.floats(outputs).subarray(0, outputs),
  };
}

/** About how many inputs of a situation are not zero. */
const usualInputs = 40;

/** Fills `hidden` with what the inner layer makes of an input. */
export function innerLayer(network: Network, { indices, values }: SparseView, hidden: Float32Array): void {
  const { inner, innerBias } = network;
  const size = network.shape.hidden;
  hidden.set(innerBias);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * size;
    const value = values[i]!;
    for (let j = 0; j < size; j++) hidden[j]! += value * inner[from + j]!;
  }
  for (let j = 0; j < size; j++) if (hidden[j]! < 0) hidden[j] = 0;
}

/** Fills the network's `outputs` with softmaxes, and returns them. */
export function outerLayer(network: Network, { indices, values }: SparseView, hidden: Float32Array): Float32Array {
  const { outer, outerBias, copy, outputs: out } = network;
  const { components } = network.shape;
  out.set(outerBias);
  network.kernels.addProduct(out, hidden, outer);
  for (let i = 0; i < indices.length; i++) {
    const block = Math.floor(indices[i]! / components);
    if (block >= blocks) continue;
    const component = indices[i]! - block * components;
    for (let head = 0; head < heads; head++) {
      out[head * components + component]! += copy[head * blocks + block]! * values[i]!;
    }
  }
  for (let head = 0; head < heads; head++) softmax(out, head * components, (head + 1) * components);
  return out;
}

/** The same that ONNX Runtime makes of the file, step by step. */
export function probabilitiesOf(network: Network, input: SparseView): Float32Array {
  const hidden = new Float32Array(network.shape.hidden);
  innerLayer(network, input, hidden);
  const out = outerLayer(network, input, hidden).slice();
  for (let k = 0; k < out.length; k++) {
    out[k] = Math.min(1, out[k]! * network.demands[Math.floor(k / network.shape.components)]!);
  }
  return out;
}

/** Inputs that are not zero: `values[i]` at `indices[i]`, from lists or typed arrays. */
export interface SparseView {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

function softmax(values: Float32Array, from: number, to: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = from; k < to; k++) if (values[k]! > highest) highest = values[k]!;
  let sum = 0;
  for (let k = from; k < to; k++) sum += values[k] = Math.exp(values[k]! - highest);
  for (let k = from; k < to; k++) values[k]! /= sum;
}
