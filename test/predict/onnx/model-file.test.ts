import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Encoding } from '../../../src/predict/onnx/encoding.ts';
import { heads, type Network, probabilitiesOf } from '../../../src/predict/onnx/network.ts';
import { fieldsOf, message } from '../../../src/predict/onnx/protobuf.ts';
import { readModel } from '../../../src/predict/onnx/read-model.ts';
import type { SampleSet } from '../../../src/predict/onnx/samples.ts';
import { checkModel, type ModelFacts, type TensorInfo } from '../../../src/predict/onnx/tensors.ts';
import { writeModel } from '../../../src/predict/onnx/write-model.ts';
import { toyNetwork } from './toy.ts';

let set: SampleSet;
let network: Network;
let file: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  ({ set, network } = await toyNetwork());
  file = writeModel(network, set.encoding);
});

describe('protobuf', () => {
  test('reads back what it wrote', () => {
    const long = 'é'.repeat(200);
    const bytes = message([
      [1, 0],
      [2, 300],
      [3, 2 ** 52 + 1],
      [1000, long],
      [5, Uint8Array.of(1, 2)],
      [6, [[1, 7]]],
    ]);
    const text = new TextEncoder().encode(long);
    expect([...fieldsOf(bytes)].map(({ number, value }) => [number, value])).toEqual([
      [1, 0],
      [2, 300],
      [3, 2 ** 52 + 1],
      [1000, text],
      [5, Uint8Array.of(1, 2)],
      [6, Uint8Array.of(8, 7)],
    ]);
  });

  test('writes the bytes of the specification', () => {
    // The examples of protobuf.dev/programming-guides/encoding.
    expect([...message([[1, 150]])]).toEqual([0x08, 0x96, 0x01]);
    expect([...message([[2, 'testing']])]).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
  });

  test('skips numbers of fixed size', () => {
    const bytes = Uint8Array.of(0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x18, 9);
    expect([...fieldsOf(bytes)].at(-1)).toEqual({ number: 3, value: 9 });
  });

  test.each([[[0x80]], [[0x0a, 5, 1]], [[0x0b]], [[0x00, 1]], [Array.from({ length: 12 }, () => 0xff)]])(
    'refuses %j',
    (bytes) => {
      expect(() => [...fieldsOf(Uint8Array.from(bytes))]).toThrow(RangeError);
    },
  );
});

describe('a written model', () => {
  test('gives in ONNX Runtime what the network gives, a batch at once', async () => {
    const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
    const batch = set.heldBack.slice(0, 20);
    const { inputs, components } = network.shape;
    const states = new Float32Array(batch.length * inputs);
    batch.forEach(({ indices, values }, row) => {
      indices.forEach((index, i) => (states[row * inputs + index] += values[i]));
    });
    const { probabilities } = await session.run({ state: new Tensor('float32', states, [batch.length, inputs]) });
    expect(probabilities.dims).toEqual([batch.length, heads, components]);
    const expected = batch.flatMap((sample) => [...probabilitiesOf(network, sample)]);
    expected.forEach((value, i) => expect((probabilities.data as Float32Array)[i]).toBeCloseTo(value, 5));
    await session.release();
  });

  test('says what its tensors are and mean', () => {
    const facts = readModel(file, 'toy');
    expect(facts.inputs).toEqual([{ name: 'state', type: 1, shape: [null, network.shape.inputs] }]);
    expect(facts.outputs).toEqual([{ name: 'probabilities', type: 1, shape: [null, 3, 3] }]);
    expect(JSON.parse(facts.metadata.get('foreload')!)).toEqual({
      format: 1,
      components: ['a', 'b', 'c'],
      users: [],
      words: 0,
    });
    expect(checkModel(facts, 'toy')).toEqual(set.encoding);
  });
});

