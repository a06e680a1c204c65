// One contestant on one trace, by the protocol of `foreload forecast`.
import { performance } from 'node:perf_hooks';
import { heapBytes } from '../../dist/cli/heap.js';
import { measureAccuracy, measureText } from '../../dist/replay/index.js';
import { contestant, onlyNext, onlyRanks } from './contestants.mjs';

const clock = { now: () => performance.now() };
const reliabilityBins = 20;

/**
 * What a contestant reached without texts and, for the product's predictors, with the texts of earlier rows and with
 * the row's own. `ranks` holds the place of what came for each scored need at step 1, -1 for none.
 */
export async function measure(name, of, { texts = false, make = contestant(name) } = {}) {
  const common = { makePredictor: make, train: of.train, scoreFrom: of.scoreFrom, clock, heapBytes };
  if (of.own) {
    const ranks = [];
    const own = await measureText(of.trace, { ...common, onNeed: ({ rank }) => ranks.push(rank) });
    return { name, own, ranks: Int8Array.from(ranks) };
  }
  const steps = onlyNext.has(name) ? 1 : 3;
  const ranks = [];
  const reliability = Array.from({ length: steps }, newReliability);
  const onNeed = ({ step, rank, forecast: [first] }) => {
    if (step === 1) ranks.push(rank);
    if (first) addTo(reliability[step - 1], first.probability, rank === 0);
  };
  const result = await measureAccuracy(of.trace, { ...common, steps, text: false, onNeed });
  if (onlyRanks.has(name)) Object.assign(result, { ece: null, bitsPerNeed: null });
  const withTexts = texts && of.trace.texts !== null;
  return {
    name,
    ...result,
    earlierTexts: withTexts ? (await measureAccuracy(of.trace, { ...common, steps, text: true })).steps : null,
    own: withTexts ? await measureText(of.trace, common) : null,
    ranks: Int8Array.from(ranks),
    reliability: onlyRanks.has(name) ? null : reliability,
  };
}

const newReliability = () => Array.from({ length: reliabilityBins }, () => ({ cases: 0, sure: 0, came: 0 }));

function addTo(bins, probability, came) {
  const bin = bins[Math.min(bins.length - 1, Math.floor(probability * bins.length))];
  bin.cases++;
  bin.sure += probability;
  if (came) bin.came++;
}
