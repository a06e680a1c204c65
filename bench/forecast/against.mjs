// A contestant beside the best single baseline: for each of top-1, top-3 and top-5 the one that is best on the whole
// trace, chosen in hindsight.
import { seededRng } from '../../dist/time/clock.js';
import { byTenth, differences, pairedInterval } from './statistics.mjs';

const places = [1, 3, 5];

export function against(measured, baselines, users, seed) {
  return Object.fromEntries(
    places.map((place) => {
      const best = baselines.reduce((best, other) => (topOf(other, place) > topOf(best, place) ? other : best));
      const difference = differences(measured.ranks, best.ranks, place);
      const interval = pairedInterval(difference, users, seededRng(seed));
      return [
        `top${place}`,
        { baseline: best.name, share: topOf(best, place), ...interval, tenths: byTenth(difference) },
      ];
    }),
  );
}

const topOf = ({ steps, own }, place) => (steps ? steps['1'] : own)[`top${place}`];

/** The user of each scored need, in the order needs are scored. */
export function usersOfNeeds({ trace, scoreFrom }) {
  const users = [];
  for (let row = Math.ceil(scoreFrom * trace.rows); row < trace.rows; row++) {
    for (let need = trace.firstNeed[row]; need < trace.firstNeed[row + 1]; need++) users.push(trace.user[row]);
  }
  return users;
}
