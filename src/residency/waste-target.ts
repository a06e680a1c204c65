/**
 * The global threshold that preloads must reach, steered so that the share of wasted ones stays at the target.
 *
 * Every preload counts as wasted from the moment it begins, which raises the threshold, and is taken back when it is
 * used, which lowers it: at the end, what is still unused is already counted. With step size `gain` the share of wasted
 * preloads over any n of them is within (change of threshold) / (gain x n) of the target, whatever the data does
 * (adaptive conformal inference, Gibbs & Candes 2021). It starts high and comes down, the side on which the share is
 * below the target; and an account of the preloads above the target stops preloading before the threshold could.
 */
export class WasteTarget {
  readonly target: number;
  readonly #floor: number;
  readonly #gain: number;
  #threshold: number;
  /** Wasted or still unused preloads, less the target's share of all: above zero is over the target. */
  #over = 0;

  /**
   * @param target share of preloads that may be wasted, 0..1
   * @param floor probability below which nothing is ever preloaded
   * @param start threshold to begin with
   */
  constructor(target: number, floor: number, start: number = startThreshold, gain: number = defaultGain) {
    // Steering aims a little below the target: what is measured ends on a random side of what is aimed at.
    this.target = target * margin;
    this.#floor = floor;
    this.#gain = gain;
    this.#threshold = Math.max(floor, Math.min(1, start));
  }

  /** Probability that a preload must reach now. Above 1 while the account is overdrawn. */
  get threshold(): number {
    return this.#over > allowance && this.target < 1 ? Number.POSITIVE_INFINITY : this.#threshold;
  }

  /** A preload begins, unused so far. */
  begun(): void {
    this.#move(1 - this.target);
  }

  /** A preload was used, in time or late. */
  used(): void {
    this.#move(-1);
  }

  /** A preload ended without having been of use or of harm: failed or cancelled. */
  withdrawn(): void {
    this.#move(this.target - 1);
  }

  /** A command passed: an overdrawn account recovers slowly, or it could never show that it has learned. */
  passed(): void {
    if (this.#over > allowance) this.#over -= recovery;
  }

  #move(by: number): void {
    // Credit is forgotten slowly, so that what was saved long ago can't be wasted at once.
    this.#over = Math.max(-creditLimit, this.#over + by);
    this.#threshold = Math.max(this.#floor, Math.min(1, this.#threshold + this.#gain * by));
  }
}

// Chosen on the first halves of the sequence traces; see DECISIONS "Waste target".
const startThreshold = 0.8;
const defaultGain = 0.01;
const margin = 0.9;
const allowance = 2;
const creditLimit = 10;
const recovery = 0.005;
