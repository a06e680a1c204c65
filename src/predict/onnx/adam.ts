/** How fast a network learns, and how strongly its weights are kept small. */
export interface Pace {
  readonly rate: number;
  /** Share of a weight that is taken off at each step, times the rate. */
  readonly decay: number;
}

const momentum = 0.9;
const scaleMemory = 0.999;
const tiny = 1e-8;

/**
 * Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019) for one array of weights. A step may be
 * taken for a stretch of it alone: what a batch did not touch is left as it is, momentum included.
 */
export class Adam {
  readonly #weights: Float32Array;
  /** Gradients of the batch; set back to 0 by a step. */
  readonly gradient: Float32Array;
  readonly #mean: Float32Array;
  readonly #scale: Float32Array;

  constructor(weights: Float32Array) {
    this.#weights = weights;
    this.gradient = new Float32Array(weights.length);
    this.#mean = new Float32Array(weights.length);
    this.#scale = new Float32Array(weights.length);
  }

  /** @param number of the step, from 1 on */
  step(number: number, { rate, decay }: Pace, from = 0, to: number = this.#weights.length): void {
    const weights = this.#weights;
    const gradient = this.gradient;
    const mean = this.#mean;
    const scale = this.#scale;
    const meanPart = rate / (1 - momentum ** number);
    const scalePart = 1 / (1 - scaleMemory ** number);
    const kept = 1 - rate * decay;
    for (let i = from; i < to; i++) {
      const slope = gradient[i]!;
      const m = momentum * mean[i]! + (1 - momentum) * slope;
      const s = scaleMemory * scale[i]! + (1 - scaleMemory) * slope * slope;
      mean[i] = m;
      scale[i] = s;
      weights[i] = weights[i]! * kept - (meanPart * m) / (Math.sqrt(s * scalePart) + tiny);
      gradient[i] = 0;
    }
  }
}
