import { between, type LoadFrom, rowFrom, type SaveTo } from '../model/saving.ts';

/** Waits in octaves of a second: below 1 s, below 2 s, below 4 s ... and last those that never ended. */
const octaves = 26;
const never = octaves - 1;
const memory = 4096;

/** The octave of a wait in ms, and where it begins. */
const octaveOf = (time: number): number =>
  time < 1000 ? 0 : Math.min(never - 1, 32 - Math.clz32(Math.min(2 ** 31 - 1, time / 1000)));
const beginning = Float64Array.from({ length: octaves + 1 }, (_, octave) =>
  octave === 0 ? 0 : 1000 * 2 ** (octave - 1),
);

/**
 * How long users wait between their commands, over all of them: a histogram of octaves that fades. From it the chance
 * that one who has been silent for some time gives the next command within a certain time (the survival function of
 * inter-arrival times).
 */
export class ReturnTimes {
  readonly #counts = new Float64Array(octaves);
  /** Waits that last until an octave begins, or longer. */
  readonly #left = new Float64Array(octaves + 1);
  #sum = 0;

  /** A user came back after so many ms. */
  came(after: number): void {
    this.#count(octaveOf(after));
  }

  /** A user is waited for no longer. */
  stayedAway(): void {
    this.#count(never);
  }

  /** Probability that one who has been silent for `silent` ms comes back within `horizon` ms; 1 before anything is known. */
  within(silent: number, horizon: number): number {
    const left = this.#survive(silent);
    // One more wait, of which nothing is known: it ends at once while little was seen, and never when much was.
    const trust = 1 / (1 + this.#sum / 10);
    return (left - this.#survive(silent + horizon) + trust) / (left + 1);
  }

  save(to: SaveTo): void {
    to.array(this.#counts);
    to.number(this.#sum);
  }

  /** Takes over what was saved. Throws a RangeError for what can't have been. */
  load(from: LoadFrom): void {
    this.#counts.set(rowFrom(from, octaves, 0));
    this.#sum = between(from, 0, memory);
    this.#add();
  }

  /** Waits that last longer than this; within an octave they end evenly. */
  #survive(time: number): number {
    const octave = octaveOf(time);
    const begins = beginning[octave]!;
    const ended = Math.min(1, (time - begins) / (beginning[octave + 1]! - begins));
    return this.#left[octave]! - ended * this.#counts[octave]!;
  }

  #count(octave: number): void {
    this.#counts[octave]!++;
    for (let at = 0; at <= octave; at++) this.#left[at]!++;
    if (++this.#sum < memory) return;
    this.#sum /= 2;
    for (let at = 0; at < octaves; at++) this.#counts[at]! /= 2;
    this.#add();
  }

  #add(): void {
    for (let at = octaves - 1; at >= 0; at--) this.#left[at] = this.#left[at + 1]! + this.#counts[at]!;
  }
}
