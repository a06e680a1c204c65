import type { Graph } from './graph.ts';

/**
 * Nodes in the order in which to begin them when there are fewer workers than nodes: first whatever the longest chain of
 * work still hangs on, its own and that of its dependants among them ("highest level first", Hu 1961; Graham 1969: at
 * most 2 - 1/workers times the best there is). Dependencies come before their dependants, equals in registration order.
 *
 * @param took the work of a node, 0 or more
 */
export function criticalPathFirst(
  { dependants, order }: Pick<Graph, 'dependants' | 'order'>,
  nodes: ReadonlySet<number>,
  took: (node: number) => number,
): number[] {
  const chain = new Map<number, number>();
  const place = new Map<number, number>();
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]!;
    if (!nodes.has(node)) continue;
    const above = dependants[node]!.reduce((longest, next) => Math.max(longest, chain.get(next) ?? 0), 0);
    chain.set(node, took(node) + above);
    place.set(node, at);
  }
  // A dependency that takes no time has its dependant's chain: its place in the order of the graph decides.
  return [...chain.keys()].sort((a, b) => chain.get(b)! - chain.get(a)! || place.get(a)! - place.get(b)!);
}
