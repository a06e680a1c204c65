import type { HistoryEntry } from '../model/history.ts';

/**
 * Entries of several segments, sorted by id, in order of time; of equal times those of the earlier segment first. Segments of
 * one day may overlap, those of different days do not: one day is held in memory at a time.
 */
export function* merged(
  segments: readonly { readonly day: number; readonly read: () => readonly HistoryEntry[] }[],
): Generator<HistoryEntry> {
  for (let at = 0; at < segments.length; ) {
    const { day } = segments[at]!;
    const entries: HistoryEntry[] = [];
    for (; at < segments.length && segments[at]!.day === day; at++) {
      for (const entry of segments[at]!.read()) entries.push(entry);
    }
    yield* entries.sort((one, other) => one.at - other.at);
  }
}
