import type { RunPicture } from './report-data.ts';

/** Memory over time as columns. `used` is what a demand has asked for at least once; the rest of `resident` is speculative. */
export interface MemoryColumns {
  readonly at: readonly number[];
  readonly resident: readonly number[];
  readonly used: readonly number[];
}

/**
 * Packs the points for the page: sizes in the unit shown, with a precision that no screen exceeds; of several points at one
 * instant only the last, because the others lasted no time; no point that repeats the one before. What is held last is held
 * until `end`.
 */
export function memoryColumns(points: RunPicture['memory'], unit: number, end: number): MemoryColumns {
  const at: number[] = [];
  const resident: number[] = [];
  const used: number[] = [];
  points.forEach((point, index) => {
    if (index + 1 < points.length && instant(points[index + 1]!.at) === instant(point.at)) return;
    const held = rounded(point.resident / unit);
    const demanded = rounded((point.resident - point.speculative) / unit);
    if (held === resident.at(-1) && demanded === used.at(-1)) return;
    at.push(instant(point.at));
    resident.push(held);
    used.push(demanded);
  });
  if (at.length > 0 && at.at(-1)! < end) {
    at.push(end);
    resident.push(resident.at(-1)!);
    used.push(used.at(-1)!);
  }
  return { at, resident, used };
}

/** A time for the page: tenths of a ms, which no screen shows. */
export function instant(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
