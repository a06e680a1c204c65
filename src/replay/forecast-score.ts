import type { Prediction } from '../model/prediction.ts';

/** What is thought impossible and comes all the same costs this many bits, not infinitely many. */
const mostBits = 40;

/**
 * Bits of surprise at what came: -log2 of its probability. What a forecast leaves over to 1 is spread evenly over the
 * components that it does not list; no need costs more than 40 bits.
 */
export function bitsOf(forecast: readonly Prediction[], rank: number, components: number): number {
  let probability = forecast[rank]?.probability ?? 0;
  if (rank < 0) {
    const listed = forecast.reduce((sum, prediction) => sum + prediction.probability, 0);
    probability = Math.max(0, 1 - listed) / Math.max(1, components - forecast.length);
  }
  return probability > 0 ? Math.min(mostBits, Math.max(0, -Math.log2(probability))) : mostBits;
}
