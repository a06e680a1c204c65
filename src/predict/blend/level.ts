const bits: Float32Array = new Float32Array(1);
const word: Uint32Array = new Uint32Array(bits.buffer);
const fine = 1 << 11;
/** log2 of 1 + i / 2048. */
const fractions: Float64Array = Float64Array.from({ length: fine }, (_, at) => Math.log2(1 + (at + 0.5) / fine));

/** log2 of a number above 0, to about three digits: its exponent, and a table for the rest. */
export function log2(value: number): number {
  bits[0] = value;
  const whole = word[0]!;
  return (whole >>> 23) - 127 + fractions[(whole >>> 12) & (fine - 1)]!;
}
