import { setImmediate } from 'node:timers/promises';
import { compare } from 'foreload/replay';
import { learn, workloadOf } from './learn.js';

const policies = ['foreload', 'lru', 'clairvoyant'];
/** Budgets of the curve, as shares of the footprint. */
const shares = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

/**
 * The same commands on the virtual clock, with the costs measured in the warm-up: a check of the simulator, and the
 * bound that nobody can pass.
 * @param {import('./stream.js').Stream} stream
 * @param {{ costs: object[], budgetBytes: number, think: number, waste: number, times: number[], signal: AbortSignal }} job
 *   `times`: when each command was demanded in the real run of Foreload
 * @returns {Promise<Readonly<Record<string, import('foreload/replay').PolicyFigures>>>}
 */
export async function replay({ history, shown }, job) {
  const onProgress = async () => {
    // Lets an interrupt arrive.
    await setImmediate();
    job.signal.throwIfAborted();
  };
  const { predictor, waste } = await learn(history, { ...job, onProgress });
  const workload = workloadOf(fromTheStart({ ...shown, ts: Float64Array.from(job.times) }, job.think), job);
  const options = { policies, noSpeculation: false, makePredictor: () => predictor, waste, onProgress };
  return (await compare(workload, options)).results;
}

/** Warm rates over a row of budgets, each learned anew at that budget. */
export async function budgetCurve(stream, job) {
  const footprint = job.costs.reduce((sum, { bytes }) => sum + bytes, 0);
  const points = [];
  for (const share of shares) {
    const budgetBytes = footprint * share;
    const results = await replay(stream, { ...job, budgetBytes });
    const warmRate = Object.fromEntries(Object.entries(results).map(([policy, { warmRate }]) => [policy, warmRate]));
    points.push({ budget: `${Math.round(share * 100)}%`, budgetBytes, warmRate });
  }
  return points;
}

/** In replay nothing loads before the first row; in the demo the first command thinks like any other. */
function fromTheStart({ rows, ts, user, texts, firstNeed, ...trace }, think) {
  return {
    ...trace,
    rows: rows + 1,
    ts: Float64Array.from([ts[0] - think, ...ts]),
    user: Int32Array.from([user[0], ...user]),
    texts: ['', ...texts],
    firstNeed: Int32Array.from([0, ...firstNeed]),
  };
}
