import type { UserId } from '../model/ids.ts';
import type { Trace } from '../trace/trace.ts';

const week = 7 * 24 * 3_600_000;

/**
 * Traces to learn from before `trace`, kept apart from it: their users are nobody in the trace, and their clocks are
 * set by whole weeks so that each ends before the next begins. Time of day and day of the week stay as they were.
 */
export function apartFrom(trace: Trace, known: readonly Trace[]): Trace[] {
  const apart: Trace[] = [];
  let end = trace.ts[0]!;
  for (let i = known.length - 1; i >= 0; i--) {
    const { ts, users, ...rest } = known[i]!;
    const by = Math.floor((end - ts.at(-1)!) / week) * week;
    const moved = ts.map((time) => time + by);
    apart.unshift({ ...rest, ts: moved, users: users.map((user) => `\0${i}\0${user}` as UserId) });
    end = moved[0]!;
  }
  return apart;
}
