import type { Group } from '../graph/groups.ts';
import { linksFrom, turned } from '../graph/links.ts';
import type { Loads } from '../graph/plan.ts';
import { ForeloadError } from '../model/errors.ts';

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

/** An input without conflicts, groups and limits. `bytes` null: memory is unknown. */
export function inputOf(
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

/** Why a file is no graph. */
export const unusable = (path: string, line: number, found: string, remedy: string): ForeloadError =>
  new ForeloadError('invalid-config', { what: `${path} is not a graph`, where: `line ${line}`, found, remedy });

/** The same, for a name that comes again. */
export const twice = (path: string, line: number, name: string): ForeloadError =>
  unusable(path, line, `${JSON.stringify(name)} a second time`, 'give each a name of its own');
