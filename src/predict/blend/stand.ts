import type { Reader, Writer } from '../bytes.ts';
import type { Features } from '../text/features.ts';
import type { Expected } from './meaning.ts';

/** A component that came back after more than this many others counts as new. */
export const longestReturn = 20;

/** Where a user stood at the end of a command: all that a forecast made there may look at but what is counted since. */
export interface Stand {
  /** Keys of the contexts. */
  readonly keys: Int32Array;
  /** Distinct components, the latest demanded first, and how often each was demanded; the first 20. */
  readonly order: Int32Array;
  readonly uses: Int32Array;
  /** The last five demands, latest first; -1: none. */
  readonly recent: Int32Array;
  /** Demands so far. */
  readonly count: number;
  /** The latest words that were known. */
  before: Features;
  /** For the second and third command ahead, if these forecasts are to say what their probabilities mean; else empty. */
  expected: readonly Expected[];
}

/** How many other components were demanded since this one was; {@link longestReturn}: more than that, or never. */
export function returnOf({ order }: Stand, component: number): number {
  const at = order.indexOf(component);
  return at < 0 ? longestReturn : at;
}

export function saveStand({ keys, order, uses, recent, count, before, expected }: Stand, to: Writer): void {
  for (const part of [keys, order, uses, recent, before]) to.array(part);
  to.number(count);
  to.number(expected.length);
  for (const { ids, shares } of expected) {
    to.array(ids);
    to.array(shares);
  }
}

export function loadStand(from: Reader): Stand {
  const [keys, order, uses] = [from.array(Int32Array), from.array(Int32Array), from.array(Int32Array)];
  const [recent, before, count] = [from.array(Int32Array), from.array(Uint32Array), from.number()];
  const expected = Array.from({ length: from.small(2) }, () => ({
    ids: from.array(Int32Array),
    shares: from.array(Float64Array),
  }));
  return { keys, order, uses, recent, before, count, expected };
}
