import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';

/** How many components of each group may be in memory at once, by the group's name. */
export type GroupLimits = Readonly<Record<string, number>>;

/** Components of which only some may be in memory at once: they share a device, a port, a licence. */
export interface Group {
  readonly name: string;
  readonly atMost: number;
  readonly members: readonly number[];
}

/** The groups of components, and for each component the number of its group; -1: none. */
export interface Groups {
  readonly groups: readonly Group[];
  readonly groupOf: Int32Array;
}

/** @throws ForeloadError `invalid-config` if a component names a group that has no limit. */
export function groupsOf(specs: readonly ComponentSpec[], limits: GroupLimits): Groups {
  const names = Object.keys(limits);
  const members = names.map((): number[] => []);
  const groupOf = new Int32Array(specs.length).fill(-1);
  specs.forEach(({ id, group }, node) => {
    if (group === undefined) return;
    const number = names.indexOf(group);
    if (number < 0) {
      throw new ForeloadError('invalid-config', {
        what: `component "${id}" is of group "${group}"`,
        found: names.length === 0 ? 'no groups' : `only ${names.map((name) => `"${name}"`).join(', ')}`,
        remedy: `add groups: { ${JSON.stringify(group)}: { atMost: 1 } }, or correct the name`,
      });
    }
    groupOf[node] = number;
    members[number]!.push(node);
  });
  return { groups: names.map((name, at) => ({ name, atMost: limits[name]!, members: members[at]! })), groupOf };
}

/**
 * No component may need more of a group than fit in at once.
 * @throws ForeloadError `dependency-conflict`
 */
export function refuseCrowds(
  { groups, groupOf }: Groups,
  ids: readonly string[],
  order: readonly number[],
  closureOf: (node: number) => readonly number[],
): void {
  if (groups.length === 0) return;
  for (const node of order) {
    const needed = groups.map((): number[] => []);
    for (const member of closureOf(node)) if (groupOf[member]! >= 0) needed[groupOf[member]!]!.push(member);
    const at = needed.findIndex((members, number) => members.length > groups[number]!.atMost);
    if (at < 0) continue;
    throw new ForeloadError('dependency-conflict', {
      what: `component "${ids[node]}" needs ${needed[at]!.length} of group "${groups[at]!.name}"`,
      where: needed[at]!.map((member) => ids[member]).join(', '),
      found: `that at most ${groups[at]!.atMost} of them may be warm at once`,
      remedy: 'raise atMost, or remove one of the dependencies',
    });
  }
}
