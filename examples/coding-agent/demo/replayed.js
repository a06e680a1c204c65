import { Blend } from 'foreload/predictors/blend';
import { compare } from 'foreload/replay';
import { learn, workloadOf } from './learn.js';

/** Budgets of the curve, as shares of the footprint. */
const shares = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

/**
 * The same commands on the virtual clock, with the costs measured in the warm-up: a check of the simulator, and the
 * bound that nobody can pass. Foreload starts from the snapshot that the real one started from.
 * @param {import('./stream.js').Stream} stream
 * @param {{ costs: object[], budgetBytes: number, think: number, waste: number, snapshot: Uint8Array, startsAt: number,
 *   times: number[], onProgress: () => Promise<void> }} job `times`: when each command was demanded in the real run of Foreload
 * @returns {Promise<Readonly<Record<string, import('foreload/replay').PolicyFigures>>>}
 */
export async function replay({ shown }, { snapshot, startsAt, times, onProgress, ...job }) {
  const workload = workloadOf({ ...shown, ts: Float64Array.from(times, (at) => startsAt + at) }, job);
  const restart = { row: 0, rows: shown.rows, lead: job.think, snapshot, warming: true };
  const options = { noSpeculation: false, makePredictor: () => new Blend(), waste: job.waste, onProgress };
  const ours = await compare(workload, { ...options, policies: ['foreload'], restart });
  const others = await compare(workload, { ...options, policies: ['lru', 'clairvoyant'] });
  return { ...ours.results, ...others.results };
}

/** Warm rates over a row of budgets, with what was learned at each of them. */
export async function budgetCurve(stream, job) {
  const footprint = job.costs.reduce((sum, { bytes }) => sum + bytes, 0);
  const points = [];
  for (const share of shares) {
    const budgetBytes = footprint * share;
    const snapshot = await learn(stream.history, { ...job, budgetBytes });
    const results = await replay(stream, { ...job, snapshot, budgetBytes });
    const warmRate = Object.fromEntries(Object.entries(results).map(([policy, { warmRate }]) => [policy, warmRate]));
    points.push({ budget: `${Math.round(share * 100)}%`, budgetBytes, warmRate });
  }
  return points;
}
