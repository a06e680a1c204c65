import { heads, type Network, probabilitiesOf } from '../predict/onnx/network.ts';
import type { Sample } from '../predict/onnx/samples.ts';
import { TopScore } from '../metrics/top-score.ts';
import type { TopShares } from '../model/accuracy.ts';

/** How well a network foresees commands that it did not learn from. Each component that a command demands is one need. */
export interface HeldBackFigures {
  readonly samples: number;
  /** By step, asked when the command before was served. */
  readonly steps: Readonly<Record<string, TopShares>>;
  /** Step 1, asked when the text of the command itself was known; null: no text was. */
  readonly ownText: TopShares | null;
  /** By step: always forecasting what was most frequent in what was learned. */
  readonly mostFrequent: Readonly<Record<string, TopShares>>;
}

/** Scores a network; null without samples. The components of its encoding come most frequent first. */
export function scoreHeldBack(network: Network, samples: readonly Sample[]): HeldBackFigures | null {
  if (samples.length === 0) return null;
  const tops = newScores();
  const frequent = newScores();
  const own = new TopScore();
  for (const sample of samples) {
    const { ownText, targets, unknown } = sample;
    const probabilities = probabilitiesOf(network, sample);
    for (let head = 0; head < (ownText ? 1 : heads); head++) {
      const top = ownText ? own : tops[head]!;
      for (const component of targets[head] ?? []) {
        top.add(rankIn(probabilities, head * network.shape.components, network.shape.components, component));
        if (!ownText) frequent[head]!.add(component);
      }
      for (let missed = 0; missed < unknown[head]!; missed++) {
        top.add(-1);
        if (!ownText) frequent[head]!.add(-1);
      }
    }
  }
  return {
    samples: samples.length,
    steps: byStep(tops),
    ownText: own.needs > 0 ? own.shares() : null,
    mostFrequent: byStep(frequent),
  };
}

const newScores = (): TopScore[] => Array.from({ length: heads }, () => new TopScore());

const byStep = (scores: readonly TopScore[]): Record<string, TopShares> =>
  Object.fromEntries(scores.map((score, head) => [String(head + 1), score.shares()]));

/** Of equal ones the first comes first. */
function rankIn(probabilities: Float32Array, from: number, count: number, component: number): number {
  const own = probabilities[from + component]!;
  let rank = 0;
  for (let other = 0; other < count; other++) {
    const value = probabilities[from + other]!;
    if (value > own || (value === own && other < component)) rank++;
  }
  return rank;
}
