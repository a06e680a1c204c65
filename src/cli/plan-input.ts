import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Group } from '../graph/groups.ts';
import { linksFrom, turned } from '../graph/links.ts';
import type { Loads } from '../graph/plan.ts';
import { circularParts } from '../graph/strong-parts.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { lanes } from '../model/reason.ts';
import { readConfigFile } from '../runtime/config-file.ts';
import { parseConfig } from '../runtime/parse-config.ts';

/** What can be planned for: a configuration, or a graph from elsewhere. */
export interface PlanInput {
  readonly names: readonly string[];
  readonly loads: Loads;
  /** Direct dependencies, without circles. */
  readonly dependencies: readonly (readonly number[])[];
  /** From whichever side they were declared. */
  readonly conflicts: readonly (readonly number[])[];
  /** Of which only so many may be warm at once. */
  readonly groups: readonly Group[];
  /** Loads at once, and bytes, that the input itself names. */
  readonly workers: number | null;
  readonly budget: number | null;
  /** Whether memory is known. */
  readonly sized: boolean;
  /** What a load time is counted in. */
  readonly unit: 'ms' | 'KB' | '';
  /** Something to tell about the input. */
  readonly remark: string | null;
}

/**
 * Reads a configuration, a task graph (`.stg`: n, then `id duration count predecessors...` a line) or a package graph (`.jsonl`
 * or `.jsonl.gz`: `{name, dependsOn, conflictsWith, sizeKb}` a line; a package takes as long as it is large).
 * @throws ForeloadError
 */
export async function readPlanInput(path: string): Promise<PlanInput> {
  if (/\.stg(\.gz)?$/.test(path)) return taskGraph(path, await textOf(path));
  if (/\.jsonl(\.gz)?$/.test(path)) return packageGraph(path, await textOf(path));
  const { specs, graph, budget, lanes: limits } = parseConfig(await readConfigFile(path));
  return {
    ...inputOf(
      graph.ids,
      graph.dependencies,
      specs.map((spec) => spec.loadMs),
      specs.map((spec) => spec.bytes),
    ),
    conflicts: graph.conflicts,
    groups: graph.groups,
    workers: lanes.reduce((sum, lane) => sum + limits[lane].workers, 0),
    budget,
    unit: 'ms',
  };
}

function inputOf(
  names: readonly string[],
  dependencies: readonly (readonly number[])[],
  took: readonly number[],
  bytes: readonly number[] | null,
): PlanInput {
  const links = linksFrom(dependencies);
  const loads: Loads = {
    dependencies: links,
    dependants: turned(links),
    took: Float64Array.from(took),
    bytes: bytes ? Float64Array.from(bytes) : new Float64Array(names.length),
    nameOf: (node) => names[node]!,
  };
  const sized = bytes !== null;
  const conflicts = names.map(() => []);
  return {
    names,
    loads,
    dependencies,
    conflicts,
    groups: [],
    workers: null,
    budget: null,
    sized,
    unit: '',
    remark: null,
  };
}

function taskGraph(path: string, text: string): PlanInput {
  const rows = text
    .split('\n')
    .map((line, at) => ({ line: line.trim(), at: at + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, at }) => ({ at, values: line.split(/\s+/).map(Number) }));
  const tasks = rows.slice(1);
  const names = tasks.map(({ values }) => String(values[0]));
  const numberOf = new Map(names.map((name, node) => [name, node]));
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

function packageGraph(path: string, text: string): PlanInput {
  const rows: { name: string; dependsOn: string[]; conflictsWith: string[]; sizeKb: number }[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      const { name, dependsOn = [], conflictsWith = [], sizeKb = 0 } = JSON.parse(line) as Partial<(typeof rows)[0]>;
      if (typeof name !== 'string' || !(sizeKb >= 0)) throw new TypeError('no name or no size');
      rows.push({ name, dependsOn, conflictsWith, sizeKb });
    } catch (error) {
      throw unusable(path, index + 1, reasonOf(error), 'give one {name, dependsOn, conflictsWith, sizeKb} a line');
    }
  });
  const names = rows.map(({ name }) => name);
  const numberOf = new Map(names.map((name, node) => [name, node]));
  const known = (list: readonly string[]): number[] => [...new Set(list)].flatMap((name) => numberOf.get(name) ?? []);
  const { dependencies, circles } = withoutCircles(rows.map(({ dependsOn }) => known(dependsOn)));
  const conflicts = rows.map(() => new Set<number>());
  rows.forEach(({ conflictsWith }, node) => {
    for (const other of known(conflictsWith)) {
      if (other === node) continue;
      conflicts[node]!.add(other);
      conflicts[other]!.add(node);
    }
  });
  const sizes = rows.map(({ sizeKb }) => sizeKb);
  return {
    ...inputOf(
      names,
      dependencies,
      sizes,
      sizes.map((kb) => kb * 1024),
    ),
    conflicts: conflicts.map((set) => [...set]),
    unit: 'KB',
    remark: circles > 0 ? circlesRemark(circles) : null,
  };
}

const circlesRemark = (count: number): string =>
  `${count === 1 ? '1 circle of packages: its' : `${count} circles of packages: their`} members load without waiting for each other`;

/** Packages may need each other; then none of them waits for another of its circle. */
function withoutCircles(edges: readonly (readonly number[])[]): { dependencies: number[][]; circles: number } {
  const parts = circularParts(linksFrom(edges));
  const partOf = new Map(parts.flatMap((part, number) => part.map((node) => [node, number] as const)));
  const dependencies = edges.map((list, node) => {
    const part = partOf.get(node);
    return list.filter((below) => part === undefined || partOf.get(below) !== part);
  });
  return { dependencies, circles: parts.length };
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

async function textOf(path: string): Promise<string> {
  try {
    const content = await readFile(path);
    return (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new ForeloadError('invalid-config', {
      what: `${path} is not a graph`,
      found: reasonOf(error),
      remedy: 'check the path',
    });
  }
}

const unusable = (path: string, line: number, found: string, remedy: string): ForeloadError =>
  new ForeloadError('invalid-config', { what: `${path} is not a graph`, where: `line ${line}`, found, remedy });
