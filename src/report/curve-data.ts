import { MB } from '../model/bytes.ts';
import type { ReportData } from './report-data.ts';

/** The warm-rate chart as columns: one row of budgets, and per policy the rate at each. Sizes in MB, or slots. */
export interface CurveData {
  readonly policies: readonly string[];
  readonly labels: readonly string[];
  readonly sizes: readonly number[];
  /** Percent; null where not measured. */
  readonly rates: readonly (readonly (number | null)[])[];
  /** The budget of the run that the rest of the page shows. */
  readonly run: number;
}

/** Columns by rising budget; of equal budgets (a floor can make them so) the last counts. Null if nothing was measured. */
export function curveData(data: ReportData, names: readonly string[]): CurveData | null {
  if (data.curve.length === 0) return null;
  const unit = data.slots ? 1 : MB;
  const points = [...new Map(data.curve.map((point) => [point.budgetBytes, point])).values()].sort(
    (a, b) => a.budgetBytes - b.budgetBytes,
  );
  const policies = names.filter((name) => points.some((point) => point.warmRate[name] !== undefined));
  return {
    policies,
    labels: points.map((point) => point.budget),
    sizes: points.map((point) => point.budgetBytes / unit),
    rates: policies.map((policy) => points.map((point) => asPercent(point.warmRate[policy]))),
    run: data.budgetBytes / unit,
  };
}

function asPercent(rate: number | null | undefined): number | null {
  return rate === null || rate === undefined ? null : rate * 100;
}
