/** When to load again after a demand, and how long to keep it from then on, in ms. `after` 0: it is not unloaded at all. */
export interface KeepWindows {
  readonly after: number;
  readonly keep: number;
}

const minute = 60_000;
const bins = 240;
/** Percentiles of idle times between which a component is kept, and the margin on each. */
const head = 0.05;
const tail = 0.99;
const margin = 0.1;
/** Coefficient of variation of the bins below which a histogram says too little. */
const telling = 2;
/** Share of idle times beyond the histogram above which it says too little. */
const mostBeyond = 0.5;

/**
 * Idle times of one component in 240 bins of a minute, as in "Serverless in the Wild" (Shahrad et al., USENIX ATC 2020):
 * unloaded until shortly before the 5th percentile, kept until shortly after the 99th. A histogram that is flat, or that
 * most idle times lie beyond, says nothing: then the component is kept for as long as the histogram reaches.
 */
export class IdleHistogram {
  readonly #counts = new Uint32Array(bins);
  #within = 0;
  #beyond = 0;
  #squares = 0;

  /** An idle time of so many ms ended. The 0 of a first demand is none. */
  add(idle: number): void {
    if (idle <= 0) return;
    const bin = Math.floor(idle / minute);
    if (bin >= bins) {
      this.#beyond++;
      return;
    }
    this.#within++;
    this.#squares += 2 * this.#counts[bin]! + 1;
    this.#counts[bin]!++;
  }

  windows(): KeepWindows {
    if (!this.#tells()) return { after: 0, keep: bins * minute };
    const first = this.#binOf(head);
    const last = this.#binOf(tail) + 1;
    const after = first * minute * (1 - margin);
    return { after, keep: last * minute * (1 + margin) - after };
  }

  #tells(): boolean {
    const all = this.#within + this.#beyond;
    if (this.#within === 0 || this.#beyond > mostBeyond * all) return false;
    const mean = this.#within / bins;
    const variance = this.#squares / bins - mean * mean;
    return Math.sqrt(variance) / mean >= telling;
  }

  /** The bin that holds a percentile of the idle times that the histogram reaches. */
  #binOf(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#within));
    let bin = 0;
    while ((left -= this.#counts[bin]!) > 0) bin++;
    return bin;
  }
}
