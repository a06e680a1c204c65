import type { TopShares } from '../model/accuracy.ts';

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
  add(rank: number, weight = 1): void {
    this.#needs += weight;
    if (rank < 0) return;
    if (rank < 1) this.#top1 += weight;
    if (rank < 3) this.#top3 += weight;
    if (rank < 5) this.#top5 += weight;
  }

  /** Multiplies all that was counted. */
  scale(by: number): void {
    this.#needs *= by;
    this.#top1 *= by;
    this.#top3 *= by;
    this.#top5 *= by;
  }

  shares(): TopShares {
    const of = (hits: number): number | null => (this.#needs > 0 ? hits / this.#needs : null);
    return { top1: of(this.#top1), top3: of(this.#top3), top5: of(this.#top5) };
  }
}
