import { type LoadFrom, rowFrom, type SaveTo } from '../model/saving.ts';

/**
 * How likely something that has been idle for so long returns in the next moment, counted in ages that grow by steps: a
 * discrete-time hazard, returns divided by the time spent at that age. Kinds (rows) say what it is like; where a kind
 * has been seen little it says what the guess says.
 */
export class ReturnHazard {
  readonly #returns: Float64Array;
  readonly #spent: Float64Array;

  constructor(kinds: number) {
    this.#returns = new Float64Array(kinds * ages);
    this.#spent = new Float64Array(kinds * ages);
  }

  /** An idle time of `idle` ms went by. `returned`: how much of a return ended it, 0..1; 0 also while nobody knows how it ends. */
  learn(kind: number, idle: number, returned: number): void {
    const last = ageAt(idle);
    for (let age = 0; age <= last; age++) {
      const at = kind * ages + age;
      this.#spent[at]! += Math.min(idle, begins(age + 1)) - begins(age);
      if (age < last || returned === 0) continue;
      this.#returns[at]! += returned;
      if (this.#returns[at]! < memory) continue;
      this.#returns[at]! /= 2;
      this.#spent[at]! /= 2;
    }
  }

  save(to: SaveTo): void {
    to.array(this.#returns);
    to.array(this.#spent);
  }

  /** Takes over what was saved of as many kinds. Throws a RangeError for what can't have been saved. */
  load(from: LoadFrom): void {
    this.#returns.set(rowFrom(from, this.#returns.length, 0));
    this.#spent.set(rowFrom(from, this.#spent.length, 0));
  }

  /** Returns per ms at an age, pulled towards `guess` as if that had been seen for `weight` returns. */
  at(kind: number, age: number, guess: number, weight: number): number {
    const at = kind * ages + age;
    return (this.#returns[at]! + weight) / (this.#spent[at]! + weight / guess);
  }
}

/** Ages from 0 to beyond a day, three of them to each fourfold. */
export const ages = 22;
const shortest = 15_000;
// At so many returns an age forgets half: it follows what changes.
const memory = 4000;

/** When an age begins, in ms of idle time. */
export const begins = (age: number): number => starts[age]!;

const starts: readonly number[] = Array.from({ length: ages + 1 }, (_, age) =>
  age === 0 ? 0 : age === ages ? Number.POSITIVE_INFINITY : shortest * 2 ** ((age - 1) / 1.5),
);

/** The age that an idle time has reached. */
export function ageAt(idle: number): number {
  if (idle < shortest) return 0;
  return Math.min(ages - 1, 1 + Math.floor(1.5 * Math.log2(idle / shortest) + 1e-9));
}
