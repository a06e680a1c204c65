import type { ReportData } from './report-data.ts';

/** The response chart as columns: times in ms, and per policy the percent of commands answered within each. */
export interface ResponseData {
  readonly policies: readonly string[];
  readonly times: readonly number[];
  readonly shares: readonly (readonly number[])[];
}

/** The left edge of the chart. A logarithmic axis has no zero, and below this nobody notices a wait. */
const shortestMs = 1;

/**
 * Turns quantiles into cumulative shares over one common row of times, which is what a chart of several policies needs.
 * Null if there is nothing to draw: no quantiles, or every command answered within `shortestMs`.
 */
export function responseData(data: ReportData): ResponseData | null {
  const measured = data.responses.filter((response) => response.quantiles.length > 0);
  const all = measured.flatMap((response) => response.quantiles.map((ms) => Math.max(ms, shortestMs)));
  const times = [...new Set([shortestMs, ...all])].sort((a, b) => a - b);
  if (times.length < 2) return null;
  return {
    policies: measured.map((response) => response.policy),
    times,
    shares: measured.map((response) => sharesWithin(times, response.quantiles)),
  };
}

/** Percent of the quantiles at or under each time; both rows rise, so one pass is enough. */
function sharesWithin(times: readonly number[], quantiles: readonly number[]): readonly number[] {
  const last = quantiles.length - 1;
  let within = -1;
  return times.map((time) => {
    while (within < last && quantiles[within + 1]! <= time) within++;
    return within < 0 ? 0 : last === 0 ? 100 : (within / last) * 100;
  });
}
