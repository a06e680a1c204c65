/** One field of a protobuf message: a whole number (varint), or text, bytes or a message (length-delimited). */
export type Field = readonly [number: number, value: number | string | Uint8Array | readonly Field[]];

/** Writes a message, its fields in the order given (protobuf.dev/programming-guides/encoding). */
export function message(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const parts: ArrayLike<number>[] = [];
  for (const [number, value] of fields) {
    if (typeof value === 'number') {
      parts.push(varint(number * 8), varint(value));
      continue;
    }
    const content =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof Uint8Array
          ? value
          : message(value);
    parts.push(varint(number * 8 + lengthDelimited), varint(content.length), content);
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A field that was read. Fixed-size numbers come as their bytes. */
export interface ReadField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** Reads the fields of a message, one level deep. @throws RangeError if the bytes are none. */
export function* fieldsOf(bytes: Uint8Array): Iterable<ReadField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('no number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const slice = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the end comes too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('no field');
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: slice(8) };
        break;
      case lengthDelimited:
        yield { number, value: slice(varint()) };
        break;
      case 5:
        yield { number, value: slice(4) };
        break;
      default:
        throw new RangeError('no such kind of field');
    }
  }
}

const lengthDelimited = 2;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
}
