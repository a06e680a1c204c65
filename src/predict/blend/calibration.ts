import type { Reader, Writer } from '../bytes.ts';

import { log2 } from './level.ts';

const bins = 25;
const tiny = 1e-9;
const widest = 8;
/** A probability so far from what came that it takes this many cases to be believed over the forecast. */
const prior = 40;
const slowest = 0.002;

const place = (probability: number): number => {
  const odds = log2(Math.max(tiny, probability) / Math.max(tiny, 1 - probability));
  return ((Math.max(-widest, Math.min(widest, odds)) + widest) / (2 * widest)) * (bins - 1);
};

/**
 * What a probability turned out to mean: for odds from 1:256 to 256:1 how often what was forecast at such odds came,
 * between two marks both by nearness (the adaptive probability maps of PAQ, Mahoney 2005). Order is kept.
 */
export class Calibration {
  readonly came: Float64Array;
  readonly cases: Float64Array;

  constructor(from: Reader | null = null) {
    this.came =
      from?.array(Float64Array) ??
      Float64Array.from({ length: bins }, (_, bin) => 1 / (1 + 2 ** -((bin / (bins - 1)) * 2 * widest - widest)));
    this.cases = from?.array(Float64Array) ?? new Float64Array(bins).fill(prior);
  }

  save(to: Writer): void {
    to.array(this.came);
    to.array(this.cases);
  }

  learn(probability: number, came: boolean): void {
    const at = place(probability);
    const below = Math.min(bins - 2, Math.floor(at));
    for (const [bin, share] of [
      [below, 1 - (at - below)],
      [below + 1, at - below],
    ] as const) {
      this.cases[bin]! += share;
      const rate = Math.max(slowest, 1 / this.cases[bin]!) * share;
      this.came[bin]! += rate * ((came ? 1 : 0) - this.came[bin]!);
    }
  }

  /** What it means: 0..1. */
  of(probability: number): number {
    const at = place(probability);
    const below = Math.min(bins - 2, Math.floor(at));
    const share = at - below;
    return this.came[below]! * (1 - share) + this.came[below + 1]! * share;
  }
}
