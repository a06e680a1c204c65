/**
 * A tiny but complete ONNX model, `y = x + x` for a vector of any length, written by hand:
 * the fields are those of onnx.proto, and every field used here is either a varint or length-delimited.
 */
export function doublingModel(): Uint8Array<ArrayBuffer> {
  const graph = message([
    [
      1,
      message([
        [1, 'x'],
        [1, 'x'],
        [2, 'y'],
        [4, 'Add'],
      ]),
    ],
    [2, 'doubling'],
    [11, floatVector('x')],
    [12, floatVector('y')],
  ]);
  const operators = message([
    [1, ''],
    [2, 13],
  ]);
  return new Uint8Array(
    message([
      [1, 8],
      [7, graph],
      [8, operators],
    ]),
  );
}

type Field = readonly [number: number, value: number | string | Buffer];

/** A ValueInfoProto of type tensor(float) and shape [n]. */
function floatVector(name: string): Buffer {
  const shape = message([[1, message([[2, 'n']])]]);
  const tensor = message([
    [1, 1],
    [2, shape],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensor]])],
  ]);
}

function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) =>
      typeof value === 'number' ? varintField(number, value) : bytesField(number, value),
    ),
  );
}

/** Numbers and lengths here stay below 128, so each is a varint of one byte; lengths may need two. */
function varintField(number: number, value: number): Buffer {
  return Buffer.from([number << 3, ...varint(value)]);
}

function bytesField(number: number, value: string | Buffer): Buffer {
  const content = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
