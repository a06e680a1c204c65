import { MB } from '../model/bytes.ts';
import { compare, type CompareOptions, type PolicyFigures } from './compare.ts';
import { type Budget, newWorkload, type Workload, type WorkloadOptions } from './workload.ts';

/** Every policy's figures at one budget. */
export interface BudgetPoint {
  /** As it could be given to `--budget`. */
  readonly budget: string;
  /** The largest device's budget: bytes, or slots. */
  readonly budgetBytes: number;
  readonly results: Readonly<Record<string, PolicyFigures>>;
}

/** A budget with its name. */
export interface NamedBudget {
  readonly name: string;
  readonly budget: Budget;
}

const shares = [5, 10, 15, 25, 35, 50, 75, 100];
const slotCounts = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64];
const multiples = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];

/** What one device at most can use: the largest budget that makes a difference. */
export const largestBudget = ({ budgets }: Workload): number => budgets.reduce((most, each) => Math.max(most, each), 0);

/**
 * A row of budgets around the given one, smallest first: shares of the footprint up to all of it, slots up to the number
 * of components, or multiples of the given size up to the first that holds the largest device's footprint.
 */
export function budgetRow(given: NamedBudget, base: Omit<WorkloadOptions, 'budget'>): NamedBudget[] {
  const others = othersThan(given.budget, base).filter(({ budget }) => amountOf(budget) !== amountOf(given.budget));
  return [...others, given].sort((a, b) => amountOf(a.budget) - amountOf(b.budget));
}

function othersThan(given: Budget, base: Omit<WorkloadOptions, 'budget'>): NamedBudget[] {
  if (given.kind === 'share') {
    return shares.map((percent) => ({ name: `${percent}%`, budget: { kind: 'share', share: percent / 100 } }));
  }
  if (given.kind === 'slots') {
    return slotCounts
      .filter((slots) => slots <= base.trace.components.length)
      .map((slots) => ({ name: `${slots}slots`, budget: { kind: 'slots', slots } }));
  }
  const size = amountOf(given);
  const footprint = largestBudget(newWorkload({ ...base, budget: { kind: 'share', share: 1 } }));
  const enough = multiples.findIndex((multiple) => size * multiple >= footprint);
  return multiples.slice(0, enough < 0 ? undefined : enough + 1).map((multiple) => {
    const bytes = size * multiple;
    return { name: `${Number((bytes / MB).toPrecision(6))}MB`, budget: { kind: 'bytes', bytes } };
  });
}

const amountOf = (budget: Budget): number =>
  budget.kind === 'share'
    ? budget.share
    : budget.kind === 'slots'
      ? budget.slots
      : budget.kind === 'range'
        ? budget.max
        : budget.bytes;

/** Compares the policies at each budget of a row. `known` is a point that is measured already. */
export async function budgetCurve(
  row: readonly NamedBudget[],
  base: Omit<WorkloadOptions, 'budget'>,
  options: CompareOptions,
  known: BudgetPoint,
): Promise<BudgetPoint[]> {
  const points: BudgetPoint[] = [];
  const { onProgress } = options;
  for (const [index, { name, budget }] of row.entries()) {
    if (name === known.budget) {
      points.push(known);
      continue;
    }
    const workload = newWorkload({ ...base, budget });
    const share = (done: number): number => (index + done) / row.length;
    const told = onProgress ? { onProgress: (done: number): void | Promise<void> => onProgress(share(done)) } : {};
    const { results } = await compare(workload, { ...options, ...told });
    points.push({ budget: name, budgetBytes: Math.floor(largestBudget(workload)), results });
  }
  return points;
}

/** Warm rates for which {@link memoryNeeded} is told. */
export const targets: readonly number[] = [0.9, 0.95, 0.99];

/** How much memory each policy needs for so many percent warm: a measured budget, or null if none reaches it. */
export type MemoryNeeded = Readonly<
  Record<string, Readonly<Record<string, { readonly budget: string; readonly budgetBytes: number } | null>>>
>;

/** By policy, and by target as a ratio: `needed.foreload['0.9']`. */
export function memoryNeeded(curve: readonly BudgetPoint[]): MemoryNeeded {
  const least = (policy: string, target: number) => {
    const point = leastBudget(curve, policy, target);
    return point && { budget: point.budget, budgetBytes: point.budgetBytes };
  };
  return Object.fromEntries(
    Object.keys(curve[0]?.results ?? {}).map((policy) => [
      policy,
      Object.fromEntries(targets.map((target) => [String(target), least(policy, target)])),
    ]),
  );
}

/** The smallest measured budget at which a policy's warm rate reaches `target`; null if none does. Nothing is interpolated. */
export function leastBudget(curve: readonly BudgetPoint[], policy: string, target: number): BudgetPoint | null {
  return curve.find(({ results }) => (results[policy]?.warmRate ?? 0) >= target) ?? null;
}
