const bins = 20;

/**
 * Expected calibration error: the mean distance between how sure a forecast's first candidate was and how often it
 * came, over 20 equal bins of probability, each by its weight of cases. A forecast of nothing is no case.
 */
export class CalibrationScore {
  #cases = 0;
  /** How sure the cases of each bin were, less how many of them came. */
  readonly #excess = new Float64Array(bins);

  add(probability: number, came: boolean, weight = 1): void {
    const bin = Math.min(bins - 1, Math.floor(probability * bins));
    this.#cases += weight;
    this.#excess[bin]! += weight * (came ? probability - 1 : probability);
  }

  /** Multiplies all that was counted. */
  scale(by: number): void {
    this.#cases *= by;
    for (let bin = 0; bin < bins; bin++) this.#excess[bin]! *= by;
  }

  error(): number | null {
    if (this.#cases === 0) return null;
    return this.#excess.reduce((sum, excess) => sum + Math.abs(excess), 0) / this.#cases;
  }
}
