// A network with layers of 256 and 128, trained offline on the first needs of a trace and then left as it is: what is
// usually meant by "train a model on the logs". It sees a user's last four components by place and the last twenty by
// age. Plain stochastic gradient descent on cross-entropy, one sample a time, the rate falling to nothing.
import { best } from './counts.mjs';
import { Layer } from './layer.mjs';

const hidden = [256, 128];
const places = 4;
const firstRate = 0.03;
/** Passes over the samples: as many as make this number of steps, but no more than that many passes. */
const stepsWanted = 200_000;
const mostEpochs = 20;

export class Perceptron {
  #rng;
  #samples = [];
  #wanted;
  #components;
  #layers;
  #ids;

  /** @param samples how many needs to train on; what comes later is only forecast */
  constructor(samples, components, rng) {
    this.#wanted = samples;
    this.#components = components;
    const sizes = [(places + 1) * components, ...hidden, components];
    this.#layers = sizes.slice(1).map((size, at) => new Layer(sizes[at], size, at === 0 ? 8 : sizes[at], rng));
    this.#ids = Array.from({ length: components }, (_, id) => id);
    this.#rng = rng;
  }

  learn(_user, past, id) {
    if (this.#samples.length >= this.#wanted) return;
    this.#samples.push([this.#inputs(past), id]);
    if (this.#samples.length === this.#wanted) this.#train();
  }

  next(_user, past, limit) {
    if (this.#samples.length < this.#wanted) return [];
    return best(this.#ids, this.#run(this.#inputs(past)), limit);
  }

  /** The inputs that are not 0, as [numbers, values]. */
  #inputs(past) {
    const numbers = [];
    const values = [];
    const bag = new Map();
    for (let age = 0; age < past.length; age++) {
      const id = past[past.length - 1 - age];
      if (age < places) {
        numbers.push(age * this.#components + id);
        values.push(1);
      }
      bag.set(id, (bag.get(id) ?? 0) + 1 / (1 + age));
    }
    for (const [id, weight] of bag) {
      numbers.push(places * this.#components + id);
      values.push(weight);
    }
    return [Int32Array.from(numbers), Float32Array.from(values)];
  }

  #run([numbers, values]) {
    const [first, second, last] = this.#layers;
    return softmax(last.dense(relu(second.dense(relu(first.sparse(numbers, values))))));
  }

  #train() {
    const epochs = Math.min(mostEpochs, Math.max(1, Math.round(stepsWanted / this.#samples.length)));
    const steps = epochs * this.#samples.length;
    const order = this.#samples.map((_, at) => at);
    const [first, second, last] = this.#layers;
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let at = order.length - 1; at > 0; at--) {
        const other = Math.floor(this.#rng.next() * (at + 1));
        [order[at], order[other]] = [order[other], order[at]];
      }
      for (const at of order) {
        const rate = firstRate * (1 - step++ / steps);
        const [[numbers, values], id] = this.#samples[at];
        const gradient = this.#run([numbers, values]);
        gradient[id] -= 1;
        const back = last.learn(gradient, rate);
        const further = second.learn(back, rate);
        first.learnSparse(further, numbers, values, rate);
      }
    }
    this.#samples = { length: this.#wanted };
  }
}

function relu(values) {
  for (let at = 0; at < values.length; at++) if (values[at] < 0) values[at] = 0;
  return values;
}

function softmax(values) {
  const highest = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  let whole = 0;
  for (let at = 0; at < values.length; at++) whole += values[at] = Math.exp(values[at] - highest);
  for (let at = 0; at < values.length; at++) values[at] /= whole;
  return values;
}
