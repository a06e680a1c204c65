// Whether a difference between two contestants is one: paired bootstrap and a look at each tenth of a trace.

const resamples = 2000;
/** With fewer users than this, single needs are drawn instead of users. */
const fewestUsers = 30;
const leastNeedsOfTenth = 5000;

/** 1, 0 or -1 a need: who had what came among its first `places`. */
export function differences(ranks, otherRanks, places) {
  const hit = (rank) => (rank >= 0 && rank < places ? 1 : 0);
  return Int8Array.from(ranks, (rank, need) => hit(rank) - hit(otherRanks[need]));
}

/**
 * 95 % interval of the mean difference by the percentile bootstrap. Needs of one user are not independent, so whole
 * users are drawn with all their needs; only a trace of few users is resampled need by need.
 */
export function pairedInterval(difference, users, rng) {
  const blocks = blocksOf(difference, users);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let needs = 0;
    for (let drawn = 0; drawn < blocks.sums.length; drawn++) {
      const block = Math.floor(rng.next() * blocks.sums.length);
      sum += blocks.sums[block];
      needs += blocks.needs[block];
    }
    means[resample] = sum / needs;
  }
  means.sort();
  return { mean: meanOf(difference), low: means[0.025 * resamples], high: means[0.975 * resamples - 1], by: blocks.by };
}

function blocksOf(difference, users) {
  const numbers = new Map();
  const sums = [];
  const needs = [];
  difference.forEach((value, need) => {
    let block = numbers.get(users[need]);
    if (block === undefined) {
      block = sums.push(0) - 1;
      needs.push(0);
      numbers.set(users[need], block);
    }
    sums[block] += value;
    needs[block]++;
  });
  if (sums.length >= fewestUsers) return { by: 'user', sums, needs };
  return { by: 'need', sums: difference, needs: new Int8Array(difference.length).fill(1) };
}

/** The mean difference in each tenth of the scored needs, in order; null if a tenth holds fewer than 5,000. */
export function byTenth(difference) {
  if (difference.length < 10 * leastNeedsOfTenth) return null;
  return Array.from({ length: 10 }, (_, tenth) =>
    meanOf(
      difference.subarray(
        Math.round((tenth * difference.length) / 10),
        Math.round(((tenth + 1) * difference.length) / 10),
      ),
    ),
  );
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
