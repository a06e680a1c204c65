/** Points in time and durations, given in ms, as people write them; and the steps that a time axis may have. */
export const durations: string = /* js */ `
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const timeSteps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 3650].map((n) => n * DAY),
];

/** At most two units: "1 h 30 min", "12.4 s", "350 ms". */
function duration(ms) {
  if (ms >= 10 * DAY) return Math.round(ms / DAY) + ' d';
  if (ms >= DAY) return twoUnits(ms, DAY, 'd', HOUR, 'h');
  if (ms >= HOUR) return twoUnits(ms, HOUR, 'h', MINUTE, 'min');
  if (ms >= MINUTE) return twoUnits(ms, MINUTE, 'min', SECOND, 's');
  if (ms >= SECOND) return Number((ms / SECOND).toFixed(2)) + ' s';
  return Number(ms.toFixed(ms < 10 ? 1 : 0)) + ' ms';
}

function twoUnits(ms, large, largeName, small, smallName) {
  const count = Math.round(ms / small);
  const perLarge = large / small;
  const rest = count % perLarge;
  return Math.floor(count / perLarge) + ' ' + largeName + (rest ? ' ' + rest + ' ' + smallName : '');
}

const timeTicks = (u, splits) => splits.map((at) => (at === 0 ? '0' : duration(at)));

/** A point in time to the millisecond where that matters: "2:05:07", "0:03.250". */
function clock(ms) {
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor(ms / MINUTE) % 60;
  const seconds = (ms % MINUTE) / SECOND;
  const whole = String(Math.floor(seconds)).padStart(2, '0');
  const thousandths = ms < 10 * MINUTE ? '.' + String(Math.floor(ms % SECOND)).padStart(3, '0') : '';
  return (hours ? hours + ':' + String(minutes).padStart(2, '0') : minutes) + ':' + whole + thousandths;
}
`;
