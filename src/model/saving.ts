/** Takes what is to be kept over a restart, one thing after the other. */
export interface SaveTo {
  number(value: number): void;
  text(value: string): void;
  array(values: Float64Array): void;
}

/** Gives back what a {@link SaveTo} took, in the same order. Each throws a RangeError where there is no such thing. */
export interface LoadFrom {
  /** Any finite number. */
  number(): number;
  /** A whole number from 0 to `most`. */
  small(most: number): number;
  text(): string;
  array(type: new (buffer: ArrayBuffer) => Float64Array): Float64Array;
}

/** Names of components in place of their indices: those of a later start may be others, in another order. */
export interface Names {
  idOf(component: number): string;
  /** Undefined: there is none of that name any more. */
  indexOf(id: string): number | undefined;
}

/** So many numbers in a row, each within bounds. Throws a RangeError for what can't have been saved. */
export function rowFrom(from: LoadFrom, length: number, least: number = Number.NEGATIVE_INFINITY): Float64Array {
  const row = from.array(Float64Array);
  if (row.length === length && row.every((value) => Number.isFinite(value) && value >= least)) return row;
  throw new RangeError(`these are not ${length} numbers from ${least}`);
}

/** A number from `least` to `most`. Throws a RangeError for any other. */
export function between(from: LoadFrom, least: number, most: number = Number.POSITIVE_INFINITY): number {
  const value = from.number();
  if (value >= least && value <= most) return value;
  throw new RangeError(`${value} is not from ${least} to ${most}`);
}

/** Lists hold no more than this: what says otherwise is no list. */
export const longestList: number = 2 ** 26;
