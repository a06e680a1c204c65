import type { Followers } from './followers.ts';

/**
 * How likely each component is, mixed from many contexts, least specific first. Each context is mixed in by Witten-Bell
 * smoothing (method C of Bell, Cleary & Witten 1990): with n cases and d different followers it gets weight n / (n + d).
 * What all entries share is one factor, so that mixing in a context costs only what that context holds.
 */
export class Distribution {
  #values: Float64Array = new Float64Array(64);
  #size = 0;
  #factor = 1;

  /** Begins anew with an even spread over `size` components. */
  reset(size: number): void {
    if (this.#values.length < size) this.#values = new Float64Array(size * 2);
    this.#size = size;
    this.#factor = 1;
    this.#values.fill(size > 0 ? 1 / size : 0, 0, size);
  }

  mix(followers: Followers): void {
    const { ids, counts, total } = followers;
    if (total === 0) return;
    const whole = total + ids.length;
    this.#factor *= ids.length / whole;
    const scale = 1 / (whole * this.#factor);
    for (let i = 0; i < ids.length; i++) this.#values[ids[i]!]! += counts[i]! * scale;
    if (this.#factor < 1e-100) this.#settle();
  }

  get size(): number {
    return this.#size;
  }

  at(id: number): number {
    return this.#values[id]! * this.#factor;
  }

  /** Multiplies each probability by exp(gain[id]) and makes them add up to the same sum as before. */
  tilt(gain: Float64Array): void {
    this.#settle();
    let before = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < this.#size; id++) {
      before += this.#values[id]!;
      if (gain[id]! > highest) highest = gain[id]!;
    }
    let after = 0;
    for (let id = 0; id < this.#size; id++) {
      const value = this.#values[id]! * Math.exp(gain[id]! - highest);
      this.#values[id] = value;
      after += value;
    }
    if (after > 0) this.#factor = before / after;
  }

  /** The `limit` likeliest, best first; equal ones in order of first sight. */
  top(limit: number): number[] {
    const best: number[] = [];
    const values = this.#values;
    for (let id = 0; id < this.#size; id++) {
      const value = values[id]!;
      if (value <= 0 || (best.length === limit && value <= values[best[limit - 1]!]!)) continue;
      let at = best.length < limit ? best.length : limit - 1;
      while (at > 0 && values[best[at - 1]!]! < value) {
        best[at] = best[at - 1]!;
        at--;
      }
      best[at] = id;
    }
    return best;
  }

  #settle(): void {
    for (let id = 0; id < this.#size; id++) this.#values[id]! *= this.#factor;
    this.#factor = 1;
  }
}
