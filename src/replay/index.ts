/** Replays recorded commands through the engine that runs live, on a virtual clock. */
export {
  type AccuracyOptions,
  measureAccuracy,
  measureText,
  type PredictorAccuracy,
  type ScoredNeed,
} from './accuracy.ts';
export { type BudgetPoint, budgetCurve, budgetRow, leastBudget, type NamedBudget } from './budget-curve.ts';
export { compare, type CompareOptions, type Comparison, type PolicyFigures } from './compare.ts';
export { type CostTable, costsFor } from './costs.ts';
export type { TopShares } from '../model/accuracy.ts';
export { parsePolicy, type PolicySpec } from './policy-spec.ts';
export { lastStretch, type Picture, PictureBuilder, type Stretch } from './picture.ts';
export { needsUntilWarm } from '../metrics/warm-up.ts';
export { run } from './run.ts';
export type { Restart, RunOptions } from './run-options.ts';
export { foundCodes, type RunResult } from './run-result.ts';
export { type Budget, newWorkload, parseBudget, type Scope, type Workload, type WorkloadOptions } from './workload.ts';
export { type Cost, readCosts } from '../trace/read-costs.ts';
export { readTrace } from '../trace/read-trace.ts';
export type { Trace } from '../trace/trace.ts';
