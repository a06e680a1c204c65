import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';
import type { ComponentId } from '../model/ids.ts';
import { cycleIn } from './cycles.ts';
import { type Group, type GroupLimits, groupsOf, refuseCrowds } from './groups.ts';

/**
 * Who needs and who excludes whom, checked once and then only read. Nodes are numbered in registration order;
 * `order` lists dependencies before dependants (Kahn's algorithm, ties by registration order).
 */
export interface Graph {
  readonly ids: readonly ComponentId[];
  readonly indexOf: ReadonlyMap<ComponentId, number>;
  /** Direct dependencies of each node. */
  readonly dependencies: readonly (readonly number[])[];
  /** Direct dependants of each node. */
  readonly dependants: readonly (readonly number[])[];
  /** Each node's conflicts, from whichever side they were declared. */
  readonly conflicts: readonly (readonly number[])[];
  /** What may be in memory only in part, and the number of each node's group; -1: none. */
  readonly groups: readonly Group[];
  readonly groupOf: Int32Array;
  /** A node's dependencies, direct and indirect, and last the node itself; dependencies first. Kept once asked for. */
  readonly closureOf: (node: number) => readonly number[];
  readonly order: readonly number[];
}

/**
 * Builds the graph of components.
 * @param limits how many of each group may be in memory at once
 * @throws ForeloadError `unknown-dependency`, `dependency-cycle` (naming every cycle in full), `dependency-conflict`, or
 * `invalid-config` for a group without a limit.
 */
export function buildGraph(specs: readonly ComponentSpec[], limits: GroupLimits = {}): Graph {
  const ids = specs.map((spec) => spec.id);
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const dependencies = specs.map((spec) => uniqueIndices(spec, spec.dependsOn, 'depends on', indexOf));
  const conflicts = symmetric(specs.map((spec) => uniqueIndices(spec, spec.conflictsWith, 'conflicts with', indexOf)));
  const dependants: number[][] = ids.map(() => []);
  for (let node = 0; node < ids.length; node++) {
    for (const dependency of dependencies[node]!) dependants[dependency]!.push(node);
  }
  const order = dependenciesFirst(dependencies, dependants);
  if (order.length < ids.length) throw cycleError(ids, dependencies);
  const closureOf = closuresOn(dependencies);
  refuseConflictsInside(ids, { dependants, conflicts, order, closureOf });
  const { groups, groupOf } = groupsOf(specs, limits);
  refuseCrowds({ groups, groupOf }, ids, order, closureOf);
  return { ids, indexOf, dependencies, dependants, conflicts, groups, groupOf, closureOf, order };
}

function uniqueIndices(
  spec: ComponentSpec,
  names: readonly ComponentId[],
  relation: string,
  indexOf: ReadonlyMap<ComponentId, number>,
): number[] {
  const found = new Set<number>();
  for (const name of names) {
    const index = indexOf.get(name);
    if (index === undefined) {
      throw new ForeloadError('unknown-dependency', {
        what: `component "${spec.id}" ${relation} "${name}"`,
        found: 'no component of that name',
        remedy: `register "${name}", or correct the name`,
      });
    }
    if (name === spec.id && relation === 'conflicts with') {
      throw new ForeloadError('dependency-conflict', {
        what: `component "${spec.id}" conflicts with itself`,
        remedy: 'remove its own name from conflictsWith',
      });
    }
    found.add(index);
  }
  return [...found];
}

function symmetric(declared: readonly (readonly number[])[]): number[][] {
  const both = declared.map((list) => new Set(list));
  declared.forEach((list, node) => {
    for (const other of list) both[other]!.add(node);
  });
  return both.map((set) => [...set].sort((a, b) => a - b));
}

function dependenciesFirst(dependencies: readonly (readonly number[])[], dependants: readonly number[][]): number[] {
  const missing = dependencies.map((list) => list.length);
  const order: number[] = [];
  missing.forEach((count, node) => {
    if (count === 0) order.push(node);
  });
  for (let next = 0; next < order.length; next++) {
    for (const dependant of dependants[order[next]!]!) {
      missing[dependant]!--;
      if (missing[dependant] === 0) order.push(dependant);
    }
  }
  return order;
}

/** All closures of a long chain together are quadratic: each is made when it is first asked for. */
function closuresOn(dependencies: readonly (readonly number[])[]): (node: number) => readonly number[] {
  const known: (readonly number[] | undefined)[] = [];
  return (node) => (known[node] ??= closureFrom(node, dependencies));
}

/** Depth first, each node after all it depends on. The stack is explicit, so that depth costs no recursion. */
function closureFrom(start: number, dependencies: readonly (readonly number[])[]): number[] {
  const closure: number[] = [];
  const seen = new Set([start]);
  const path = [{ node: start, edge: 0 }];
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const next = dependencies[top.node]![top.edge++];
    if (next === undefined) {
      closure.push(top.node);
      path.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      path.push({ node: next, edge: 0 });
    }
  }
  return closure;
}

function refuseConflictsInside(
  ids: readonly ComponentId[],
  { dependants, conflicts, order, closureOf }: Pick<Graph, 'dependants' | 'conflicts' | 'order' | 'closureOf'>,
): void {
  conflicts.forEach((others, member) => {
    if (others.length === 0) return;
    const above = reachable(member, dependants);
    for (const other of others) {
      if (other < member) continue;
      const both = reachable(other, dependants);
      const node = order.find((candidate) => above.has(candidate) && both.has(candidate));
      if (node === undefined) continue;
      throw new ForeloadError('dependency-conflict', {
        what: `component "${ids[node]}" needs both "${ids[member]}" and "${ids[other]}", which conflict`,
        where: `its dependencies: ${closureOf(node)
          .map((index) => ids[index])
          .join(', ')}`,
        remedy: 'remove one of the dependencies or the conflict',
      });
    }
  });
}

function reachable(start: number, edges: readonly (readonly number[])[]): ReadonlySet<number> {
  const found = new Set([start]);
  for (const node of found) for (const next of edges[node]!) found.add(next);
  return found;
}

function cycleError(ids: readonly ComponentId[], dependencies: readonly (readonly number[])[]): ForeloadError {
  const cycles = cycleIn(dependencies).map((cycle) => [...cycle, cycle[0]!].map((node) => ids[node]).join(' -> '));
  return new ForeloadError('dependency-cycle', {
    what: `components depend on each other in ${cycles.length === 1 ? 'a circle' : `${cycles.length} circles`}`,
    found: cycles.join('; '),
    remedy: 'remove one dependency from each',
  });
}
