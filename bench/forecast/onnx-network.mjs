// An ONNX model of fully connected layers with random weights, to time what such a network costs to run. Field numbers
// are those of onnx.proto3.

const float32 = 1;

/** @param sizes inputs, hidden layers, outputs; ReLU between the layers, softmax at the end */
export function networkModel(sizes, rng) {
  const nodes = [];
  const tensors = [];
  let from = 'input';
  for (let layer = 1; layer < sizes.length; layer++) {
    const last = layer === sizes.length - 1;
    const dims = [sizes[layer - 1], sizes[layer]];
    tensors.push(tensor(`w${layer}`, dims, rng), tensor(`b${layer}`, [sizes[layer]], rng));
    nodes.push(node('Gemm', [from, `w${layer}`, `b${layer}`], `sum${layer}`));
    nodes.push(node(last ? 'Softmax' : 'Relu', [`sum${layer}`], last ? 'output' : `out${layer}`));
    from = `out${layer}`;
  }
  const graph = [
    ...nodes.map((bytes) => field(1, bytes)),
    field(2, text('network')),
    ...tensors.map((bytes) => field(5, bytes)),
    field(11, valueOf('input', sizes[0])),
    field(12, valueOf('output', sizes.at(-1))),
  ];
  const irVersion = whole(1, 8);
  const opset13 = field(8, whole(2, 13));
  return Buffer.concat([irVersion, field(7, Buffer.concat(graph)), opset13]);
}

function node(operator, inputs, output) {
  return Buffer.concat([
    ...inputs.map((input) => field(1, text(input))),
    field(2, text(output)),
    field(4, text(operator)),
  ]);
}

function tensor(name, dims, rng) {
  const width = Math.sqrt(6 / dims[0]);
  const length = dims.reduce((product, dim) => product * dim, 1);
  const values = Float32Array.from({ length }, () => (rng.next() * 2 - 1) * width);
  const raw = Buffer.from(values.buffer);
  return Buffer.concat([...dims.map((dim) => whole(1, dim)), whole(2, float32), field(8, text(name)), field(9, raw)]);
}

function valueOf(name, size) {
  const shape = Buffer.concat([1, size].map((dim) => field(1, whole(1, dim))));
  const type = field(1, Buffer.concat([whole(1, float32), field(2, shape)]));
  return Buffer.concat([field(1, text(name)), field(2, type)]);
}

const text = (value) => Buffer.from(value);
/** A field of bytes, and one of a whole number. */
const field = (number, bytes) => Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
const whole = (number, value) => Buffer.concat([varint(number * 8), varint(value)]);

function varint(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
}
