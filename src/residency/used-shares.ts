import { between, type LoadFrom, rowFrom, type SaveTo } from '../model/saving.ts';

/**
 * Which share of forecasts comes to be used, for each band of their probability: of those that were preloaded, and of those
 * that were only written down. Old ones fade, band by band.
 */
export class UsedShares {
  readonly #tried = new Float64Array(bands);
  readonly #used = new Float64Array(bands);
  /** Since it last faded. */
  #sum = 0;

  constructor() {
    for (let band = 0; band < bands; band++) {
      this.#tried[band] = prior;
      this.#used[band] = (prior * (band + 0.5)) / bands;
    }
  }

  /** One more, unused so far. */
  try(probability: number): void {
    this.#tried[bandOf(probability)]!++;
    if (++this.#sum > memory) this.#fade();
  }

  /** One that was tried is surer now, and unused so far. */
  raise(before: number, probability: number): void {
    untry(this.#tried, this.#used, before);
    this.#tried[bandOf(probability)]!++;
  }

  /** One that was tried is used. */
  use(probability: number): void {
    const band = bandOf(probability);
    this.#used[band] = Math.min(this.#tried[band]!, this.#used[band]! + 1);
  }

  /** The lowest probability above which the share that is used is, of all together, as much as is asked for; 1: there is none. */
  lowestFor(asked: number, floor: number): number {
    let tried = 0;
    let used = 0;
    let lowest = bands;
    for (let band = bands - 1; band >= 0 && (band + 1) / bands > floor; band--) {
      tried += this.#tried[band]!;
      used += this.#used[band]!;
      // Less what chance alone may have added, in standard deviations at the share asked for.
      if (used - caution * Math.sqrt(tried * asked * (1 - asked)) >= asked * tried) lowest = band;
    }
    return Math.max(floor, lowest / bands);
  }

  /** @param open probabilities of those that are left out: whether they are used, whoever restores this will not see */
  save(to: SaveTo, open: readonly number[]): void {
    const tried = this.#tried.slice();
    for (const probability of open) untry(tried, this.#used, probability);
    to.array(tried);
    to.array(this.#used);
    to.number(this.#sum);
  }

  /** What it returns takes over what was saved. Throws a RangeError for what can't have been saved. */
  load(from: LoadFrom): () => void {
    const tried = rowFrom(from, bands, 0);
    const used = rowFrom(from, bands, 0);
    const sum = between(from, 0);
    return () => {
      this.#tried.set(tried);
      this.#used.set(used);
      this.#sum = sum;
    };
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

/** What fading took of it is not taken again. */
function untry(tried: Float64Array, used: Float64Array, probability: number): void {
  const band = bandOf(probability);
  tried[band] = Math.max(used[band]!, tried[band]! - 1);
}

// Chosen on the first halves of the sequence traces; see DECISIONS "Waste target".
const bands = 40;
const prior = 0.5;
const caution = 0.4;
const memory = 2000;
