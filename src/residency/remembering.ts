import type { EvictionPolicy } from './eviction-policy.ts';
import { Queue } from './queue.ts';
import { ranking, type Resident } from './ranking.ts';

/**
 * Uses x cost / bytes, where the uses of a component that comes back count on from where they stood when it left, as
 * long as it is remembered: what left lately, up to three times the budget. With `aging`, ranks rise with a clock as in
 * `gdsf`: what was of use lately stays. Without, what was of most use stays, however much else passes by.
 */
function remembering(name: string, aging: boolean): EvictionPolicy {
  const gone = new Map<number, Resident>();
  const queue = new Queue<Resident>();
  let clock = 0;
  let limit = 0;
  let goneBytes = 0;

  function forget(resident: Resident): void {
    gone.delete(resident.component);
    queue.delete(resident);
    goneBytes -= resident.bytes;
  }
  function trim(): void {
    while (goneBytes > limit && queue.oldest) forget(queue.oldest);
  }

  return ranking(name, {
    rankOf: ({ uses, cost, bytes }) => clock + (uses * cost * 1e6) / bytes,
    arrived(resident) {
      const before = gone.get(resident.component);
      if (!before) return;
      forget(before);
      resident.uses += before.uses;
    },
    left(resident, evicted) {
      if (evicted && aging) clock = Math.max(clock, resident.rank);
      gone.set(resident.component, resident);
      queue.push(resident);
      goneBytes += resident.bytes;
      trim();
    },
    budget(bytes) {
      limit = memory * bytes;
      trim();
    },
  });
}

/** With aging. */
export const recall = (): EvictionPolicy => remembering('recall', true);
/** Without aging. */
export const merit = (): EvictionPolicy => remembering('merit', false);

/** Without aging, and without a memory: as `lfu`, weighed by cost and size. */
export const density = (): EvictionPolicy =>
  ranking('density', { rankOf: ({ uses, cost, bytes }) => (uses * cost * 1e6) / bytes });

/** What is remembered, in budgets; see DECISIONS "Worth". */
const memory = 3;
