import type { Reader, Writer } from './bytes.ts';

const bayesStart = 0.5;
const linearStart = 0.5;
const nameStart = 6;
const priorStart = 0.3;
const biasStart = 0;
const mixRate = 0.02;
const buckets = 6;
const channels = 5;

/** Log-linear mix of the channels, weights learned online by the gradient of the log loss (Jacobs 1995; Mattern 2013). */
export class Mixer {
  readonly weights: Float64Array = new Float64Array(buckets * channels);
  readonly #squares: Float64Array = new Float64Array(buckets * channels);
  readonly #gradient: Float64Array = new Float64Array(buckets * channels);
  #inputs: Float64Array[] = [];
  #log: Float64Array = new Float64Array(0);

  constructor() {
    for (let b = 0; b < buckets; b++) {
      this.weights.set(
        [b === 0 ? 0 : bayesStart, b === 0 ? 0 : linearStart, nameStart, priorStart, biasStart],
        b * channels,
      );
    }
  }

  mix(bayes: Float64Array, linear: Float64Array, names: Float64Array, cases: Float64Array, into: Float64Array): void {
    const size = into.length;
    this.#inputs = [bayes, linear, names];
    this.#log = into;
    const mean = meanOf(bayes);
    let top = -1e9;
    for (let id = 0; id < size; id++) {
      bayes[id]! -= mean;
      const b = bucketOf(cases[id]!) * channels;
      const w = this.weights;
      const value =
        w[b]! * bayes[id]! +
        w[b + 1]! * linear[id]! +
        w[b + 2]! * names[id]! +
        w[b + 3]! * Math.log(cases[id]! + 0.5) +
        w[b + 4]!;
      into[id] = value;
      if (value > top) top = value;
    }
    let sum = 0;
    for (let id = 0; id < size; id++) sum += Math.exp(into[id]! - top);
    const shift = top + Math.log(sum);
    for (let id = 0; id < size; id++) into[id]! -= shift;
  }

  save(to: Writer): void {
    to.array(this.weights);
    to.array(this.#squares);
  }

  load(from: Reader): void {
    this.weights.set(from.array(Float64Array));
    this.#squares.set(from.array(Float64Array));
  }

  learn(component: number, size: number, cases: Float64Array): void {
    const [bayes, linear, names] = this.#inputs as [Float64Array, Float64Array, Float64Array];
    const gradient = this.#gradient.fill(0);
    for (let id = 0; id < size; id++) {
      const p = Math.exp(this.#log[id]!);
      if (p < 1e-3 && id !== component) continue;
      const miss = (id === component ? 1 : 0) - p;
      const b = bucketOf(cases[id]!) * channels;
      gradient[b]! += miss * bayes[id]!;
      gradient[b + 1]! += miss * linear[id]!;
      gradient[b + 2]! += miss * names[id]!;
      gradient[b + 3]! += miss * Math.log(cases[id]! + 0.5);
      gradient[b + 4]! += miss;
    }
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i]!;
      if (g === 0) continue;
      this.#squares[i]! += g * g;
      this.weights[i]! += (mixRate * g) / Math.sqrt(this.#squares[i]! * 0.01 + 1);
    }
  }
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length > 0 ? sum / values.length : 0;
}

function bucketOf(cases: number): number {
  return cases === 0 ? 0 : cases < 2 ? 1 : cases < 4 ? 2 : cases < 10 ? 3 : cases < 40 ? 4 : 5;
}
