import { createColors } from 'picocolors';
import { formatBytes } from '../model/bytes.ts';
import type { Planned } from './plan-request.ts';
import { plain, table } from './table.ts';

/** A plan for people: its figures, the loads in order with a bar each, and the timed tree of what needs what. */
export function planText(planned: Planned, colour: boolean): string {
  const { input, plan, targets } = planned;
  const colours = createColors(colour);
  const sections = [headline(planned)];
  if (plan.order.length > 0) {
    sections.push(orderTable(planned, colours.bold));
    const path = plan.criticalPath.map((node) => input.names[node]!);
    sections.push(`* critical path, ${timeText(planned, lengthOf(planned))}: ${shortened(path, ' -> ')}\n`);
  }
  if (plan.leaves.length > 0) {
    const leaves = plan.leaves.map(({ node, at }) => `${input.names[node]} at ${timeText(planned, at)}`);
    sections.push(`leaves memory: ${shortened(leaves, ', ')}\n`);
  }
  if (targets.length > 0) sections.push(tree(planned));
  return sections.join('\n');
}

export function timeText({ input: { unit } }: Pick<Planned, 'input'>, time: number): string {
  if (unit === '') return plain(time);
  if (unit === 'KB') return formatBytes(time * 1024);
  return time >= 10_000 ? `${(time / 1000).toFixed(1)} s` : `${plain(time)} ms`;
}

function headline(planned: Planned): string {
  const { input, plan, targets, workers, budget, memory } = planned;
  const wanted = targets.length === 1 ? `"${input.names[targets[0]!]}"` : counted(targets.length, 'component');
  if (plan.order.length === 0) return `${wanted}: nothing to load, all of it is warm\n`;
  const time = timeText(planned, plan.makespan);
  const loads = `${counted(plan.order.length, 'load')} on ${counted(workers, 'worker')}`;
  const alone = `one worker would take ${timeText(planned, plan.total)}`;
  const peak = formatBytes(Math.max(...memory.map(({ bytes }) => bytes)));
  const held = input.sized ? `; up to ${peak} in memory${budget === null ? '' : ` of ${formatBytes(budget)}`}` : '';
  return `${wanted} in ${time}: ${loads} (${alone})${held}\n`;
}

const counted = (count: number, what: string): string => `${plain(count)} ${what}${count === 1 ? '' : 's'}`;

const lengthOf = ({ input, plan }: Planned): number =>
  plan.criticalPath.reduce((sum, node) => sum + input.loads.took[node]!, 0);

const barWidth = 32;
const mostRows = 200;

function orderTable(planned: Planned, heading: (text: string) => string): string {
  const { input, plan, memory } = planned;
  const critical = new Set(plan.criticalPath);
  const scale = plan.makespan > 0 ? barWidth / plan.makespan : 0;
  const rows = Array.from(plan.order.subarray(0, mostRows), (node, place) => {
    const [start, end] = [plan.starts[place]!, plan.ends[place]!];
    const from = Math.min(barWidth - 1, Math.floor(start * scale));
    const to = Math.max(from + 1, Math.round(end * scale));
    const held = memory.findLast(({ at }) => at <= start)!.bytes;
    return [
      timeText(planned, start),
      timeText(planned, end),
      String(plan.worker[place]! + 1),
      ...(input.sized ? [formatBytes(held)] : []),
      `${input.names[node]}${critical.has(node) ? ' *' : ''}`,
      `${' '.repeat(from)}${(critical.has(node) ? '#' : '=').repeat(to - from)}`,
    ];
  });
  const columns = ['start', 'end', 'worker', ...(input.sized ? ['memory'] : []), 'component', ''];
  const more = plan.order.length - rows.length;
  const rest = more > 0 ? `... and ${plain(more)} more: --json has them all\n` : '';
  return table([columns, ...rows], heading, [columns.length - 2, columns.length - 1]) + rest;
}

interface Branch {
  readonly node: number;
  /** What stands before its name, and before the names of what it needs. */
  readonly before: string;
  readonly below: string;
}

/** What each target needs, each component once: where it comes first. */
function tree(planned: Planned): string {
  const { input, plan, targets, warm } = planned;
  const placeOf = new Map(Array.from(plan.order, (node, place) => [node, place]));
  const shown = new Set<number>();
  const isWarm = new Set(warm);
  const critical = new Set(plan.criticalPath);
  const needed = new Set(targets.flatMap((target) => input.dependencies[target]!));
  const roots = targets.filter((target) => !needed.has(target));
  const stack: Branch[] = (roots.length > 0 ? roots : targets)
    .map((node) => ({ node, before: '', below: '' }))
    .toReversed();
  const lines: string[] = [];
  for (let branch = stack.pop(); branch && lines.length < mostRows; branch = stack.pop()) {
    const { node, before, below } = branch;
    const place = placeOf.get(node);
    const when =
      place === undefined
        ? isWarm.has(node)
          ? 'warm'
          : ''
        : `${timeText(planned, plan.starts[place]!)} - ${timeText(planned, plan.ends[place]!)}`;
    const again = shown.has(node) && input.dependencies[node]!.length > 0 ? ' (above)' : '';
    lines.push(`${before}${input.names[node]}  ${when}${critical.has(node) ? ' *' : ''}${again}`.trimEnd());
    if (shown.has(node)) continue;
    shown.add(node);
    const children = input.dependencies[node]!;
    children.forEach((_, index) => {
      const at = children.length - 1 - index;
      const last = at === children.length - 1;
      stack.push({
        node: children[at]!,
        before: `${below}${last ? '└─ ' : '├─ '}`,
        below: `${below}${last ? '   ' : '│  '}`,
      });
    });
  }
  if (stack.length > 0) lines.push('...');
  return `${lines.join('\n')}\n`;
}

function shortened(names: readonly string[], between: string): string {
  const most = 40;
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(between)}${between}... ${plain(rest)} more` : names.join(between);
}
