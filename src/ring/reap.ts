import type { WasmMemory } from './web-assembly.ts';
import {
  capacityOffset,
  claimBytes,
  countInSlot,
  headOffset,
  mostParties,
  partyOffset,
  popClaims,
  pushClaims,
  slotBytes,
  slotsOffset,
  tailOffset,
  wakesOffset,
} from './layout.ts';

/** What was cleared up after a party that died. */
export interface Reaped {
  /** Slots that it had claimed, and not all of them filled: they are passed over now. */
  readonly unfilled: number;
  /** Slots that it had taken and not given back: what was in them is lost. */
  readonly lost: number;
  /** Slots of which it can't be told yet whether they are its own: a party that lives is at work there. Ask again. */
  readonly undecided: number;
}

/**
 * Clears up after parties whose threads have ended: without it, a slot that one of them had claimed would block everybody.
 * Their places are free again once nothing is undecided. Never for a thread that still runs.
 *
 * A slot is theirs if a note of theirs names it, its claim was made (the position has passed), it was never published,
 * and no living party's note names it as well: a living one writes its note before it claims, and that stands until it has published.
 */
export function reap(memory: WasmMemory, dead: readonly number[]): Reaped {
  const cells = new Int32Array(memory.buffer);
  const capacity = cells[capacityOffset >> 2]!;
  const slotOf = (position: number) => (slotsOffset + (position & (capacity - 1)) * slotBytes) >> 2;
  const living: number[] = [];
  for (let party = 0; party < mostParties; party++) {
    if (!dead.includes(party) && Atomics.load(cells, partyOffset(party) >> 2) === 1) living.push(party);
  }

  const namedByLiving = (position: number, kind: number): boolean =>
    living.some((party) => claimsOf(cells, party, kind).some(({ first, count }) => within(position, first, count)));

  let unfilled = 0;
  let lost = 0;
  let undecided = 0;
  for (const party of dead) {
    for (const { first, count } of claimsOf(cells, party, pushClaims)) {
      // Published last: while it is not, nobody has got at the others.
      if (count === 0 || Atomics.load(cells, slotOf(first)) !== first || !passed(cells, headOffset, first)) continue;
      if (namedByLiving(first, pushClaims)) {
        undecided += count;
        continue;
      }
      // Asked again, after the notes: it may have been a living one's, who published it and whose notes have moved on.
      if (Atomics.load(cells, slotOf(first)) !== first) continue;
      for (let at = count - 1; at >= 0; at--) {
        const position = (first + at) | 0;
        cells[slotOf(position) + (countInSlot >> 2)] = 0;
        Atomics.store(cells, slotOf(position), (position + 1) | 0);
      }
      unfilled += count;
    }
    for (const { first, count } of claimsOf(cells, party, popClaims)) {
      for (let position = first; position !== ((first + count) | 0); position = (position + 1) | 0) {
        const slot = slotOf(position);
        if (Atomics.load(cells, slot) !== ((position + 1) | 0) || !passed(cells, tailOffset, position)) continue;
        if (namedByLiving(position, popClaims)) {
          undecided++;
          continue;
        }
        if (Atomics.load(cells, slot) !== ((position + 1) | 0)) continue;
        Atomics.store(cells, slot, (position + capacity) | 0);
        lost++;
      }
    }
  }
  // What is behind the slots can be had now; and it may have died after it had published, before it woke anybody.
  Atomics.add(cells, wakesOffset >> 2, 1);
  Atomics.notify(cells, wakesOffset >> 2);
  if (undecided === 0) for (const party of dead) Atomics.store(cells, partyOffset(party) >> 2, 0);
  return { unfilled, lost, undecided };
}

interface Claim {
  readonly first: number;
  readonly count: number;
}

function claimsOf(cells: Int32Array, party: number, kind: number): Claim[] {
  return [0, claimBytes].map((turn) => {
    const at = (partyOffset(party) + kind + turn) >> 2;
    return { first: Atomics.load(cells, at), count: Atomics.load(cells, at + 1) };
  });
}

const within = (position: number, first: number, count: number): boolean => {
  const at = (position - first) | 0;
  return at >= 0 && at < count;
};

/** Whether a counter is beyond a position. */
const passed = (cells: Int32Array, counter: number, position: number): boolean =>
  ((Atomics.load(cells, counter >> 2) - position) | 0) > 0;
