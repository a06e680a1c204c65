import { linksFrom } from './links.ts';
import { circularParts } from './strong-parts.ts';

/**
 * One full cycle through each strongly connected part of a graph. A part of n nodes can hold exponentially many cycles;
 * the one named is a shortest one through its first node, and breaking all that are named and asking again ends in no
 * cycle.
 */
export function cycleIn(edges: readonly (readonly number[])[]): number[][] {
  return circularParts(linksFrom(edges))
    .map((part) => shortestCycle(edges, part[0]!, new Set(part)))
    .sort((a, b) => a[0]! - b[0]!);
}

function shortestCycle(edges: readonly (readonly number[])[], start: number, part: ReadonlySet<number>): number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    for (const to of edges[node]!) {
      if (to === start) {
        const cycle = [node];
        for (let at = node; at !== start; ) {
          at = cameFrom.get(at)!;
          cycle.push(at);
        }
        return cycle.toReversed();
      }
      if (!part.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      queue.push(to);
    }
  }
  return [start];
}
