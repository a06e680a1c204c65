import type { Workload } from './workload.ts';

/** When the texts of a trace arrive that precede their demands. */
export interface Arrivals {
  /** Time at which the text of a row arrives. */
  readonly at: Float64Array;
  /** Rows whose text arrives after the row before `row` and before it, in order. */
  before(row: number): readonly number[];
  isEarly(row: number): boolean;
}

/**
 * With a lead, the text of a row arrives at max(ts - lead, the demands of this user's row before), but never before its
 * device exists. Without a lead no text is early: it comes with the demands, too late to warm its own needs.
 */
export function textArrivals({ trace, lead, firstRow, deviceOfRow }: Workload): Arrivals | null {
  if (!trace.texts) return null;
  const at = trace.ts.slice();
  const early = new Map<number, number[]>();
  const isEarly = new Uint8Array(trace.rows);
  if (lead > 0) {
    const previous = new Float64Array(trace.users.length).fill(Number.NEGATIVE_INFINITY);
    for (let row = 0; row < trace.rows; row++) {
      const ts = trace.ts[row]!;
      const user = trace.user[row]!;
      const first = firstRow[deviceOfRow(row)]!;
      if (trace.texts[row] !== '' && row !== first) {
        at[row] = Math.max(ts - lead, previous[user]!, trace.ts[first]!);
        const place = rowAfter(trace.ts, at[row]!, first + 1, row);
        const list = early.get(place);
        if (list) list.push(row);
        else early.set(place, [row]);
        isEarly[row] = 1;
      }
      previous[user] = ts;
    }
    for (const list of early.values()) list.sort((a, b) => at[a]! - at[b]! || a - b);
  }
  const none: readonly number[] = [];
  return { at, before: (row) => early.get(row) ?? none, isEarly: (row) => isEarly[row] === 1 };
}

/** The first row from `low` on, at most `high`, that begins after `time`. */
function rowAfter(ts: Float64Array, time: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ts[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
