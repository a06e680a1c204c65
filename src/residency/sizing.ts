import { MissCurve } from './miss-curve.ts';

/** Between which sizes the budget moves, and what memory has to bring in for that. */
export interface SizingLimits {
  /** Bytes. */
  readonly min: number;
  readonly max: number;
  /** Ms of waiting that one byte held for an hour must save. */
  readonly price: number;
}

/** What an adaptive budget knows, and when it is looked at next: ever more seldom while nothing happens. */
export class Sizing {
  readonly curve: MissCurve = new MissCurve();
  readonly limits: SizingLimits;
  every: number = often;
  at: number | null = null;

  constructor(limits: SizingLimits) {
    this.limits = limits;
  }
}

/** Ms of waiting that one MB held for an hour must save, unless told otherwise: a GB for 4 a month, an hour of waiting for 40. */
export const defaultWorthMs: number = 0.5;

/** Ms between two looks while there are demands. */
export const often: number = 5 * 60_000;

/** How many budgets between the smallest and the largest are compared. */
const candidates = 64;
/** Share of the range that a budget moves at once, at most. */
const stride = 1 / 8;
/** How much less the best budget must cost, all in all, for the present one to be left. */
const hysteresis = 0.05;

/**
 * The next budget: one bounded step towards the one at which waiting and memory together cost least, where the miss
 * curve tells the waiting. The whole range is looked at, not the slope, so that a working set that only pays as a whole is
 * found, and steps never lead back and forth over a flat stretch. The present budget if the best is hardly better, or
 * nothing is known. Never below `floor`, what is in use now.
 */
export function nextBudget(
  curve: MissCurve,
  { min, max, price }: SizingLimits,
  budget: number,
  floor: number,
  now: number,
): number {
  if (curve.missShare(max) === null) return budget;
  // First demands miss at every size: they must not make the rest look small.
  const anyway = curve.missCost(Number.MAX_VALUE, now);
  const cost = (size: number): number => (curve.missCost(size, now) - anyway) * hour + price * size;
  let best = budget;
  let least = cost(budget) * (1 - hysteresis);
  for (let i = 0; i <= candidates; i++) {
    const size = min + ((max - min) * i) / candidates;
    const total = cost(size);
    if (total >= least) continue;
    best = size;
    least = total;
  }
  const step = (max - min) * stride;
  const next = Math.max(budget - step, Math.min(budget + step, best));
  return Math.max(next, Math.min(floor, budget));
}

const hour = 3_600_000;
