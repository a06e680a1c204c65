import { isOpposed } from './conflicts.ts';
import { failedLately } from './faults.ts';
import { isGoing, type Slot } from './slot.ts';
import { closureOf } from './slot-graph.ts';
import type { EngineState } from './state.ts';

/**
 * What is worth most to have in memory, of all that may be demanded: always next the one with the highest worth,
 *
 *     P(demanded) x (its load time + that of its cold dependencies) / (bytes of all these)
 *
 * that still fits into `room`, with its dependencies, each counted once (greedy by density, as for the knapsack problem;
 * Dantzig 1957). Of two that conflict the more worthwhile is taken. Nothing in memory has to leave.
 *
 * @param likely how probably each candidate is demanded
 * @returns the members, each with the probability of whatever needs it
 */
export function warmSet(state: EngineState, likely: ReadonlyMap<Slot, number>, room: number): Map<Slot, number> {
  const chosen = new Map<Slot, number>();
  const worth = new Map<Slot, number>();
  const queue: Ranked[] = [];
  const missingOf = (slot: Slot): Slot[] =>
    closureOf(state, slot).filter((member) => member.state === 'cold' && !chosen.has(member));
  const judge = (slot: Slot): Ranked => {
    const missing = missingOf(slot);
    // Instant loads cost 1 ms, so that they compare too. Of what is chosen already nothing is missing.
    const cost = (total(missing, 'loadMs') + 1) / Math.max(1, total(missing, 'bytes'));
    worth.set(slot, likely.get(slot)! * cost);
    return { slot, worth: worth.get(slot)! };
  };
  // Of equals the one named first comes off the end first.
  for (const slot of [...likely.keys()].toReversed()) queue.push(judge(slot));
  queue.sort((a, b) => a.worth - b.worth);
  let left = room;
  for (let best = queue.pop(); best; best = queue.pop()) {
    const { slot } = best;
    // It was judged anew since, and waits elsewhere in the queue; or its turn is over.
    if (worth.get(slot) !== best.worth) continue;
    worth.delete(slot);
    const missing = missingOf(slot);
    const bytes = total(missing, 'bytes');
    if (bytes > left || closureOf(state, slot).some(isGoing)) continue;
    if (missing.some((member) => member.outside || failedLately(state, member)) || isOpposed(state, missing, chosen))
      continue;
    left -= bytes;
    for (const member of missing) chosen.set(member, Math.max(likely.get(member) ?? 0, likely.get(slot)!));
    // Whatever shares a dependency with it has become cheaper.
    for (const above of restingOn(state, missing)) if (worth.has(above)) insert(queue, judge(above));
  }
  return chosen;
}

interface Ranked {
  readonly slot: Slot;
  readonly worth: number;
}

/** Into a queue in rising order. */
function insert(queue: Ranked[], entry: Ranked): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (queue[middle]!.worth < entry.worth) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, entry);
}

/** These, and all that depends on any of them, directly or not. */
function restingOn(state: EngineState, slots: readonly Slot[]): ReadonlySet<Slot> {
  const found = new Set(slots);
  for (const slot of found) for (const node of state.graph.dependants[slot.index]!) found.add(state.slots[node]!);
  return found;
}

const total = (slots: readonly Slot[], of: 'bytes' | 'loadMs'): number =>
  slots.reduce((sum, slot) => sum + slot[of], 0);
