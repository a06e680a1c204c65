type Numbers = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float32Array | Float64Array;
type NumbersType<T extends Numbers> = new (buffer: ArrayBuffer) => T;

/** Puts numbers and arrays of numbers one after the other, in the byte order of the machine. */
export class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;
  readonly #number = new Float64Array(1);
  readonly #numberBytes = new Uint8Array(this.#number.buffer);

  number(value: number): void {
    this.#number[0] = value;
    this.#add(this.#numberBytes);
  }

  array(values: Numbers): void {
    this.number(values.byteLength);
    this.#add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Any string, as it is: names may hold halves of characters. */
  text(value: string): void {
    this.array(Uint16Array.from({ length: value.length }, (_, at) => value.charCodeAt(at)));
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #add(part: Uint8Array): void {
    const end = this.#length + part.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#length);
    this.#length = end;
  }
}

/** Takes out again what a {@link Writer} put in, in the same order. Throws a RangeError where there is too little. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    const value = new Float64Array(this.#take(8))[0]!;
    if (!Number.isFinite(value)) throw new RangeError(`${value} is no number`);
    return value;
  }

  array<T extends Numbers>(type: NumbersType<T>): T {
    return new type(this.#take(this.number()));
  }

  /** A whole number from 0 to `most`. */
  small(most: number): number {
    const value = this.number();
    if (!Number.isInteger(value) || value < 0 || value > most)
      throw new RangeError(`${value} is not from 0 to ${most}`);
    return value;
  }

  text(): string {
    return Array.from(this.array(Uint16Array), (code) => String.fromCharCode(code)).join('');
  }

  /** Whether everything was taken out. */
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** A copy, for an array may begin anywhere in the bytes. */
  #take(length: number): ArrayBuffer {
    if (!(length >= 0 && this.#at + length <= this.#bytes.length)) throw new RangeError('the bytes end too early');
    const part = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return part.buffer;
  }
}
