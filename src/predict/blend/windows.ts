import type { Reader, Writer } from '../bytes.ts';

/** Horizons of residency: will it be demanded again within 10 s, 1 min, 10 min, 1 h? In ms. */
export const windows: readonly number[] = [10_000, 60_000, 600_000, 3_600_000];
const ages = 24;
const rhythms = 20;
/** A state that was seldom seen says what its prior says. */
const prior = 8;
const pace = 0.15;
const fields = 4;

/** Time on a scale that doubles: below 1 s 0, below 2 s 1, below 4 s 2. */
const octave = (time: number, most: number): number =>
  Math.max(0, Math.min(most - 1, 1 + Math.floor(Math.log2(Math.max(0.5, time / 1000)))));
/** Where an octave begins. */
const begins = (age: number): number => (age === 0 ? 0 : 1000 * 2 ** (age - 1));

/**
 * When a component will be demanded again by anyone, judged by how long it has been idle and by its rhythm, the usual
 * time between its demands: for each pair of the two, how often it came within each window (a discrete-time hazard
 * model, as the idle-time histograms of Shahrad et al., USENIX ATC 2020, but shared by all components of like rhythm).
 * An idle time teaches every age it lived through; one that is still running teaches as soon as a window has passed
 * without a demand, so that what never comes back is not left out.
 */
export class Windows {
  /** By component: its last demand, its rhythm (log2 of s), demands, and the ages of this idle time already taught. */
  #known: Float64Array;
  readonly #cases: Float64Array;
  readonly #came: Float64Array;
  #size = 0;
  #hand = 0;

  constructor(from: Reader | null = null) {
    const states = windows.length * ages * rhythms;
    this.#known = from ? from.array(Float64Array) : new Float64Array(64 * fields);
    this.#cases = from ? from.array(Float64Array) : new Float64Array(states);
    this.#came = from ? from.array(Float64Array) : new Float64Array(states);
    if (from) [this.#size, this.#hand] = [from.number(), from.number()];
  }

  save(to: Writer): void {
    for (const part of [this.#known, this.#cases, this.#came]) to.array(part);
    to.number(this.#size);
    to.number(this.#hand);
  }

  /** A component was demanded. */
  demand(component: number, now: number): void {
    this.#room(component);
    const known = this.#known;
    const at = component * fields;
    if (known[at + 2]! > 0) {
      this.#teach(component, now, true);
      const gap = Math.log2(Math.max(1, now - known[at]!) / 1000);
      known[at + 1]! += Math.max(pace, 1 / known[at + 2]!) * (gap - known[at + 1]!);
    }
    known[at] = now;
    known[at + 2]!++;
    known[at + 3] = 0;
    this.#hand = (this.#hand + 1) % this.#size;
    if (this.#hand !== component && known[this.#hand * fields + 2]! > 0) this.#teach(this.#hand, now, false);
  }

  /** Probability that a component is demanded within each of {@link windows} from now; 0 for what never was. */
  within(component: number, now: number): number[] {
    const at = component * fields;
    if (component >= this.#size || this.#known[at + 2] === 0) return windows.map(() => 0);
    const idle = Math.max(0, now - this.#known[at]!);
    const rhythm = this.#rhythmOf(component);
    return windows.map((window, index) => {
      const state = (index * rhythms + rhythm) * ages + octave(idle, ages);
      // Before anything is known: as if demands came at random, at the component's own rate.
      const usual = 1000 * 2 ** this.#known[at + 1]!;
      const guess = this.#known[at + 2]! < 2 ? 0.1 : 1 - Math.exp(-window / Math.max(usual, idle / 2, 1));
      return (this.#came[state]! + prior * guess) / (this.#cases[state]! + prior);
    });
  }

  /** What the present idle time of a component says of the ages that it has lived through. */
  #teach(component: number, now: number, ended: boolean): void {
    const at = component * fields;
    const idle = now - this.#known[at]!;
    const rhythm = this.#rhythmOf(component);
    let age = this.#known[at + 3]!;
    for (; age < ages && begins(age) <= idle; age++) {
      const left = idle - begins(age);
      // All windows of an age are taught at once, when the longest is decided.
      if (!ended && left < windows.at(-1)!) break;
      for (let window = 0; window < windows.length; window++) {
        const state = (window * rhythms + rhythm) * ages + age;
        this.#cases[state]!++;
        if (ended && left <= windows[window]!) this.#came[state]!++;
      }
    }
    this.#known[at + 3] = age;
  }

  #rhythmOf(component: number): number {
    const usual = this.#known[component * fields + 1]!;
    return this.#known[component * fields + 2]! < 2 ? rhythms - 1 : octave(1000 * 2 ** usual, rhythms - 1);
  }

  #room(component: number): void {
    this.#size = Math.max(this.#size, component + 1);
    if (this.#known.length >= this.#size * fields) return;
    const known = new Float64Array(this.#size * 2 * fields);
    known.set(this.#known);
    this.#known = known;
  }
}
