import type { Planned } from './plan-request.ts';

/** What `foreload plan --json` prints. Times are in the unit of the input: ms for configurations. */
interface PlanJson {
  readonly targets: readonly string[];
  /** In the order in which they begin to load. */
  readonly order: readonly string[];
  readonly starts: Readonly<Record<string, number>>;
  readonly ends: Readonly<Record<string, number>>;
  /** The worker of each, from 0. */
  readonly worker: Readonly<Record<string, number>>;
  readonly workers: number;
  /** When the last load ends. */
  readonly makespan: number;
  /** The longest chain of loads that wait for each other. */
  readonly criticalPath: readonly string[];
  /** All load times together. */
  readonly total: number;
  readonly warm: readonly string[];
  /** What leaves memory for it. */
  readonly leaves: readonly { readonly component: string; readonly at: number }[];
  readonly budgetBytes: number | null;
  /** Bytes in memory from each time on; null: sizes are unknown. */
  readonly memory: Planned['memory'] | null;
}

export function planJson({ input, plan, targets, warm, workers, budget, memory }: Planned): PlanJson {
  const nameOf = (node: number): string => input.names[node]!;
  const order = Array.from(plan.order, nameOf);
  // Unlike an assignment, this takes any id, even `__proto__`.
  const byName = (values: ArrayLike<number>): Record<string, number> =>
    Object.fromEntries(order.map((name, place) => [name, values[place]!]));
  return {
    targets: targets.map(nameOf),
    order,
    starts: byName(plan.starts),
    ends: byName(plan.ends),
    worker: byName(plan.worker),
    workers,
    makespan: plan.makespan,
    criticalPath: plan.criticalPath.map(nameOf),
    total: plan.total,
    warm: warm.map(nameOf),
    leaves: plan.leaves.map(({ node, at }) => ({ component: nameOf(node), at })),
    budgetBytes: budget,
    memory: input.sized ? memory : null,
  };
}
