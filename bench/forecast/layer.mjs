// One fully connected layer of a network: output = weights x input + bias, and the step of gradient descent for it.

export class Layer {
  #inputs;
  #outputs;
  #weights;
  #bias;
  /** What went in last, which the gradient needs. */
  #in;
  #out;
  #back;

  /** @param fan how many inputs are usually not 0, for the size of the first weights (He et al. 2015) */
  constructor(inputs, outputs, fan, rng) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    const width = Math.sqrt(6 / fan);
    this.#weights = Float32Array.from({ length: inputs * outputs }, () => (rng.next() * 2 - 1) * width);
    this.#bias = new Float32Array(outputs);
    this.#out = new Float32Array(outputs);
    this.#back = new Float32Array(inputs);
  }

  /** The weights of one output lie together. */
  dense(input) {
    this.#in = input;
    const n = this.#inputs;
    const weights = this.#weights;
    for (let out = 0, at = 0; out < this.#outputs; out++) {
      let sum = this.#bias[out];
      for (let i = 0; i < n; i++) sum += weights[at++] * input[i];
      this.#out[out] = sum;
    }
    return this.#out;
  }

  /** Takes only the inputs that are not 0; the weights of one input lie together. */
  sparse(numbers, values) {
    const n = this.#outputs;
    this.#out.set(this.#bias);
    for (let i = 0; i < numbers.length; i++) {
      const from = numbers[i] * n;
      const value = values[i];
      for (let out = 0; out < n; out++) this.#out[out] += this.#weights[from + out] * value;
    }
    return this.#out;
  }

  /** Learns from the gradient of its output; returns that of its input, which has been through a ReLU. */
  learn(gradient, rate) {
    const n = this.#inputs;
    const weights = this.#weights;
    const input = this.#in;
    const back = this.#back.fill(0);
    for (let out = 0; out < this.#outputs; out++) {
      const slope = gradient[out];
      if (Math.abs(slope) < 1e-6) continue;
      const change = slope * rate;
      const from = out * n;
      for (let i = 0; i < n; i++) {
        back[i] += weights[from + i] * slope;
        weights[from + i] -= change * input[i];
      }
      this.#bias[out] -= change;
    }
    for (let i = 0; i < n; i++) if (input[i] <= 0) back[i] = 0;
    return back;
  }

  learnSparse(gradient, numbers, values, rate) {
    const n = this.#outputs;
    for (let i = 0; i < numbers.length; i++) {
      const from = numbers[i] * n;
      const change = rate * values[i];
      for (let out = 0; out < n; out++) this.#weights[from + out] -= change * gradient[out];
    }
    for (let out = 0; out < n; out++) this.#bias[out] -= rate * gradient[out];
  }
}
