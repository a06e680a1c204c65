/**
 * One full cycle through each strongly connected part of a graph (Tarjan 1972, with a stack of its own, so that
 * depth costs no recursion). A part of n nodes can hold exponentially many cycles; the one named is a shortest one
 * through its first node, and breaking all that are named and asking again ends in no cycle.
 */
export function cycleIn(edges: readonly (readonly number[])[]): number[][] {
  const parts = stronglyConnected(edges);
  const cycles: number[][] = [];
  for (const part of parts) {
    const first = part[0]!;
    if (part.length > 1 || edges[first]!.includes(first)) cycles.push(shortestCycle(edges, first, new Set(part)));
  }
  return cycles.sort((a, b) => a[0]! - b[0]!);
}

function stronglyConnected(edges: readonly (readonly number[])[]): number[][] {
  const count = edges.length;
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const parts: number[][] = [];
  let next = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const path: { node: number; edge: number }[] = [{ node: root, edge: 0 }];
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const { node } = top;
      if (top.edge === 0 && index[node] === -1) {
        index[node] = low[node] = next++;
        stack.push(node);
        onStack[node] = 1;
      }
      const to = edges[node]![top.edge++];
      if (to !== undefined) {
        if (index[to] === -1) path.push({ node: to, edge: 0 });
        else if (onStack[to]) low[node] = Math.min(low[node]!, index[to]!);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent) low[parent.node] = Math.min(low[parent.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const part = stack.splice(stack.lastIndexOf(node));
      for (const member of part) onStack[member] = 0;
      parts.push(part.sort((a, b) => a - b));
    }
  }
  return parts;
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
