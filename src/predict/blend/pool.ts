import { type Evidence, mostCandidates, voices } from './evidence.ts';
import { experts, judges } from './experts.ts';
import { places } from './places.ts';
import type { Weights } from './weights.ts';

/** How fast weights, gains and a user's own leanings move. */
export interface Pace {
  readonly weights: number;
  readonly gains: number;
  readonly leanings: number;
}

/** Who speaks where nobody does. */
const unexplained: number = experts.length + judges.indexOf('popularity');
const volume: Float64Array = new Float64Array(mostCandidates);
const gradient: Float64Array = new Float64Array(voices);

/** Turns evidence into probabilities: a softmax over the candidates and "something else". */
export function pool(evidence: Evidence, { values, gains }: Weights, leanings: Float32Array | null): void {
  const { count, score, probability, gains: gain } = evidence;
  for (let voice = 0; voice < voices; voice++)
    gain[voice] = gains[evidence.set + voice]! + (leanings ? leanings[voice]! : 0);
  score.fill(0, 0, count);
  const { pieces, candidate, share, weight, voice } = evidence;
  for (let at = 0; at < pieces; at++) {
    score[candidate[at]!]! += share[at]! * values[weight[at]!]! * gain[voice[at]!]!;
  }
  const other = values[evidence.otherWeight]!;
  let highest = other;
  for (let at = 0; at < count; at++) if (score[at]! > highest) highest = score[at]!;
  let sum = Math.exp(other - highest);
  evidence.other = sum;
  for (let at = 0; at < count; at++) sum += probability[at] = Math.exp(score[at]! - highest);
  for (let at = 0; at < count; at++) probability[at]! /= sum;
  evidence.other /= sum;
}

/** Notes, for the first `listed` of {@link places}, the expert whose one piece of evidence says most. */
export function noteLoudest(evidence: Evidence, { values }: Weights, listed: number): void {
  const { count, pieces, candidate, share, weight, voice, gains, loudest } = evidence;
  volume.fill(Number.POSITIVE_INFINITY, 0, count);
  for (let at = 0; at < listed; at++) {
    volume[places[at]!] = Number.NEGATIVE_INFINITY;
    loudest[places[at]!] = unexplained;
  }
  for (let at = 0; at < pieces; at++) {
    const place = candidate[at]!;
    const said = volume[place]!;
    if (said === Number.POSITIVE_INFINITY) continue;
    const says = share[at]! * values[weight[at]!]! * gains[voice[at]!]!;
    if (says <= said) continue;
    volume[place] = says;
    loudest[place] = voice[at]!;
  }
}

/** Moves all that took part towards what came (online gradient descent on the log loss). `target` -1: something else. */
export function learn(
  evidence: Evidence,
  weights: Weights,
  leanings: Float32Array | null,
  target: number,
  pace: Pace,
): void {
  const { values, moved, gains, gainsMoved } = weights;
  const { probability, gains: gain } = evidence;
  gradient.fill(0);
  for (let at = 0; at < evidence.pieces; at++) {
    const candidate = evidence.candidate[at]!;
    const error = (candidate === target ? 1 : 0) - probability[candidate]!;
    const voice = evidence.voice[at]!;
    const weight = evidence.weight[at]!;
    const felt = error * evidence.share[at]!;
    gradient[voice]! += felt * values[weight]!;
    const slope = felt * gain[voice]!;
    moved[weight]! += slope * slope;
    values[weight]! += (pace.weights * slope) / Math.sqrt(moved[weight]!);
  }
  for (let voice = 0; voice < voices; voice++) {
    const slope = gradient[voice]!;
    if (slope === 0) continue;
    const at = evidence.set + voice;
    gainsMoved[at]! += slope * slope;
    gains[at]! += (pace.gains * slope) / Math.sqrt(gainsMoved[at]!);
    if (!leanings) continue;
    leanings[voices + voice]! += slope * slope;
    leanings[voice]! += (pace.leanings * slope) / Math.sqrt(leanings[voices + voice]!);
  }
  const slope = (target < 0 ? 1 : 0) - evidence.other;
  moved[evidence.otherWeight]! += slope * slope;
  values[evidence.otherWeight]! += (pace.weights * slope) / Math.sqrt(moved[evidence.otherWeight]!);
}
