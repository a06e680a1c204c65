import { WasteTarget } from 'foreload';
import { Markov2 } from 'foreload/predictors/markov2';
import { newWorkload, parsePolicy, run } from 'foreload/replay';

/** Probability below which Foreload loads nothing ahead: the default of its routing. */
const floor = 0.3;

/**
 * A predictor and a waste target as the history leaves them, had Foreload been there: it is replayed on the virtual
 * clock with the measured costs, one command every think time and mean load time.
 * @param {import('foreload/replay').Trace} history
 * @param {{ costs: readonly import('foreload/replay').Cost[], budgetBytes: number, think: number, waste: number,
 *   onProgress?: () => void | Promise<void> }} options
 */
export async function learn(history, { costs, budgetBytes, think, waste, onProgress = () => {} }) {
  const predictor = new Markov2();
  const target = new WasteTarget(waste, floor);
  const pace = think + costs.reduce((sum, { loadMs }) => sum + loadMs, 0) / costs.length;
  const paced = { ...history, ts: history.ts.map((_, row) => row * pace) };
  const options = { makePredictor: () => predictor, waste: target, onProgress };
  await run(workloadOf(paced, { costs, budgetBytes, think }), parsePolicy('foreload'), options);
  return { predictor, waste: target };
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
