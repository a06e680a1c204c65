type Numbers = Int32Array | Uint32Array | Uint8Array | Float32Array | Float64Array;
type NumbersType<T extends Numbers> = new (buffer: ArrayBuffer) => T;

/** Puts numbers and arrays of numbers one after the other, in the byte order of the machine. */
export class Writer {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  number(value: number): void {
    this.#add(new Uint8Array(Float64Array.of(value).buffer));
  }

  array(values: Numbers): void {
    this.number(values.byteLength);
    this.#add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice());
  }

  text(value: string): void {
    this.array(new TextEncoder().encode(value));
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
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
    return new Float64Array(this.#take(8))[0]!;
  }

  array<T extends Numbers>(type: NumbersType<T>): T {
    return new type(this.#take(this.number()));
  }

  text(): string {
    return new TextDecoder().decode(this.array(Uint8Array));
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
