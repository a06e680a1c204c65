import type { Graph } from '../graph/graph.ts';
import { formatBytes } from '../model/bytes.ts';
import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';

/** Bytes of each component with all it rests on, by the sizes that were given. */
export const closureSizes = (graph: Graph, specs: readonly ComponentSpec[]): number[] =>
  specs.map((_, index) => graph.closureOf(index).reduce((sum, node) => sum + specs[node]!.bytes, 0));

/** @throws ForeloadError `over-budget` if a component with all it rests on would not fit */
export function refuseTooSmall(graph: Graph, specs: readonly ComponentSpec[], budget: number): void {
  const sizes = closureSizes(graph, specs);
  const index = sizes.findIndex((size) => size > budget);
  if (index < 0) return;
  throw new ForeloadError('over-budget', {
    what: `component "${specs[index]!.id}" with its dependencies needs ${formatBytes(sizes[index]!)}`,
    found: `a budget of ${formatBytes(budget)}`,
    remedy: 'raise the budget, or correct the sizes',
  });
}
