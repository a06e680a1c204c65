import { PictureBuilder } from 'foreload/replay';

/**
 * The figures of one real session, named and defined as in docs/METRICS.md. Failed commands have no response time.
 * @param {import('./run-session.js').Session} session
 * @param {import('./run-session.js').Session} lru the session to compare with
 */
export function figuresOf(session, lru) {
  const { commands, ledger, memory, eventLoopP99Ms } = session;
  const served = commands.filter(({ found }) => found !== 'failed');
  const { timely, late, failed, cancelled } = ledger.preloads;
  const wasted = ledger.preloads.wasted + ledger.preloads.open;
  const missed = commands.filter((_, index) => lru.commands[index].found !== 'warm');
  const coldOnlyHere = commands.filter(({ found }, index) => found === 'cold' && lru.commands[index].found !== 'cold');
  return {
    warmRate: share(count(served, 'warm'), commands.length),
    covered: share(count(missed, 'warm'), missed.length),
    pollution: share(coldOnlyHere.length, commands.length),
    wastedShare: share(wasted, timely + late + wasted),
    preloads: { timely, late, wasted, failed, cancelled },
    ...chargedMemory(pictureOf(session).memory, session.tookMs),
    responseMs: quantilesOf(served.map(({ usableMs }) => usableMs)),
    answeredMs: quantilesOf(served.map(({ answeredMs }) => answeredMs)),
    found: Object.fromEntries(['warm', 'loading', 'cold', 'failed'].map((found) => [found, count(commands, found)])),
    memory,
    eventLoopP99Ms,
  };
}

/** Stays, needs and memory over the whole session. */
export function pictureOf({ notices, commands, tookMs }) {
  const builder = new PictureBuilder({ device: 0, user: null, rows: commands.length, from: 0, until: tookMs });
  for (const notice of notices) builder.notice(notice);
  return builder.finish();
}

/** Response times at `count` evenly spaced quantiles from 0 to 1. */
export function evenQuantiles({ commands }, count) {
  const sorted = sort(commands.filter(({ found }) => found !== 'failed').map(({ usableMs }) => usableMs));
  return sorted.length === 0 ? [] : Array.from({ length: count }, (_, i) => quantile(sorted, i / (count - 1)));
}

function quantilesOf(values) {
  if (values.length === 0) return { mean: null, p50: null, p95: null, p99: null };
  const sorted = sort(values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
}

/** Nearest rank: always a value that occurred. */
function quantile(sorted, q) {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** What Foreload charged against the budget; speculative: loaded ahead and not yet demanded. */
function chargedMemory(memory, until) {
  let area = 0;
  memory.forEach(({ at, speculative }, index) => {
    area += speculative * ((memory[index + 1]?.at ?? until) - at);
  });
  return {
    overheadMeanBytes: area / until,
    overheadPeakBytes: Math.max(0, ...memory.map(({ speculative }) => speculative)),
    residentPeakBytes: Math.max(0, ...memory.map(({ resident }) => resident)),
  };
}

function count(commands, found) {
  return commands.filter((command) => command.found === found).length;
}

function share(part, whole) {
  return whole > 0 ? part / whole : null;
}

function sort(values) {
  return [...values].sort((a, b) => a - b);
}
