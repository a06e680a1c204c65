import type { ContextTable } from './context-table.ts';

/** What one user repeats beyond this counts for all only every eighth time: nobody speaks for everybody. */
const fullVoice = 32;
const fadedVoice = 8;

/** How many of a user's repetitions of one thing in one context counted for all. */
export const heard = (count: number): number =>
  Math.min(count, fullVoice) + Math.floor(Math.max(0, count - fullVoice) / fadedVoice);

/**
 * Whether what a user just did, their own tables having counted it, counts for all too: judged by how often they did the
 * same in the same context, or where no such count is kept of them, after the same component.
 */
export function isHeard(own: ContextTable, key: number, keyOfLast: number, component: number): boolean {
  let row = own.find(key);
  if (row < 0) row = own.find(keyOfLast);
  const times = row < 0 ? 0 : own.count(row, component);
  return times === 0 || heard(times) > heard(times - 1);
}
