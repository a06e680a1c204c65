import { formatBytes } from '../model/bytes.ts';
import type { Planned } from './plan-request.ts';
import { timeText } from './plan-text.ts';

/** A plan as a graph for Graphviz: an edge from each component to what waits for it, the critical path bold. */
export function planDot(planned: Planned): string {
  const { input, plan, warm } = planned;
  const critical = new Map(plan.criticalPath.map((node, at) => [node, plan.criticalPath[at - 1]]));
  const gone = new Set(plan.leaves.map(({ node }) => node));
  const lines = Array.from(plan.order, (node, place) => {
    const when = `${timeText(planned, plan.starts[place]!)} - ${timeText(planned, plan.ends[place]!)}`;
    const size = input.sized ? `, ${formatBytes(input.loads.bytes[node]!)}` : '';
    const style = critical.has(node) ? ', color="#c44536", penwidth=2' : '';
    return `  ${quoted(input.names[node]!)} [label=${quoted(`${input.names[node]}\n${when}${size}`)}${style}];`;
  });
  for (const node of warm) {
    const state = gone.has(node) ? 'leaves' : 'warm';
    lines.push(
      `  ${quoted(input.names[node]!)} [label=${quoted(`${input.names[node]}\n${state}`)}, style="rounded,dashed"];`,
    );
  }
  const shown = new Set([...plan.order, ...warm]);
  for (const node of shown) {
    for (const below of input.dependencies[node]!) {
      if (!shown.has(below)) continue;
      const style = critical.has(node) && critical.get(node) === below ? ' [color="#c44536", penwidth=2]' : '';
      lines.push(`  ${quoted(input.names[below]!)} -> ${quoted(input.names[node]!)}${style};`);
    }
  }
  const setup = '  rankdir=LR;\n  node [shape=box, style=rounded, fontname="sans-serif"];';
  return `digraph plan {\n${setup}\n${lines.join('\n')}\n}\n`;
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
