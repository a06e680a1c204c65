// How a replay's figures are written into a table.

const none = '–';
const MB = 2 ** 20;

export const percent = (ratio) => (ratio === null ? none : `${(ratio * 100).toFixed(1)} %`);
export const points = (ratio) => (ratio === null ? none : (ratio * 100).toFixed(1));
export const megabytes = (bytes) => (bytes === null ? none : `${Math.round(bytes / MB)} MB`);
export const ms = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => Math.round(value ?? 0)).join('/');
/** A recording, and how many of its rows if not all. */
export const named = ({ trace, first }) =>
  first === undefined ? trace : `${trace}, ${first.toLocaleString('en')} rows`;
export const row = (cells) => `| ${cells.join(' | ')} |`;
export const heading = (titles) => [row(titles), `|${'---|'.repeat(titles.length)}`];

/** Preloads that were loaded: those cancelled before their load ran, and those that failed, met no demand and took no memory. */
export const loaded = ({ timely, late, wasted }) => timely + late + wasted;

/** Covered (at the share wasted) [preloads]; warm. Percentages without the sign. */
export const curveCell = ({ covered, wastedShare, preloads, warmRate }) =>
  `${points(covered)} (${points(wastedShare)}) [${loaded(preloads)}]; ${points(warmRate)}`;

/** The most that is covered by any of several runs of which at most `waste` was wasted; null: none kept to it. */
export function mostCovered(results, waste) {
  const kept = results.filter(({ wastedShare }) => (wastedShare ?? 0) <= waste);
  return kept.reduce((most, { covered }) => (covered !== null && covered > (most ?? -1) ? covered : most), null);
}

/** What is reached of an aim, beside it. */
export function againstAim(reached, aim) {
  if (aim === undefined) return none;
  return `${points(reached)} of ${points(aim)}${reached !== null && reached >= aim ? '' : ', missed'}`;
}
