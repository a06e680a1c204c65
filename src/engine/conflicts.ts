import { isPinned } from './room.ts';
import { type Claim, isGoing, type Slot } from './slot.ts';
import { closureOf, withDependants } from './slot-graph.ts';
import type { EngineState } from './state.ts';
import { victimsInOrder } from './victims.ts';

/** What can't be in memory at once: components that conflict, and more of a group than it allows. */

/** Whether some cold components would conflict with what is in memory, or chosen to come, or crowd a group of it. */
export function isOpposed(state: EngineState, cold: readonly Slot[], chosen?: ReadonlyMap<Slot, unknown>): boolean {
  const { conflicts } = state.graph;
  const comes = (other: Slot): boolean => other.state !== 'cold' || chosen?.has(other) === true;
  if (cold.some((slot) => conflicts[slot.index]!.some((node) => comes(state.slots[node]!)))) return true;
  return groupsWith(state, cold).some(({ atMost, members }) => {
    const there = members.filter((node) => comes(state.slots[node]!) || cold.includes(state.slots[node]!));
    return there.length > atMost;
  });
}

/**
 * What has to leave memory before a demanded closure can load: all that conflicts with what it lacks, as many of its groups as are too
 * many, and all that rests on those. Of a group what leaves already is counted on first, then what is in nobody's hands, in the order of eviction.
 */
export function opponentsOf(state: EngineState, members: readonly Slot[], missing: readonly Slot[]): Slot[] {
  const opponents = new Set<Slot>();
  const oppose = (other: Slot): void => {
    for (const above of withDependants(state, other)) opponents.add(above);
  };
  for (const member of missing) {
    for (const node of state.graph.conflicts[member.index]!) {
      if (state.slots[node]!.state !== 'cold') oppose(state.slots[node]!);
    }
  }
  for (const { atMost, members: all } of groupsWith(state, missing)) {
    const group = all.map((node) => state.slots[node]!);
    const own = group.filter((slot) => members.includes(slot)).length;
    const others = group.filter((slot) => slot.state !== 'cold' && !members.includes(slot));
    const over = own + others.length - atMost - others.filter((slot) => opponents.has(slot)).length;
    if (over <= 0) continue;
    const order = new Map(Array.from(victimsInOrder(state), (index, at) => [state.slots[index]!, at]));
    others
      .filter((slot) => !opponents.has(slot))
      .map((slot) => ({ slot, ease: easeOf(state, slot), at: order.get(slot) ?? 0 }))
      .sort((a, b) => a.ease - b.ease || a.at - b.at)
      .slice(0, over)
      .forEach(({ slot }) => oppose(slot));
  }
  return [...opponents];
}

/** How readily a component can leave with all that rests on it: 0 it does, 1 at once, 2 when it is let go, 3 never. */
function easeOf(state: EngineState, slot: Slot): number {
  if (isGoing(slot)) return 0;
  const all = withDependants(state, slot);
  if (all.every(clears)) return 1;
  return all.some(isPinned) ? 3 : 2;
}

/** Whether it leaves for a demand that conflicts with it: it is in nobody's hands. Whoever waits for it while it is warm came later. */
function givesWay(slot: Slot): boolean {
  if (slot.state !== 'warm' || slot.open.size > 0) return false;
  return slot.spec.priority !== 'core' || slot.leaving;
}

/** Whether it leaves, or will as soon as it is asked to. */
export const clears = (slot: Slot): boolean => isGoing(slot) || givesWay(slot);

/** A demand that waits until something that it conflicts with is gone. */
export interface Blocked {
  readonly slot: Slot;
  readonly members: readonly Slot[];
  readonly opponents: readonly Slot[];
}

/**
 * The first of the blocked demands, all of them earlier, that some demands of a component would overtake: what the component needs
 * could not be in memory beside what the earlier one waits to load. Who holds what an earlier one waits for passes:
 * waiting for each other, neither could ever go on.
 */
export function overtaken(
  state: EngineState,
  members: readonly Slot[],
  claims: readonly Claim[],
  blocked: readonly Blocked[],
): Blocked | undefined {
  return blocked.find((earlier) => {
    if (!exclude(state, members, earlier.members)) return false;
    const holders = contenders(state, earlier);
    return !claims.some(({ command }) =>
      holders.some((slot) => [...slot.open].some((claim) => claim.command === command)),
    );
  });
}

/** Whether two closures can't be in memory at once, beside what is there for good. */
function exclude(state: EngineState, some: readonly Slot[], others: readonly Slot[]): boolean {
  const { conflicts } = state.graph;
  if (some.some((slot) => conflicts[slot.index]!.some((node) => others.includes(state.slots[node]!)))) return true;
  return groupsWith(state, some).some(({ atMost, members }) => {
    const cold = (slot: Slot): boolean => slot.state === 'cold' || isGoing(slot);
    const group = members.map((node) => state.slots[node]!);
    if (!group.some((slot) => others.includes(slot) && cold(slot))) return false;
    return group.filter((slot) => !cold(slot) || some.includes(slot) || others.includes(slot)).length > atMost;
  });
}

/** All that is in memory and might have to leave for a blocked demand. */
function contenders(state: EngineState, { members, opponents }: Blocked): Slot[] {
  const found = new Set(opponents);
  for (const { members: group } of groupsWith(state, members)) {
    for (const node of group) {
      for (const above of withDependants(state, state.slots[node]!)) if (!members.includes(above)) found.add(above);
    }
  }
  return [...found];
}

/** Whether something loaded ahead would exclude what a blocked demand waits to load. */
export const standsInTheWay = (state: EngineState, closure: readonly Slot[]): boolean =>
  state.pending.length > 0 && overtaken(state, closure, [], blockedDemands(state)) !== undefined;

/** The demands that are blocked now, the earliest first. */
export function blockedDemands(state: EngineState): Blocked[] {
  const blocked: Blocked[] = [];
  for (const slot of state.pending) {
    const members = closureOf(state, slot);
    const missing = members.filter((member) => member.state === 'cold' || isGoing(member));
    const opponents = opponentsOf(state, members, missing);
    if (opponents.length > 0) blocked.push({ slot, members, opponents });
  }
  return blocked;
}

const groupsWith = ({ graph: { groups, groupOf } }: EngineState, slots: readonly Slot[]): Group[] =>
  groups.length === 0
    ? []
    : [...new Set(slots.map((slot) => groupOf[slot.index]!))].filter((at) => at >= 0).map((at) => groups[at]!);

type Group = EngineState['graph']['groups'][number];
