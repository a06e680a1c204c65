import type { Evidence } from './evidence.ts';
import { experts, judges } from './experts.ts';
import { log2 } from './level.ts';
import type { Popularity } from './popularity.ts';
import type { Stand } from './stand.ts';
import { at, kinStates, levels, returnStates, totals, useStates } from './weights.ts';
import type { World } from './world.ts';

const kinAdmitted = 24;

export const recencyVoice: number = experts.length + judges.indexOf('recency');
export const popularityVoice: number = experts.length + judges.indexOf('popularity');
export const order2Voice: number = experts.length + judges.indexOf('order2');
export const kinVoice: number = experts.length + judges.indexOf('kin');
export const textVoice: number = experts.length + judges.indexOf('text');
export const earlierVoice: number = experts.length + judges.indexOf('earlier-text');
export const adviceVoice: number = experts.length + judges.indexOf('advice');

export function recency(to: Evidence, { order, uses }: Stand, told: number, most: number): void {
  for (let back = 0; back < order.length && back < most; back++) {
    const candidate = to.admit(order[back]!);
    if (candidate < 0) return;
    const used = Math.min(useStates - 1, Math.floor(1.6 * Math.log2(uses[back]!)));
    const state = (back < told ? returnStates : 0) + Math.min(back, returnStates - 1);
    to.add(candidate, at.recency + state * useStates + used, recencyVoice, 1);
  }
}

export function popularity(to: Evidence, { counts, total }: Popularity): void {
  const first = at.popularity + Math.min(totals - 1, Math.floor(Math.log2(total + 1) / 2)) * levels;
  for (let candidate = 0; candidate < to.count; candidate++) {
    const share = ((counts[to.ids[candidate]!] ?? 0) + 0.5) / (total + 1);
    to.add(candidate, first + levelOf(share), popularityVoice, 1);
  }
}

/** Kin of what was demanded last become candidates; how many of the last demands were kin speaks for each. */
export function kinship(to: Evidence, { recent }: Stand, { kin }: World): void {
  const last = recent[0]! < 0 ? null : kin.of(recent[0]!);
  if (last) for (let at = 0; at < last.length && at < kinAdmitted; at++) to.admit(last[at]!);
  for (let candidate = 0; candidate < to.count; candidate++) {
    const family = kin.of(to.ids[candidate]!);
    if (!family) continue;
    let alike = 0;
    for (const component of recent) if (component >= 0 && kin.of(component) === family) alike++;
    const state = (family === last ? kinStates / 2 : 0) + Math.min(alike, kinStates / 2 - 1);
    to.add(candidate, at.kin + state, kinVoice, 1);
  }
}

export function shares(to: Evidence, probability: Float64Array, first: number, voice: number): void {
  for (let candidate = 0; candidate < to.count; candidate++) {
    to.add(candidate, first + levelOf(probability[to.ids[candidate]!] ?? 0), voice, 1);
  }
}

/** On a scale of quarter bits: 0 is certain, the last 2^-14 or less. */
export function levelOf(probability: number): number {
  if (!(probability > least)) return levels - 1;
  const level = (0.5 - 4 * log2(probability)) | 0;
  return level < 0 ? 0 : level >= levels ? levels - 1 : level;
}
const least = 2 ** -14;
