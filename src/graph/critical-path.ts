import type { Graph } from './graph.ts';

/**
 * For each node the longest chain of work that waits for it, its own included ("highest level first", Hu 1961): begun in
 * falling order of these, loads on few workers end at most 2 - 1/workers times as late as in the best order (Graham 1969).
 *
 * @param nodes dependencies before dependants; nothing else is looked at
 * @param took the work of a node, 0 or more
 */
export function chainsAbove(
  { dependants }: Pick<Graph, 'dependants'>,
  nodes: readonly number[],
  took: (node: number) => number,
): Map<number, number> {
  const chains = new Map<number, number>();
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!;
    let above = 0;
    for (const next of dependants[node]!) above = Math.max(above, chains.get(next) ?? 0);
    chains.set(node, took(node) + above);
  }
  return chains;
}

/**
 * Nodes in the order in which to begin them when there are fewer workers than nodes: first whatever the longest chain of
 * work still hangs on. Dependencies come before their dependants, equals in the order given.
 *
 * @param nodes dependencies before dependants
 */
export function criticalPathFirst(
  graph: Pick<Graph, 'dependants'>,
  nodes: readonly number[],
  took: (node: number) => number,
): number[] {
  const chains = chainsAbove(graph, nodes, took);
  // A dependency that takes no time has its dependant's chain: the sort is stable, so that the order given decides.
  return nodes.toSorted((a, b) => chains.get(b)! - chains.get(a)!);
}
