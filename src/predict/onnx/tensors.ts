import { ForeloadError } from '../../model/errors.ts';
import { isComponentId } from '../../model/ids.ts';
import { type Encoding, inputsOf } from './encoding.ts';
import { heads } from './network.ts';

/** The one input, float32 [batch, inputs]: situations as {@link Encoder} encodes them. */
export const inputName = 'state';
/** What is read of the outputs, float32 [batch, 3, components]: that the command 1, 2, 3 ahead demands a component. */
export const outputName = 'probabilities';
/** Entry of the file's `metadata_props` with the {@link Encoding}, as JSON. */
export const metadataKey = 'foreload';
/** Version of the encoding. A file of another one can't be used. */
const format = 1;

/** A tensor that goes into or comes out of a model. */
export interface TensorInfo {
  readonly name: string;
  /** As onnx.proto numbers them; 1 is float32. */
  readonly type: number;
  /** Null where a size may be any; null as a whole: not stated. */
  readonly shape: readonly (number | null)[] | null;
}

/** What a model file says of itself. */
export interface ModelFacts {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly metadata: ReadonlyMap<string, string>;
}

export const metadataOf = ({ components, users, words }: Encoding): string =>
  JSON.stringify({ format, components, users, words });

/**
 * The encoding of a model, once its tensors have been found to have the documented names, types and shapes.
 * @param where for messages: the file
 * @throws ForeloadError `invalid-model`
 */
export function checkModel({ inputs, outputs, metadata }: ModelFacts, where: string): Encoding {
  const encoding = encodingIn(metadata.get(metadataKey), where);
  const named = (list: readonly TensorInfo[]): string => list.map(({ name }) => name).join(', ') || 'none';
  if (inputs.length !== 1 || inputs[0]!.name !== inputName) {
    throw invalid('must have one input', where, `inputs ${named(inputs)}`, `name the only input ${inputName}`);
  }
  checkTensor(inputs[0]!, [null, inputsOf(encoding)], 'inputs as its metadata imply', where);
  const output = outputs.find(({ name }) => name === outputName);
  if (!output) {
    const what = `has no output ${outputName}`;
    throw invalid(what, where, `outputs ${named(outputs)}`, `name the output with the probabilities ${outputName}`);
  }
  checkTensor(output, [null, heads, encoding.components.length], 'steps, components', where);
  return encoding;
}

function checkTensor(
  { name, type, shape }: TensorInfo,
  wanted: readonly (number | null)[],
  last: string,
  where: string,
): void {
  if (type !== 1) {
    throw invalid(
      `must have ${name} as float32`,
      where,
      `element type ${type} of onnx.proto`,
      'convert the tensor to float32',
    );
  }
  const written = (sizes: readonly (number | null)[]): string => `[${sizes.map((size) => size ?? 'any').join(', ')}]`;
  const fits =
    shape === null ||
    (shape.length === wanted.length &&
      shape.every((size, axis) => (axis === 0 ? size === null : size === null || size === wanted[axis])));
  if (fits) return;
  const remedy = `give it the shape ${written(wanted)}: a batch of any size, ${last}`;
  throw invalid(`has a wrong shape of ${name}`, where, written(shape), remedy);
}

function encodingIn(text: string | undefined, where: string): Encoding {
  const remedy = `put {"format":${format},"components":[...],"users":[...],"words":N} there, as docs/MODEL.md describes`;
  const fail = (found: string): ForeloadError =>
    invalid(`needs the entry ${metadataKey} in its metadata_props`, where, found, remedy);
  if (text === undefined) throw fail('none');
  const parsed = jsonOf(text);
  if (typeof parsed !== 'object' || parsed === null) throw fail('no JSON object');
  const { format: found, components, users, words } = parsed as Record<string, unknown>;
  if (found !== format) throw fail(`format ${JSON.stringify(found)}`);
  if (!isList(components, (id) => typeof id === 'string' && isComponentId(id)) || components.length === 0) {
    throw fail('components that are no list of different ids');
  }
  if (!isList(users, (hash) => isWhole(hash, 2 ** 32 - 1)))
    throw fail('users that are no list of different 32-bit numbers');
  if (!isWhole(words, 2 ** 20)) throw fail(`words ${JSON.stringify(words)}`);
  return { components, users, words } as Encoding;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isWhole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

const isList = (value: unknown, each: (item: unknown) => boolean): value is readonly unknown[] =>
  Array.isArray(value) && value.every(each) && new Set(value).size === value.length;

export function invalid(what: string, where: string, found: string, remedy: string): ForeloadError {
  return new ForeloadError('invalid-model', { what: `a forecast model ${what}`, where, found, remedy });
}
