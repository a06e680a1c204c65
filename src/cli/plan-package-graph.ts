import { linksFrom } from '../graph/links.ts';
import { circularParts } from '../graph/strong-parts.ts';
import { reasonOf } from '../model/errors.ts';
import { inputOf, type PlanInput, twice, unusable } from './plan-input.ts';

/** One line of a package graph. */
interface Package {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly conflictsWith: readonly string[];
  readonly sizeKb: number;
}

/** A package graph: `{name, dependsOn, conflictsWith, sizeKb}` a line. A package takes as long as it is large. @throws ForeloadError */
export function packageGraph(path: string, text: string): PlanInput {
  const rows: Package[] = [];
  const numberOf = new Map<string, number>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const row = packageIn(path, index + 1, line);
    if (numberOf.has(row.name)) throw twice(path, index + 1, row.name);
    numberOf.set(row.name, rows.push(row) - 1);
  });
  if (rows.length === 0) throw unusable(path, 1, 'no packages', packageForm);
  const names = rows.map(({ name }) => name);
  const unknown = new Set<string>();
  const known = (list: readonly string[]): number[] =>
    [...new Set(list)].flatMap((name) => {
      const node = numberOf.get(name);
      if (node === undefined) unknown.add(name);
      return node ?? [];
    });
  const { dependencies, circles } = withoutCircles(rows.map(({ dependsOn }) => known(dependsOn)));
  const remarks = [
    ...(unknown.size > 0 ? [unknownRemark([...unknown])] : []),
    ...(circles > 0 ? [circlesRemark(circles)] : []),
  ];
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
    remark: remarks.length > 0 ? remarks.join('\n') : null,
  };
}

const packageForm = 'give one {name, dependsOn, conflictsWith, sizeKb} a line';

function packageIn(path: string, at: number, line: string): Package {
  let fields: Partial<Record<keyof Package, unknown>> | null;
  try {
    fields = JSON.parse(line) as typeof fields;
  } catch (error) {
    throw unusable(path, at, reasonOf(error), packageForm);
  }
  const { name, dependsOn = [], conflictsWith = [], sizeKb = 0 } = fields ?? {};
  if (typeof name !== 'string') throw unusable(path, at, 'no name', packageForm);
  if (!areNames(dependsOn)) throw unusable(path, at, 'a dependsOn that is no list of names', packageForm);
  if (!areNames(conflictsWith)) throw unusable(path, at, 'a conflictsWith that is no list of names', packageForm);
  if (typeof sizeKb !== 'number' || !(sizeKb >= 0 && sizeKb < Number.POSITIVE_INFINITY)) {
    throw unusable(
      path,
      at,
      `sizeKb ${typeof sizeKb === 'number' ? sizeKb : JSON.stringify(sizeKb)}`,
      'give a number of KB, 0 or more',
    );
  }
  return { name, dependsOn, conflictsWith, sizeKb };
}

const areNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

const unknownRemark = ([first, ...more]: readonly string[]): string =>
  `packages depend on ${JSON.stringify(first)}${more.length > 0 ? ` and ${more.length} more` : ''} of which there is no line: passed over`;

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
