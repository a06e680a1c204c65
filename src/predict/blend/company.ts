import { type ContextTable, countOf, followerOf } from './context-table.ts';
import type { Evidence } from './evidence.ts';
import { contexts } from './experts.ts';
import { stepSalt } from './world.ts';
import type { Stand } from './stand.ts';

/** Keys of rows that count how many demands a command made, instead of what it demanded. */
const salt = 0x2545f491;
const most = 32;
/** A mean of fewer commands than about this many leans on what is less specific. */
const prior = 2;
const looked: readonly number[] = [
  contexts.findIndex((of) => of.join() === 'last'),
  contexts.findIndex((of) => of.join() === 'last,second'),
];

/** Counts how many demands a command made that came `step` commands after a stand (0: the next). */
export function countCompany(tables: readonly ContextTable[], stand: Stand, step: number, demands: number): void {
  for (const table of tables) {
    for (const context of looked) table.learn(stand.keys[context]! ^ stepSalt[step]! ^ salt, Math.min(most, demands));
  }
}

/** How many demands the command will make that comes `step` after a stand, on average; `usual`: if nothing is known. */
export function companyAfter(tables: readonly ContextTable[], stand: Stand, step: number, usual: number): number {
  let mean = usual;
  for (const table of tables) {
    for (const context of looked) {
      const row = table.find(stand.keys[context]! ^ stepSalt[step]! ^ salt);
      if (row < 0) continue;
      let [commands, demands] = [0, 0];
      for (let at = row + 1; at <= row + table.width && table.entries[at] !== 0; at++) {
        commands += countOf(table.entries[at]!);
        demands += countOf(table.entries[at]!) * followerOf(table.entries[at]!);
      }
      mean = (demands + prior * mean) / (commands + prior);
    }
  }
  return mean;
}

const rounds = 20;

/**
 * How long a race must last so that, after its first, `more` others arrive: each candidate arrives at a rate of its
 * probability, which makes the order of arrival the one that weights learned one demand at a time foretell
 * (Plackett-Luce). 0: none.
 */
export function raceFor(more: number, { probability, count, other }: Evidence): number {
  if (more <= 0) return 0;
  const arrived = (time: number): number => {
    let sum = (1 - other) * (1 - Math.exp(-other * time));
    for (let at = 0; at < count; at++) sum += joins(probability[at]!, time);
    return sum;
  };
  let [low, high] = [0, 1];
  while (high < 1e6 && arrived(high) < more) [low, high] = [high, high * 4];
  for (let round = 0; round < rounds; round++) {
    const middle = (low + high) / 2;
    if (arrived(middle) < more) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability that a candidate is not the first to arrive in a race, but arrives in time. */
const joins = (probability: number, time: number): number =>
  time === 0 ? 0 : (1 - probability) * (1 - Math.exp(-probability * time));
