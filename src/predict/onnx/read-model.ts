import { fieldsOf } from './protobuf.ts';
import { invalid, type ModelFacts, type TensorInfo } from './tensors.ts';

/**
 * Reads what an ONNX file says of its inputs, outputs and metadata; the rest is the runtime's.
 * @param where for messages: the file
 * @throws ForeloadError `invalid-model` if the bytes are no ONNX file
 */
export function readModel(bytes: Uint8Array, where: string): ModelFacts {
  const metadata = new Map<string, string>();
  let graph: Uint8Array | null = null;
  try {
    for (const { number, value } of fieldsOf(bytes)) {
      if (typeof value === 'number') continue;
      if (number === 7) graph = value;
      if (number === 14) metadata.set(textIn(value, 1), textIn(value, 2));
    }
    if (graph) return { ...tensorsOf(graph), metadata };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw invalid('must be an ONNX file', where, graph ? 'a damaged one' : 'something else', 'name the .onnx file');
}

function tensorsOf(graph: Uint8Array): Pick<ModelFacts, 'inputs' | 'outputs'> {
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  const constants = new Set<string>();
  for (const { number, value } of fieldsOf(graph)) {
    if (typeof value === 'number') continue;
    if (number === 5) constants.add(textIn(value, 8));
    if (number === 11) inputs.push(tensorIn(value));
    if (number === 12) outputs.push(tensorIn(value));
  }
  // Files of an early format list their weights among the inputs.
  return { inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

/** A ValueInfoProto; type 0: no tensor. */
function tensorIn(info: Uint8Array): TensorInfo {
  const name = textIn(info, 1);
  const tensor = partIn(partIn(info, 2), 1);
  let type = 0;
  let shape: (number | null)[] | null = null;
  for (const { number, value } of fieldsOf(tensor)) {
    if (number === 1 && typeof value === 'number') type = value;
    if (number === 2 && typeof value !== 'number') {
      shape = [...fieldsOf(value)].filter((dim) => dim.number === 1).map((dim) => sizeOf(dim.value));
    }
  }
  return { name, type, shape };
}

function sizeOf(dim: number | Uint8Array): number | null {
  if (typeof dim === 'number') return null;
  for (const { number, value } of fieldsOf(dim)) if (number === 1 && typeof value === 'number') return value;
  return null;
}

function partIn(bytes: Uint8Array, wanted: number): Uint8Array {
  for (const { number, value } of fieldsOf(bytes)) if (number === wanted && typeof value !== 'number') return value;
  return new Uint8Array();
}

const textIn = (bytes: Uint8Array, wanted: number): string => new TextDecoder().decode(partIn(bytes, wanted));
