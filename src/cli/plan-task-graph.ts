import { linksFrom } from '../graph/links.ts';
import { circularParts } from '../graph/strong-parts.ts';
import { ForeloadError } from '../model/errors.ts';
import { inputOf, type PlanInput, twice, unusable } from './plan-input.ts';

/** A task graph: n, then `id duration count predecessors...` a line. @throws ForeloadError */
export function taskGraph(path: string, text: string): PlanInput {
  const rows = text
    .split('\n')
    .map((line, at) => ({ line: line.trim(), at: at + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, at }) => ({ at, values: line.split(/\s+/).map(Number) }));
  const tasks = rows.slice(1);
  const names = tasks.map(({ values }) => String(values[0]));
  const numberOf = new Map<string, number>();
  tasks.forEach(({ at }, node) => {
    if (numberOf.has(names[node]!)) throw twice(path, at, names[node]!);
    numberOf.set(names[node]!, node);
  });
  const dependencies = tasks.map(({ at, values: [, took, count, ...before] }) => {
    const nodes = before.slice(0, count).map((name) => numberOf.get(String(name)));
    const whole = took !== undefined && took >= 0 && nodes.length === count && !nodes.includes(undefined);
    if (!whole) throw unusable(path, at, 'no task', 'give id, duration, count and so many ids of predecessors');
    return [...new Set(nodes as number[])];
  });
  if (tasks.length === 0)
    throw unusable(path, rows[0]?.at ?? 1, 'no tasks', 'give the number of tasks, then one a line');
  const took = tasks.map(({ values }) => values[1]!);
  return inputOf(names, refuseCircles(path, names, dependencies), took, null);
}

function refuseCircles(path: string, names: readonly string[], edges: number[][]): number[][] {
  const [part] = circularParts(linksFrom(edges));
  if (!part) return edges;
  throw new ForeloadError('dependency-cycle', {
    what: `${path} holds tasks that wait for each other`,
    found: part.map((node) => names[node]).join(', '),
    remedy: 'remove one predecessor of these',
  });
}
