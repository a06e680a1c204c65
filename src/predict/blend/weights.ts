import type { Reader, Writer } from '../bytes.ts';
import { experts } from './experts.ts';
import { voices } from './evidence.ts';

/** How often a follower was seen, on a scale that grows with its logarithm; between two marks both count by nearness. */
const marks = 13;
/** How often something else followed the same context. */
const rests = 11;
/** Whether it was the latest follower, the one before, or an older one. */
const ages = 3;
const states = marks * rests * ages;
export const returnStates = 21;
export const useStates = 12;
export const levels = 57;
export const totals = 8;
export const kinStates = 16;
/** How deep the past is known: the longest context of the user that was met before, and whether often. */
export const depths = 9;
const counts = 9;

const layout = (): Record<string, number> => {
  let next = experts.length * states;
  const take = (size: number): number => (next += size) - size;
  return {
    recency: take(2 * returnStates * useStates),
    popularity: take(levels * totals),
    order2: take(levels),
    kin: take(kinStates),
    text: take(levels),
    earlierText: take(levels),
    advice: take(levels),
    other: take(2 * depths * counts),
    size: next,
  };
};
/** Where the weights of each kind of evidence begin. */
export const at = layout() as Readonly<
  Record<'recency' | 'popularity' | 'order2' | 'kin' | 'text' | 'earlierText' | 'advice' | 'other' | 'size', number>
>;
export const gainCount: number = 2 * depths * voices;

/** On the scale of `marks`, by count. */
export const markOf: Float64Array = Float64Array.from({ length: 1024 }, (_, count) =>
  count <= 3 ? count : Math.min(marks - 1.001, 3 + 1.15 * Math.log2(count / 3)),
);
const restOf: Uint8Array = Uint8Array.from({ length: 1024 }, (_, rest) =>
  [0, 1, 2, 4, 8, 16, 40, 100, 300, 1000, Infinity].findIndex((most) => rest <= most),
);

/** The weight of a follower seen as often as mark `mark` says, `rest` cases having gone elsewhere. */
export const stateOf = (expert: number, mark: number, rest: number, age: number): number =>
  ((expert * marks + mark) * rests + restOf[Math.max(0, Math.min(1023, rest))]!) * ages + Math.min(age, ages - 1);
/** From a mark to the next. */
export const markStep: number = rests * ages;

/** The weight that says how likely something else comes. */
export const otherOf = (depth: number, count: number, told: boolean): number =>
  at.other + ((told ? depths : 0) + depth) * counts + Math.min(counts - 1, Math.floor(Math.log2(count + 1)));
export const gainsOf = (depth: number, told: boolean): number => ((told ? depths : 0) + depth) * voices;

/** What one step of the forecast learns: what each state of each expert is worth, and how far to trust each expert. */
export class Weights {
  readonly values: Float32Array;
  /** Sums of squared gradients: what was often corrected moves less (AdaGrad, Duchi et al. 2011). */
  readonly moved: Float32Array;
  readonly gains: Float32Array;
  readonly gainsMoved: Float32Array;

  static load(from: Reader): Weights {
    const weights = new Weights();
    for (const part of weights.#parts()) {
      const saved = from.array(Float32Array);
      if (saved.length !== part.length || !saved.every(Number.isFinite)) throw new RangeError('these are no weights');
      part.set(saved);
    }
    return weights;
  }

  save(to: Writer): void {
    for (const part of this.#parts()) to.array(part);
  }

  constructor(values?: Float32Array, gains?: Float32Array, moved = 1, gainsMoved = 10) {
    this.values = values ?? new Float32Array(at.size);
    this.gains = gains ?? new Float32Array(gainCount).fill(1);
    this.moved = new Float32Array(at.size).fill(moved);
    this.gainsMoved = new Float32Array(gainCount).fill(gainsMoved);
  }

  #parts(): readonly Float32Array[] {
    return [this.values, this.moved, this.gains, this.gainsMoved];
  }
}
