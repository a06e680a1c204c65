import { between, type LoadFrom, type SaveTo } from '../model/saving.ts';
import { UsedShares } from './used-shares.ts';

/**
 * The threshold that a forecast must reach to be preloaded, steered so that the share of wasted preloads stays at its
 * target.
 *
 * Two parts. What forecasts are worth is learned from all of them: those that were preloaded, and those that were only
 * written down (turned away, then followed to see whether a preload would have been used). The threshold is the lowest
 * probability above which the used share of all is enough. And an account of the real preloads keeps the outcome inside:
 * every one counts as wasted as far as it is likely to be, from the moment it begins until it ends, and what the account is
 * over or under tightens or loosens what is asked of forecasts (integral control, as in adaptive conformal inference,
 * Gibbs & Candes 2021): what is owed is earned back by better preloads. Overdrawn, nothing is preloaded.
 *
 * Who asks for more than there is gets nothing, and earns nothing back: after a few good forecasts that were turned away for
 * what is owed alone, one of them is preloaded all the same (half open, as a circuit breaker: Nygard, Release It!, 2007).
 */
export class WasteTarget {
  #target: number;
  #floor: number;
  readonly #shares = new UsedShares();
  /** Preloads wasted, and likely to be, less what may be of all. Above zero is over that. */
  #over = 0;
  /** Good forecasts turned away since the last preload began. */
  #turnedAway = 0;
  /** What forecasts must reach, and what they must if most of what is owed is left aside. */
  #strict = 1;
  #lenient = 1;

  /**
   * @param target share of preloads that may be wasted, 0..1
   * @param floor probability below which nothing is ever preloaded, 0..1
   */
  constructor(target: number, floor: number) {
    this.#target = target;
    this.#floor = floor;
    this.#steer();
  }

  /** Another share may be wasted from now on, or another floor holds; what forecasts are worth stays known. */
  aimAt(target: number = this.#target, floor: number = this.#floor): void {
    this.#target = target;
    this.#floor = floor;
    this.#steer();
  }

  /** Probability that a forecast must reach now; Infinity while the account is overdrawn. */
  get threshold(): number {
    if (this.#over > this.#limit) return Number.POSITIVE_INFINITY;
    return this.#turnedAway >= trial ? this.#lenient : this.#strict;
  }

  /** A forecast was turned away and is followed on paper, unused so far. */
  followed(probability: number): void {
    this.#turned(probability);
    this.#shares.try(probability);
    this.#steer();
  }

  /** A forecast that is followed on paper is surer now: whoever asks for that much would preload it only now. */
  raised(before: number, probability: number): void {
    this.#turned(probability);
    this.#shares.raise(before, probability);
    this.#steer();
  }

  /** A forecast that was followed on paper came true. */
  cameTrue(probability: number): void {
    this.#shares.use(probability);
    this.#steer();
  }

  /** A preload begins, unused so far. */
  begun(probability: number): void {
    this.#turnedAway = 0;
    this.#move(1 - probability - aim * this.#target);
    this.#shares.try(probability);
    this.#steer();
  }

  /** A preload was used, in time or late. */
  used(probability: number): void {
    this.#move(probability - 1);
    this.#shares.use(probability);
    this.#steer();
  }

  /** A preload left memory unused. */
  wasted(probability: number): void {
    this.#move(probability);
  }

  /** A preload ended without having been of use or of waste: failed or cancelled. */
  withdrawn(probability: number): void {
    this.#move(probability - 1 + aim * this.#target);
  }

  /** A command passed: an account that lets hardly anything through recovers slowly, or it could never show that it has learned. */
  passed(): void {
    if (this.#over > this.#limit / 2) this.#move(-recovery);
  }

  /** @param open probabilities of the preloads that have begun and not ended: for whoever restores this they never began */
  save(to: SaveTo, open: readonly number[]): void {
    let over = this.#over;
    for (const probability of open) over += probability - 1 + aim * this.#target;
    to.number(this.#target);
    to.number(this.#floor);
    this.#shares.save(to, open);
    to.number(Math.max(-this.#credit, over));
    to.number(open.length > 0 ? unknown : this.#strict);
  }

  /** What decides about trials, of which an older snapshot knows nothing. */
  saveTrial(to: SaveTo, open: readonly number[]): void {
    to.number(this.#target);
    to.number(this.#floor);
    to.number(this.#turnedAway);
    to.number(open.length > 0 ? unknown : this.#lenient);
  }

  /**
   * Reads what was saved; what it returns puts that in the place of all that was learned here. The account of another
   * target, or another floor, is not taken over, only what forecasts are worth. Throws a RangeError for what can't have been saved.
   */
  load(from: LoadFrom): () => void {
    const same = this.#isMine(from);
    const takeShares = this.#shares.load(from);
    const over = from.number();
    const strict = between(from, unknown, 1);
    return () => {
      takeShares();
      this.#over = same ? Math.max(-this.#credit, over) : 0;
      this.#steer();
      if (same && strict !== unknown) this.#strict = strict;
    };
  }

  /** The same for {@link saveTrial}, after that. */
  loadTrial(from: LoadFrom): () => void {
    const same = this.#isMine(from);
    const turnedAway = from.small(mostTurnedAway);
    const lenient = between(from, unknown, 1);
    return () => {
      if (!same) return;
      this.#turnedAway = turnedAway;
      if (lenient !== unknown) this.#lenient = lenient;
    };
  }

  #isMine(from: LoadFrom): boolean {
    return [from.number() === this.#target, from.number() === this.#floor].every(Boolean);
  }

  /** What the account may be over at most. */
  get #limit(): number {
    return Math.max(allowance, owed * this.#target);
  }

  /** What is saved counts up to here, so that what was saved long ago can't be wasted at once. */
  get #credit(): number {
    return creditOf(this.#target);
  }

  #move(by: number): void {
    this.#over = Math.max(-this.#credit, this.#over + by);
  }

  #turned(probability: number): void {
    if (probability >= this.#lenient) this.#turnedAway = Math.min(mostTurnedAway, this.#turnedAway + 1);
  }

  /** By what is learned of forecasts. What goes to waste counts from the next forecast on: the likeliest one now is judged as before. */
  #steer(): void {
    const left = 1 - this.#over / this.#limit;
    this.#strict = this.#lowestFor(left);
    this.#lenient = this.#lowestFor(Math.max(least, left));
  }

  /** @param share of the target that may be wasted */
  #lowestFor(share: number): number {
    const wasted = this.#target * Math.min(1.2, margin * Math.max(0, share));
    return this.#shares.lowestFor(Math.max(0, 1 - wasted), this.#floor);
  }
}

// Chosen on the first halves of the sequence traces; see DECISIONS "Waste target".
// Somewhat below the target: what is owed when one looks comes on top.
const aim = 0.88;
const margin = 0.88;
/** However much is owed, forecasts are good that let no less of the target go to waste. */
const least = 0.75;
/** So many good forecasts are turned away before one is not. */
const trial = 4;
// In preloads, and in preloads that the target itself lets go to waste: where more may, bad luck is longer.
const allowance = 4;
const owed = 40;
const recovery = 0.01;
const creditOf = (target: number): number => Math.max(1.5, 15 * target);
/** Counted no further. */
const mostTurnedAway = 1000;
/** In a snapshot: to be steered anew. */
const unknown = -1;