test.each([
  ['nothing', new Uint8Array()],
  ['text', new TextEncoder().encode('this is no model at all')],
  ['a model without a graph', message([[1, 7]])],
])('a file of %s is no model', (_, bytes) => {
  expect(() => readModel(bytes, 'x.onnx')).toThrow(
    expect.objectContaining({
      code: 'invalid-model',
      message: expect.stringMatching(/must be an ONNX file \(x\.onnx\)/),
    }),
  );
});

test('a file that ends too early is damaged', () => {
  expect(() => readModel(file.subarray(0, file.length - 9), 'x.onnx')).toThrow(/found a damaged one/);
});

describe('a model of another form is refused, with what was found and what to do', () => {
  const encoding = { components: ['a', 'b'], users: [], words: 0 } as unknown as Encoding;
  const good = (): { inputs: TensorInfo[]; outputs: TensorInfo[]; metadata: Map<string, string> } => ({
    inputs: [{ name: 'state', type: 1, shape: [null, 23] }],
    outputs: [{ name: 'probabilities', type: 1, shape: [null, 3, 2] }],
    metadata: new Map([['foreload', JSON.stringify({ format: 1, ...encoding })]]),
  });
  const metadata = (change: object): Partial<ModelFacts> => ({
    metadata: new Map([['foreload', JSON.stringify({ format: 1, ...encoding, ...change })]]),
  });
  const input = (change: Partial<TensorInfo>): Partial<ModelFacts> => ({
    inputs: [{ ...good().inputs[0], ...change }],
  });
  const output = (change: Partial<TensorInfo>): Partial<ModelFacts> => ({
    outputs: [{ ...good().outputs[0], ...change }],
  });

  test('the good one is not', () => {
    expect(checkModel(good(), 'm')).toEqual(encoding);
    // Sizes that are not stated may be any; other outputs are nobody's business.
    const loose = { ...good(), ...input({ shape: null }) };
    loose.outputs = [
      { name: 'hidden', type: 1, shape: [null, 8] },
      { name: 'probabilities', type: 1, shape: [null, null, 2] },
    ];
    expect(checkModel(loose, 'm')).toEqual(encoding);
  });

  test.each<[string, Partial<ModelFacts>, RegExp]>([
    [
      'no metadata',
      { metadata: new Map() },
      /needs the entry foreload in its metadata_props \(m\): found none; put \{/,
    ],
    ['broken metadata', { metadata: new Map([['foreload', '{']]) }, /found no JSON object/],
    ['another format', metadata({ format: 2 }), /found format 2/],
    ['no components', metadata({ components: [] }), /found components that are no list of different ids/],
    ['a component twice', metadata({ components: ['a', 'a'] }), /no list of different ids/],
    ['an unusable id', metadata({ components: ['a', 'x|y'] }), /no list of different ids/],
    ['named users', metadata({ users: ['ann'] }), /found users that are no list of different 32-bit numbers/],
    ['half a word', metadata({ words: 1.5 }), /found words 1\.5/],
    ['another input', input({ name: 'x' }), /must have one input \(m\): found inputs x; name the only input state/],
    ['two inputs', { inputs: [...good().inputs, { name: 'more', type: 1, shape: null }] }, /found inputs state, more/],
    ['whole numbers', input({ type: 7 }), /must have state as float32 \(m\): found element type 7.*convert/],
    [
      'other inputs',
      input({ shape: [null, 24] }),
      /wrong shape of state \(m\): found \[any, 24\]; give it the shape \[any, 23\]/,
    ],
    ['a fixed batch', input({ shape: [1, 23] }), /found \[1, 23\]; .*a batch of any size/],
    ['another output', output({ name: 'y' }), /has no output probabilities \(m\): found outputs y/],
    ['one step', output({ shape: [null, 2] }), /wrong shape of probabilities \(m\): found \[any, 2\]; .*\[any, 3, 2\]/],
  ])('%s', (_, change, says) => {
    expect(() => checkModel({ ...good(), ...change }, 'm')).toThrow(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringMatching(says) }),
    );
  });
});
