import { type BudgetPoint, type MemoryNeeded, memoryNeeded } from '../replay/budget-curve.ts';
import type { PolicyFigures } from '../replay/compare.ts';
import type { CostTable } from '../replay/costs.ts';
import type { Scope, Workload } from '../replay/workload.ts';

/** What `foreload replay --json` prints. With a budget in slots every *Bytes figure counts slots. */
export interface ReplayJson {
  readonly trace: string;
  readonly rows: number;
  readonly needs: number;
  readonly components: number;
  readonly users: number;
  /** The largest device's. */
  readonly budgetBytes: number;
  /** All components together. */
  readonly footprintBytes: number;
  /** Where the costs come from. */
  readonly costs: string;
  readonly scope: Scope;
  readonly scoreFrom: number;
  readonly lead: number;
  readonly seed: number;
  readonly waste: number;
  /** Components larger than the budget: they always load outside of it. */
  readonly oversize: readonly string[];
  readonly results: Readonly<Record<string, PolicyFigures>>;
  readonly budgetCurve?: readonly BudgetPoint[];
  /** By policy and warm rate, the smallest measured budget that reaches it; null: none does. */
  readonly memoryNeeded?: MemoryNeeded;
}

/** The settings of a replay that its output repeats. */
export interface Settings {
  readonly scoreFrom: number;
  readonly lead: number;
  readonly seed: number;
  readonly waste: number;
}

export function replayJson(
  workload: Workload,
  costs: CostTable,
  { scoreFrom, lead, seed, waste }: Settings,
  point: BudgetPoint,
  curve: readonly BudgetPoint[] | null,
): ReplayJson {
  const { trace, scope, slots, oversize } = workload;
  return {
    trace: trace.name,
    rows: trace.rows,
    needs: trace.needs.length,
    components: trace.components.length,
    users: trace.users.length,
    budgetBytes: point.budgetBytes,
    footprintBytes: workload.footprintBytes,
    costs: !slots
      ? costs.source
      : costs.given
        ? `equal sizes; load times: ${costs.source}`
        : 'equal sizes, instant loads',
    scope,
    scoreFrom,
    lead,
    seed,
    waste,
    oversize,
    results: point.results,
    ...(curve === null ? {} : { budgetCurve: curve, memoryNeeded: memoryNeeded(curve) }),
  };
}
