import type { Links } from './links.ts';

/** Which strongly connected part each node is of. Parts are numbered dependencies first: no edge leads to a higher number. */
export interface StrongParts {
  readonly partOf: Int32Array;
  readonly count: number;
}

/**
 * The strongly connected parts of a graph in one pass (Tarjan 1972). The path is a list of its own, so that depth costs no
 * recursion, and each node remembers how far its edges were followed.
 */
export function strongParts({ starts, ends }: Links): StrongParts {
  const nodes = starts.length - 1;
  const partOf = new Int32Array(nodes).fill(-1);
  /** When a node was found, from 1; 0: not yet. */
  const found = new Int32Array(nodes);
  /** The earliest found node that is known to be on a circle with it. */
  const low = new Int32Array(nodes);
  const followed = starts.slice(0, nodes);
  const path = new Int32Array(nodes);
  /** Found, and of no part yet. */
  const open = new Int32Array(nodes);
  let opened = 0;
  let clock = 0;
  let count = 0;
  for (let root = 0; root < nodes; root++) {
    if (found[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    found[root] = low[root] = ++clock;
    open[opened++] = root;
    while (depth >= 0) {
      const node = path[depth]!;
      if (followed[node]! < starts[node + 1]!) {
        const end = ends[followed[node]!++]!;
        if (found[end] === 0) {
          found[end] = low[end] = ++clock;
          open[opened++] = end;
          path[++depth] = end;
        } else if (partOf[end] === -1 && found[end]! < low[node]!) low[node] = found[end]!;
        continue;
      }
      depth--;
      if (depth >= 0 && low[node]! < low[path[depth]!]!) low[path[depth]!] = low[node]!;
      if (low[node] !== found[node]) continue;
      for (let member = -1; member !== node; ) {
        member = open[--opened]!;
        partOf[member] = count;
      }
      count++;
    }
  }
  return { partOf, count };
}

/** The members of every part that holds a circle, in rising order: of more than one node, or a node that leads to itself. */
export function circularParts(links: Links): number[][] {
  const { partOf, count } = strongParts(links);
  const sizes = new Int32Array(count);
  for (const part of partOf) sizes[part]!++;
  const parts = new Map<number, number[]>();
  for (let node = 0; node < partOf.length; node++) {
    const part = partOf[node]!;
    if (sizes[part] === 1 && !leadsToItself(links, node)) continue;
    const members = parts.get(part);
    if (members) members.push(node);
    else parts.set(part, [node]);
  }
  return [...parts.values()];
}

function leadsToItself({ starts, ends }: Links, node: number): boolean {
  for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) if (ends[edge] === node) return true;
  return false;
}
