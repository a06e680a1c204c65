import { between, type LoadFrom, rowFrom, type SaveTo } from '../model/saving.ts';

/**
 * The threshold that a forecast must reach to be preloaded, steered so that the share of wasted preloads stays at its
 * target.
 *
 * Two parts. What forecasts are worth is learned from all of them: those that were preloaded, and those that were only
 * written down (turned away, then followed to see whether a preload would have been used). For each band of probability
 * the used share is counted; the threshold is the lowest band above which the used share of all is enough. And an
 * account of the real preloads keeps the outcome inside: every one counts as wasted as far as it is likely to be, from the
 * moment it begins until it ends, and what the account is over or under tightens or loosens what is asked of the bands
 * (integral control, as in adaptive conformal inference, Gibbs & Candes 2021): what is owed is earned back by better
 * preloads. Overdrawn, nothing is preloaded.
 */
export class WasteTarget {
  #target: number;
  #floor: number;
  readonly #tried = new Float64Array(bands);
  readonly #used = new Float64Array(bands);
  #sum = 0;
  /** Preloads wasted, and likely to be, less what may be of all. Above zero is over that. */
  #over = 0;
  #threshold = 1;

  /**
   * @param target share of preloads that may be wasted, 0..1
   * @param floor probability below which nothing is ever preloaded, 0..1
   */
  constructor(target: number, floor: number) {
    this.#target = target;
    this.#floor = floor;
    for (let band = 0; band < bands; band++) {
      this.#tried[band] = prior;
      this.#used[band] = (prior * (band + 0.5)) / bands;
    }
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
    return this.#over > this.#limit ? Number.POSITIVE_INFINITY : this.#threshold;
  }

  /** A forecast was turned away and is followed on paper, unused so far. */
  followed(probability: number): void {
    this.#try(probability);
  }

  /** A forecast that is followed on paper is surer now: whoever asks for that much would preload it only now. */
  raised(before: number, probability: number): void {
    const band = bandOf(before);
    this.#tried[band] = Math.max(this.#used[band]!, this.#tried[band]! - 1);
    this.#tried[bandOf(probability)]!++;
    this.#steer();
  }

  /** A forecast that was followed on paper came true. */
  cameTrue(probability: number): void {
    this.#use(probability);
  }

  /** A preload begins, unused so far. */
  begun(probability: number): void {
    this.#move(1 - probability - aim * this.#target);
    this.#try(probability);
  }

  /** A preload was used, in time or late. */
  used(probability: number): void {
    this.#move(probability - 1);
    this.#use(probability);
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
    if (this.#over > this.#limit / 2) this.#over -= recovery;
  }

  /** @param open probabilities of the preloads that have begun and not ended: for whoever restores this they never began */
  save(to: SaveTo, open: readonly number[]): void {
    const tried = this.#tried.slice();
    let over = this.#over;
    for (const probability of open) {
      const band = bandOf(probability);
      tried[band] = Math.max(this.#used[band]!, tried[band]! - 1);
      over += probability - 1 + aim * this.#target;
    }
    to.number(this.#target);
    to.number(this.#floor);
    to.array(tried);
    to.array(this.#used);
    to.number(this.#sum);
    to.number(Math.max(-this.#credit, over));
    to.number(open.length > 0 ? unknown : this.#threshold);
  }

  /**
   * Reads what was saved; what it returns puts that in the place of all that was learned here. The account of another
   * target, or another floor, is not taken over, only what forecasts are worth. Throws a RangeError for what can't have been saved.
   */
  load(from: LoadFrom): () => void {
    const same = [from.number() === this.#target, from.number() === this.#floor].every(Boolean);
    const tried = rowFrom(from, bands, 0);
    const used = rowFrom(from, bands, 0);
    const sum = between(from, 0);
    const over = between(from, -creditOf(1));
    const threshold = between(from, unknown, 1);
    return () => {
      this.#tried.set(tried);
      this.#used.set(used);
      this.#sum = sum;
      this.#over = same ? over : 0;
      this.#steer();
      if (same && threshold !== unknown) this.#threshold = threshold;
    };
  }

  /** What the account may be over at most. */
  get #limit(): number {
    return Math.max(allowance, owed * this.#target);
  }

  /** What is saved counts up to here, so that what was saved long ago can't be wasted at once. */
  get #credit(): number {
    return creditOf(this.#target);
  }

  #try(probability: number): void {
    this.#tried[bandOf(probability)]!++;
    if (++this.#sum > memory) this.#fade();
    this.#steer();
  }

  #use(probability: number): void {
    const band = bandOf(probability);
    this.#used[band] = Math.min(this.#tried[band]!, this.#used[band]! + 1);
    this.#steer();
  }

  #move(by: number): void {
    this.#over = Math.max(-this.#credit, this.#over + by);
  }

  #steer(): void {
    const allowed = this.#target * Math.min(1.2, margin * Math.max(least, 1 - this.#over / this.#limit));
    const asked = Math.max(0, 1 - allowed);
    let tried = 0;
    let used = 0;
    let lowest = bands;
    for (let band = bands - 1; band >= 0 && (band + 1) / bands > this.#floor; band--) {
      tried += this.#tried[band]!;
      used += this.#used[band]!;
      // Less what chance alone may have added, in standard deviations at the share asked for.
      if (used - caution * Math.sqrt(tried * asked * (1 - asked)) >= asked * tried) lowest = band;
    }
    this.#threshold = Math.max(this.#floor, lowest / bands);
  }

  #fade(): void {
    this.#sum = 0;
    for (let band = 0; band < bands; band++) {
      const keep = Math.max(0.5, Math.min(1, prior / this.#tried[band]!));
      this.#tried[band]! *= keep;
      this.#used[band]! *= keep;
    }
  }
}

const bandOf = (probability: number): number => Math.min(bands - 1, Math.floor(probability * bands));

// Chosen on the first halves of the sequence traces; see DECISIONS "Waste target".
const bands = 40;
const prior = 0.5;
const caution = 0.4;
const memory = 2000;
// Somewhat below the target: what is owed when one looks comes on top.
const aim = 0.88;
const margin = 0.88;
/** However much is owed, no less of the target may be expected to go to waste: who asks for more gets nothing, and earns nothing back. */
const least = 0.75;
// In preloads, and in preloads that the target itself lets go to waste: where more may, bad luck is longer.
const allowance = 4;
const owed = 40;
const recovery = 0.01;
const creditOf = (target: number): number => Math.max(3, 30 * target);
/** In a snapshot: to be steered anew. */
const unknown = -1;
