/** Needs that a warm rate is taken over, and the share of what is usual that counts as warm. */
const window = 50;
const enough = 0.9;

/**
 * How many needs after a restart pass before it no longer shows: before the first need from which on, of the 50 that
 * follow, at least 90 % as many are warm as of the same 50 without a restart. Null: that doesn't come.
 *
 * @param warm whether each need after the restart was warm, 1 or 0
 * @param usual the same for the run without a restart, as many
 */
export function needsUntilWarm(warm: ArrayLike<number>, usual: ArrayLike<number>): number | null {
  let [here, there] = [0, 0];
  for (let end = 0; end < warm.length; end++) {
    here += warm[end]!;
    there += usual[end]!;
    const begin = end - window + 1;
    if (begin < 0) continue;
    if (here >= enough * there) return begin;
    here -= warm[begin]!;
    there -= usual[begin]!;
  }
  return null;
}
