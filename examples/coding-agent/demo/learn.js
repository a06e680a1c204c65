import { Blend } from 'foreload/predictors/blend';
import { newWorkload, parsePolicy, run } from 'foreload/replay';

/**
 * What a Foreload has learned that was there all along: the history is replayed on the virtual clock with the measured
 * costs, one command every think time and mean load time, and ends just before `startsAt`.
 * @param {import('foreload/replay').Trace} history
 * @param {{ costs: readonly import('foreload/replay').Cost[], budgetBytes: number, think: number, waste: number,
 *   startsAt: number, onProgress?: () => void | Promise<void> }} job
 * @returns {Promise<Uint8Array>} a snapshot, as `foreload.snapshot()` gives it before a restart
 */
export async function learn(history, job) {
  const { costs, think, waste, startsAt, onProgress } = job;
  const pace = think + costs.reduce((sum, { loadMs }) => sum + loadMs, 0) / costs.length;
  const paced = { ...history, ts: history.ts.map((_, row) => startsAt - (history.rows - row) * pace) };
  let snapshot;
  const snapshots = { rows: new Set([history.rows - 1]), taken: (_, learned) => (snapshot = learned) };
  const options = { makePredictor: () => new Blend(), waste, snapshots, onProgress };
  await run(workloadOf(paced, job), parsePolicy('foreload'), options);
  return snapshot;
}

/** A trace with the demo's costs and budget. The words of a command are known the think time before its demand. */
export function workloadOf(trace, { costs, budgetBytes, think }) {
  return newWorkload({
    trace,
    costs: { of: costs, source: 'measured in the warm-up', given: true },
    budget: { kind: 'bytes', bytes: budgetBytes },
    scope: 'shared',
    scoreFrom: 0,
    lead: think,
  });
}
