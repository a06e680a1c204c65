import type { EvictionPolicy } from './eviction-policy.ts';
import { Queue, type Queued } from './queue.ts';
import { ranking, type Resident } from './ranking.ts';

/** A component that is in memory, or is remembered after it left. */
interface Known extends Queued<Known> {
  /** Bytes that had been loaded when it was last used. */
  since: number;
}

/**
 * Greedy-Dual with a memory: as `gdsf`, but the uses of a component that comes back count on from where they stood when
 * it left, as long as it is remembered: what left lately, up to three times the budget. `value` takes the place of the
 * number of uses; `told` learns of each use whether the next one came before the whole budget was loaded anew.
 */
export function remembering(
  name: string,
  value: (uses: number) => number,
  told: (uses: number, cameBack: boolean) => void = () => undefined,
): EvictionPolicy {
  type R = Resident & Known;
  const gone = new Map<number, R>();
  const queue = new Queue<Known>();
  let clock = 0;
  let budget = 0;
  let loaded = 0;
  let goneBytes = 0;

  const outcome = (resident: R, used: boolean): void => {
    if (resident.uses > 0) told(resident.uses, used && loaded - resident.since <= budget);
  };
  function forget(resident: R): void {
    gone.delete(resident.component);
    queue.delete(resident);
    goneBytes -= resident.bytes;
  }
  function trim(): void {
    while (goneBytes > memory * budget && queue.oldest) {
      const oldest = queue.oldest as R;
      forget(oldest);
      outcome(oldest, false);
    }
  }

  return ranking<Known>(
    name,
    {
      rankOf: ({ uses, cost, bytes }) => clock + (value(uses) * cost * 1e6) / bytes,
      used(resident) {
        outcome(resident, true);
        resident.since = loaded;
      },
      arrived(resident) {
        loaded += resident.bytes;
        resident.since = loaded;
        const before = gone.get(resident.component);
        if (!before) return;
        forget(before);
        // Loaded ahead, it has not been demanded again: its last use is still the one before it left.
        if (resident.uses > 0) outcome(before, true);
        else resident.since = before.since;
        resident.uses += before.uses;
      },
      left(resident, evicted) {
        if (evicted) clock = Math.max(clock, resident.rank);
        const again = gone.get(resident.component);
        if (again) forget(again);
        gone.set(resident.component, resident);
        queue.push(resident);
        goneBytes += resident.bytes;
        trim();
      },
      budget(bytes) {
        budget = bytes;
        trim();
      },
    },
    () => ({ since: 0, older: null, newer: null }),
  );
}

/** What is remembered, in budgets; see DECISIONS "Worth". */
const memory = 3;

/** Greedy-Dual with a memory, as many times the worth as there were uses. */
export const recall = (): EvictionPolicy => remembering('recall', (uses) => uses);

/**
 * Greedy-Dual with a memory, each use weighed by what such uses were followed by: of components with about as many uses, the
 * odds that the next use came before the whole budget was loaded anew.
 */
export function returns(): EvictionPolicy {
  const tried = new Float64Array(bands);
  const came = new Float64Array(bands);
  let sum = 0;
  const value = (uses: number): number => {
    const band = bandOf(Math.max(1, uses));
    const guess = 0.3 + 0.08 * band;
    const share = Math.min(surest, (came[band]! + doubt * guess) / (tried[band]! + doubt));
    return (uses === 0 ? 0.5 : 1) * (share / (1 - share));
  };
  return remembering('returns', value, (uses, cameBack) => {
    const band = bandOf(uses);
    tried[band]!++;
    if (cameBack) came[band]!++;
    if (++sum < fading) return;
    sum = 0;
    for (let at = 0; at < bands; at++) {
      tried[at]! /= 2;
      came[at]! /= 2;
    }
  });
}

/** 1, 2, 3, up to 5, up to 8, up to 16, up to 32 uses, and more. */
const bandOf = (uses: number): number =>
  uses < 4 ? uses - 1 : uses < 6 ? 3 : uses < 9 ? 4 : uses < 17 ? 5 : uses < 33 ? 6 : 7;
const bands = 8;
/** Uses for which the guess counts before anything is known. */
const doubt = 4;
/** Uses after which what is known counts half. */
const fading = 20_000;
const surest = 0.995;
