import { steps } from '../../model/prediction.ts';
import { packed } from './packed-weights.ts';
import { Weights } from './weights.ts';

/** Weights that were learned before count for as much as this sum of squared gradients; the others begin at 1. */
const moved = 2;
const gainsMoved = 300;
/** The greatest weight that can be packed. Small ones are kept more exactly. */
const greatest = 9;
const gainStep = 1 / 400;

const unpack = (text: string): Int8Array => Int8Array.from(atob(text), (byte) => byte.charCodeAt(0));
const pack = (numbers: Int8Array): string => btoa(String.fromCharCode(...new Uint8Array(numbers.buffer)));

const weightOf = (level: number): number => Math.sign(level) * greatest * (level / 127) ** 2;
const levelOf = (weight: number): number =>
  Math.sign(weight) * Math.min(127, Math.round(127 * Math.sqrt(Math.abs(weight) / greatest)));

/**
 * What to begin with: weights learned on recorded commands of other people (bench/weights.mjs says which). They hold no
 * component and no user, only what a count, a rank or a text is worth in general.
 */
export function startingWeights(): Weights[] {
  return steps.map((step) => {
    const { values, gains } = packed[step - 1]!;
    const weights = new Weights(
      Float32Array.from(unpack(values), weightOf),
      Float32Array.from(unpack(gains), (level) => 1 + level * gainStep),
    );
    weights.values.forEach((value, at) => {
      if (value !== 0) weights.moved[at] = moved;
    });
    weights.gains.forEach((gain, at) => {
      if (gain !== 1) weights.gainsMoved[at] = gainsMoved;
    });
    return weights;
  });
}

/** The form in which {@link startingWeights} are kept: a byte a weight. */
export const packWeights = ({ values, gains }: Weights): { readonly values: string; readonly gains: string } => ({
  values: pack(Int8Array.from(values, levelOf)),
  gains: pack(Int8Array.from(gains, (gain) => Math.max(-127, Math.min(127, Math.round((gain - 1) / gainStep))))),
});
