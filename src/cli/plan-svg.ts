import { formatBytes } from '../model/bytes.ts';
import type { Planned } from './plan-request.ts';
import { timeText } from './plan-text.ts';

const width = 960;
const left = 72;
const right = 24;
const top = 56;
const rowHeight = 30;
const memoryHeight = 96;
const charWidth = 6.6;

/** A plan as a picture: a row of bars for each worker that is used, the critical path in colour, and memory below. */
export function planSvg(planned: Planned): string {
  const { input, plan } = planned;
  const rows = plan.worker.reduce((most, worker) => Math.max(most, worker + 1), 1);
  const span = plan.makespan > 0 ? plan.makespan : 1;
  const x = (time: number): number => round(left + (time / span) * (width - left - right));
  const axis = top + rows * rowHeight;
  const height = axis + 32 + (input.sized ? memoryHeight + 48 : 0);
  const ticks = Array.from({ length: 5 }, (_, at) => (span * at) / 4);
  const parts = [
    text(left, 24, title(planned), 'title'),
    text(left, 42, 'coloured: the critical path', 'muted'),
    ...ticks.map((time) => line(x(time), top, axis, 'grid')),
    ...Array.from({ length: rows }, (_, worker) =>
      text(left - 10, top + worker * rowHeight + rowHeight / 2 + 4, `worker ${worker + 1}`, 'muted end'),
    ),
    ...bars(planned, x),
    ...ticks.map((time, at) =>
      text(x(time), axis + 18, timeText(planned, time), `muted ${at === 0 ? '' : at === 4 ? 'end' : 'middle'}`),
    ),
    ...(input.sized ? memoryArea(planned, x, axis + 48) : []),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title(planned))}</title>
<style>${styles}</style>
<rect width="${width}" height="${height}" class="ground"/>
${parts.join('\n')}
</svg>
`;
}

const styles = `
svg { color-scheme: light dark; --ground: #fff; --ink: #1a1f29; --muted: #5a6474; --line: #dfe3e9; --bar: #b4bdc9; --critical: #e69f00; --memory: #56b4e9; --budget: #c44536; }
@media (prefers-color-scheme: dark) { svg { --ground: #181d25; --ink: #e9edf3; --muted: #9aa5b5; --line: #2c3440; --bar: #566173; --critical: #b87f00; --memory: #2f7fb8; --budget: #ff7a66; } }
text { font: 12px system-ui, sans-serif; fill: var(--ink); } .title { font-size: 14px; font-weight: 600; } .muted { fill: var(--muted); }
.end { text-anchor: end; } .middle { text-anchor: middle; } .ground { fill: var(--ground); } .grid { stroke: var(--line); }
.bar { fill: var(--bar); } .critical { fill: var(--critical); } .bar, .critical { stroke: var(--ground); } .memory { fill: var(--memory); fill-opacity: .55; }
.budget { stroke: var(--budget); stroke-dasharray: 5 4; fill: none; }
`;

function title(planned: Planned): string {
  const { input, plan, targets } = planned;
  const names = targets.slice(0, 3).map((node) => input.names[node]!);
  const more = targets.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${timeText(planned, plan.makespan)}`;
}

function bars(planned: Planned, x: (time: number) => number): string[] {
  const { input, plan } = planned;
  const critical = new Set(plan.criticalPath);
  return Array.from(plan.order, (node, place) => {
    const [from, to] = [x(plan.starts[place]!), x(plan.ends[place]!)];
    const y = top + plan.worker[place]! * rowHeight + 3;
    const name = input.names[node]!;
    const when = `${timeText(planned, plan.starts[place]!)} - ${timeText(planned, plan.ends[place]!)}`;
    const size = input.sized ? `, ${formatBytes(input.loads.bytes[node]!)}` : '';
    const wide = Math.max(1, round(to - from));
    const kind = critical.has(node) ? 'critical' : 'bar';
    const bar = `<rect x="${from}" y="${y}" width="${wide}" height="${rowHeight - 6}" rx="3" class="${kind}"/>`;
    const fits = Math.floor((wide - 10) / charWidth);
    const short = name.length <= fits ? name : fits >= 4 ? `${name.slice(0, fits - 1)}…` : '';
    const label = short === '' ? '' : text(from + 6, y + 16, short, '');
    return `<g><title>${escaped(`${name}: ${when}${size}`)}</title>${bar}${label}</g>`;
  });
}

function memoryArea({ plan, memory, budget }: Planned, x: (time: number) => number, at: number): string[] {
  const peak = Math.max(...memory.map(({ bytes }) => bytes), budget ?? 0, 1);
  const base = at + memoryHeight;
  const y = (bytes: number): number => round(base - (bytes / peak) * memoryHeight);
  const points = memory.map(
    ({ at, bytes }, step) => `${step === 0 ? 'M' : 'H'}${x(at)}${step === 0 ? ` ${base}` : ''}V${y(bytes)}`,
  );
  const highest = Math.max(...memory.map(({ bytes }) => bytes));
  return [
    text(left - 10, at + 10, formatBytes(peak), 'muted end'),
    text(left - 10, base, '0', 'muted end'),
    `<path d="${points.join('')}H${x(plan.makespan)}V${base}Z" class="memory"><title>memory, up to ${formatBytes(highest)}</title></path>`,
    `<path d="M${left} ${base}H${width - right}" class="grid"/>`,
    ...(budget === null
      ? []
      : [
          `<path d="M${left} ${y(budget)}H${width - right}" class="budget"><title>budget ${formatBytes(budget)}</title></path>`,
        ]),
    text(
      left,
      base + 18,
      `memory, up to ${formatBytes(highest)}${budget === null ? '' : `; dashed: the budget of ${formatBytes(budget)}`}`,
      'muted',
    ),
  ];
}

const line = (x: number, from: number, to: number, kind: string): string =>
  `<path d="M${x} ${from}V${to}" class="${kind}"/>`;

const text = (x: number, y: number, words: string, kind: string): string =>
  `<text x="${x}" y="${y}"${kind.trim() === '' ? '' : ` class="${kind.trim()}"`}>${escaped(words)}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
