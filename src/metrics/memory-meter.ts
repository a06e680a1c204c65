/** Time-weighted memory of one device: what is resident, and what of it is speculative and not yet demanded. */
export class MemoryMeter {
  #since: number | null = null;
  #resident = 0;
  #speculative = 0;
  #span = 0;
  #residentArea = 0;
  #speculativeArea = 0;
  #residentPeak = 0;
  #speculativePeak = 0;

  get resident(): number {
    return this.#resident;
  }

  get speculative(): number {
    return this.#speculative;
  }

  /** Starts to measure, from now on. */
  start(now: number): void {
    this.#since = now;
    this.#residentPeak = this.#resident;
    this.#speculativePeak = this.#speculative;
  }

  /** Counts the time up to now at the present amounts. */
  advance(now: number): void {
    if (this.#since === null || now <= this.#since) return;
    const span = now - this.#since;
    this.#span += span;
    this.#residentArea += this.#resident * span;
    this.#speculativeArea += this.#speculative * span;
    this.#since = now;
  }

  change(resident: number, speculative: number): void {
    this.#resident += resident;
    this.#speculative += speculative;
    if (this.#since === null) return;
    if (this.#resident > this.#residentPeak) this.#residentPeak = this.#resident;
    if (this.#speculative > this.#speculativePeak) this.#speculativePeak = this.#speculative;
  }

  /** Areas are amount x ms; `span` is the time measured, in ms. */
  totals(): MemoryTotals {
    return {
      span: this.#span,
      residentArea: this.#residentArea,
      speculativeArea: this.#speculativeArea,
      residentPeak: this.#residentPeak,
      speculativePeak: this.#speculativePeak,
    };
  }
}

export interface MemoryTotals {
  readonly span: number;
  readonly residentArea: number;
  readonly speculativeArea: number;
  readonly residentPeak: number;
  readonly speculativePeak: number;
}
