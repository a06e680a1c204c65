import type { Rng } from '../../time/clock.ts';
import { Adam, type Pace } from './adam.ts';
import { blocks } from './encoding.ts';
import { heads, innerLayer, type Network, outerLayer } from './network.ts';
import type { Sample } from './samples.ts';

/** What a miss at each step weighs: the next command matters most. */
const headWeights = [1, 0.5, 0.5];
/** Share of the hidden layer that is left out for each sample, so that no unit relies on another (Srivastava et al. 2014). */
const dropout = 0.3;
const pace: Pace = { rate: 2e-3, decay: 1 };

/** Improves a network batch by batch: cross-entropy of each step's softmax, Adam. */
export class Learner {
  readonly #network: Network;
  readonly #rng: Rng;
  readonly #inner: Adam;
  readonly #innerBias: Adam;
  readonly #outer: Adam;
  readonly #outerBias: Adam;
  readonly #copy: Adam;
  readonly #hidden: Float32Array;
  readonly #hiddenSlope: Float32Array;
  /** Inputs that the batch touched: only their weights take a step. */
  readonly #touched = new Set<number>();
  #steps = 0;

  constructor(network: Network, rng: Rng) {
    const { hidden } = network.shape;
    this.#network = network;
    this.#rng = rng;
    this.#inner = new Adam(network.inner);
    this.#innerBias = new Adam(network.innerBias);
    this.#outer = new Adam(network.outer, network.kernels);
    this.#outerBias = new Adam(network.outerBias);
    this.#copy = new Adam(network.copy);
    this.#hidden = new Float32Array(hidden);
    this.#hiddenSlope = new Float32Array(hidden);
  }

  batch(samples: readonly Sample[]): void {
    for (const sample of samples) {
      this.#forward(sample);
      slopesOf(this.#network.outputs, sample, 1 / samples.length);
      this.#backward(sample);
    }
    const number = ++this.#steps;
    const { hidden } = this.#network.shape;
    for (const input of this.#touched) this.#inner.step(number, pace, input * hidden, (input + 1) * hidden);
    this.#touched.clear();
    for (const part of [this.#innerBias, this.#outer, this.#outerBias, this.#copy]) part.step(number, pace);
  }

  #forward(sample: Sample): void {
    const hidden = this.#hidden;
    innerLayer(this.#network, sample, hidden);
    for (let j = 0; j < hidden.length; j++) {
      if (this.#rng.next() < dropout) hidden[j] = 0;
      else hidden[j]! /= 1 - dropout;
    }
    outerLayer(this.#network, sample, hidden);
  }

  /** From the slopes at the outputs to those at all weights. */
  #backward({ indices, values }: Sample): void {
    const { outer, shape, outputs: slopes, kernels } = this.#network;
    const { components } = shape;
    const outerBias = this.#outerBias.gradient;
    const hidden = this.#hidden;
    for (let k = 0; k < slopes.length; k++) outerBias[k]! += slopes[k]!;
    // A unit that is 0 was cut by the rectifier, or left out: it learns nothing.
    kernels.addSlopes(this.#outer.gradient, hidden, outer, slopes, this.#hiddenSlope);
    const innerBias = this.#innerBias.gradient;
    for (let j = 0; j < hidden.length; j++) {
      this.#hiddenSlope[j]! /= 1 - dropout;
      innerBias[j]! += this.#hiddenSlope[j]!;
    }
    const innerSlopes = this.#inner.gradient;
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      const value = values[i]!;
      this.#touched.add(index);
      const from = index * hidden.length;
      for (let j = 0; j < hidden.length; j++) innerSlopes[from + j]! += value * this.#hiddenSlope[j]!;
      const block = Math.floor(index / components);
      if (block >= blocks) continue;
      for (let head = 0; head < heads; head++) {
        this.#copy.gradient[head * blocks + block]! += value * slopes[head * components + index - block * components]!;
      }
    }
  }
}

/** Turns softmaxes into slopes of the loss: (probability - target) x weight; 0 where nothing is known of the step. */
function slopesOf(out: Float32Array, { targets }: Sample, weight: number): void {
  const components = out.length / heads;
  for (let head = 0; head < heads; head++) {
    const target = targets[head] ?? [];
    const from = head * components;
    const weighed = target.length === 0 ? 0 : weight * headWeights[head]!;
    for (let k = 0; k < components; k++) out[from + k]! *= weighed;
    for (const component of target) out[from + component]! -= weighed / target.length;
  }
}

/** Mean loss of a network on samples, as {@link Learner} weighs it. */
export function lossOf(network: Network, samples: readonly Sample[]): number {
  const { hidden, components } = network.shape;
  const layer = new Float32Array(hidden);
  let loss = 0;
  let count = 0;
  for (const sample of samples) {
    innerLayer(network, sample, layer);
    const out = outerLayer(network, sample, layer);
    for (let head = 0; head < heads; head++) {
      const target = sample.targets[head] ?? [];
      if (target.length === 0) continue;
      const weight = headWeights[head]!;
      for (const component of target)
        loss -= (weight * Math.log(Math.max(1e-12, out[head * components + component]!))) / target.length;
      count += weight;
    }
  }
  return count > 0 ? loss / count : 0;
}
