import { blocks, type Encoding } from './encoding.ts';
import { heads, type Network } from './network.ts';
import { type Field, message } from './protobuf.ts';
import { inputName, metadataKey, metadataOf, outputName } from './tensors.ts';

/** Version of the operators: the first whose Softmax works along one axis, so that old runtimes run the file too. */
const opset = 13;
/** Version of the file format that goes with runtimes of that age. */
const irVersion = 7;
const float32 = 1;
const int64 = 7;

/** Writes a network as a standard ONNX file, onnx.proto of ONNX 1.8; what its tensors mean goes into its metadata. */
export function writeModel(network: Network, encoding: Encoding): Uint8Array<ArrayBuffer> {
  const { inputs, hidden, components } = network.shape;
  const outputs = heads * components;
  const nodes: Field[] = [
    node('Gemm', [inputName, 'inner', 'inner_bias'], 'sums'),
    node('Relu', ['sums'], 'hidden'),
    node('Gemm', ['hidden', 'outer', 'outer_bias'], 'flat'),
    node('Reshape', ['flat', 'by_step'], 'learned'),
    node('Slice', [inputName, 'from', 'until', 'along'], 'lately'),
    node('Reshape', ['lately', 'by_block'], 'recent'),
    node('MatMul', ['copy', 'recent'], 'copied'),
    node('Add', ['learned', 'copied'], 'logits'),
    node('Softmax', ['logits'], 'shares', [
      [1, 'axis'],
      [3, 2],
      [20, attributeInt],
    ]),
    node('Mul', ['shares', 'demands'], 'expected'),
    node('Min', ['expected', 'one'], outputName),
  ];
  const initializers: Field[] = [
    floats('inner', [inputs, hidden], network.inner),
    floats('inner_bias', [hidden], network.innerBias),
    floats('outer', [hidden, outputs], network.outer),
    floats('outer_bias', [outputs], network.outerBias),
    floats('copy', [heads, blocks], network.copy),
    floats('demands', [heads, 1], network.demands),
    floats('one', [], Float32Array.of(1)),
    integers('by_step', [-1, heads, components]),
    integers('by_block', [-1, blocks, components]),
    integers('from', [0]),
    integers('until', [blocks * components]),
    integers('along', [1]),
  ];
  const graph: Field[] = [
    ...nodes,
    [2, 'foreload'],
    ...initializers,
    [11, tensorInfo(inputName, ['batch', inputs])],
    [12, tensorInfo(outputName, ['batch', heads, components])],
  ];
  return message([
    [1, irVersion],
    [2, 'foreload'],
    [7, graph],
    [
      8,
      [
        [1, ''],
        [2, opset],
      ],
    ],
    [
      14,
      [
        [1, metadataKey],
        [2, metadataOf(encoding)],
      ],
    ],
  ]);
}

const attributeInt = 2;

function node(operator: string, inputs: readonly string[], output: string, attribute?: readonly Field[]): Field {
  const fields: Field[] = inputs.map((input) => [1, input]);
  return [1, [...fields, [2, output], [3, output], [4, operator], ...(attribute ? [[5, attribute] as const] : [])]];
}

function floats(name: string, shape: readonly number[], values: Float32Array): Field {
  return initializer(
    name,
    shape,
    float32,
    littleEndian(values.length, 4, (view, i) => view.setFloat32(4 * i, values[i]!, true)),
  );
}

function integers(name: string, values: readonly number[]): Field {
  const raw = littleEndian(values.length, 8, (view, i) => view.setBigInt64(8 * i, BigInt(values[i]!), true));
  return initializer(name, [values.length], int64, raw);
}

function initializer(name: string, shape: readonly number[], type: number, raw: Uint8Array): Field {
  const dims: Field[] = shape.map((size) => [1, size]);
  return [5, [...dims, [2, type], [8, name], [9, raw]]];
}

function littleEndian(count: number, size: number, put: (view: DataView, index: number) => void): Uint8Array {
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) put(view, i);
  return bytes;
}

/** A named size may be any. */
function tensorInfo(name: string, shape: readonly (string | number)[]): readonly Field[] {
  const dims: Field[] = shape.map((size) => [1, [typeof size === 'string' ? [2, size] : [1, size]]]);
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, float32],
            [2, dims],
          ],
        ],
      ],
    ],
  ];
}
