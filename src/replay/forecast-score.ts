import type { Prediction } from '../model/prediction.ts';

/** Shares of needs that were the likeliest, or among the three or five likeliest, of their forecast; null without needs. */
export interface TopShares {
  readonly top1: number | null;
  readonly top3: number | null;
  readonly top5: number | null;
}

/** Counts how often what came was among the first of its forecast. */
export class TopScore {
  #needs = 0;
  #top1 = 0;
  #top3 = 0;
  #top5 = 0;

  get needs(): number {
    return this.#needs;
  }

  /** @param rank place in the forecast, the likeliest 0; -1: not in it */
  add(rank: number): void {
    this.#needs++;
    if (rank < 0) return;
    if (rank < 1) this.#top1++;
    if (rank < 3) this.#top3++;
    if (rank < 5) this.#top5++;
  }

  shares(): TopShares {
    const of = (hits: number): number | null => (this.#needs > 0 ? hits / this.#needs : null);
    return { top1: of(this.#top1), top3: of(this.#top3), top5: of(this.#top5) };
  }
}

const bins = 20;

/**
 * Expected calibration error: the mean distance between how sure a forecast's first candidate was and how often it
 * came, over 20 equal bins of probability, each by its number of cases. A forecast of nothing is no case.
 */
export class CalibrationScore {
  readonly #cases = new Float64Array(bins);
  readonly #sure = new Float64Array(bins);
  readonly #came = new Float64Array(bins);

  add(probability: number, came: boolean): void {
    const bin = Math.min(bins - 1, Math.floor(probability * bins));
    this.#cases[bin]!++;
    this.#sure[bin]! += probability;
    if (came) this.#came[bin]!++;
  }

  error(): number | null {
    const cases = this.#cases.reduce((sum, count) => sum + count, 0);
    if (cases === 0) return null;
    return this.#sure.reduce((sum, sure, bin) => sum + Math.abs(sure - this.#came[bin]!), 0) / cases;
  }
}

/** What is thought impossible and comes all the same costs this many bits, not infinitely many. */
const mostBits = 40;

/**
 * Bits of surprise at what came: -log2 of its probability. What a forecast leaves over to 1 is spread evenly over the
 * components that it does not list; no need costs more than 40 bits.
 */
export function bitsOf(forecast: readonly Prediction[], rank: number, components: number): number {
  let probability = forecast[rank]?.probability ?? 0;
  if (rank < 0) {
    const listed = forecast.reduce((sum, prediction) => sum + prediction.probability, 0);
    probability = Math.max(0, 1 - listed) / Math.max(1, components - forecast.length);
  }
  return probability > 0 ? Math.min(mostBits, Math.max(0, -Math.log2(probability))) : mostBits;
}
