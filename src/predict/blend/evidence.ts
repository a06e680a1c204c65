import { experts, judges } from './experts.ts';

/** Candidates that one forecast weighs. */
export const mostCandidates = 128;
/** In `slots`: it can't become a candidate. */
export const barred = 255;
const mostPieces = 8192;
export const voices: number = experts.length + judges.length;

/**
 * What speaks for which candidate: pieces of (candidate, weight, expert, share). A candidate's score is the sum over
 * its pieces of share x weight x the expert's gain. Made once and used again: nothing is allocated for a forecast.
 */
export class Evidence {
  count = 0;
  readonly ids: Int32Array = new Int32Array(mostCandidates);
  readonly score: Float64Array = new Float64Array(mostCandidates);
  readonly probability: Float64Array = new Float64Array(mostCandidates);
  /** The expert that says most for each candidate. */
  readonly loudest: Uint8Array = new Uint8Array(mostCandidates);
  /** Probability that none of the candidates comes. */
  other = 0;
  /** Which weight says how likely that is. */
  otherWeight = 0;
  /** Where the gains of this state begin. */
  set = 0;
  pieces = 0;
  readonly candidate: Uint8Array = new Uint8Array(mostPieces);
  readonly weight: Int32Array = new Int32Array(mostPieces);
  readonly voice: Uint8Array = new Uint8Array(mostPieces);
  readonly share: Float64Array = new Float64Array(mostPieces);
  readonly gains: Float64Array = new Float64Array(voices);
  stamps: Int32Array = new Int32Array(256);
  slots: Uint8Array = new Uint8Array(256);
  stamp = 0;

  /** Begins anew for components 0 to `size` - 1. */
  reset(size: number): void {
    if (this.stamps.length < size) {
      this.stamps = new Int32Array(size * 2);
      this.slots = new Uint8Array(size * 2);
      this.stamp = 0;
    }
    this.stamp++;
    this.count = 0;
    this.pieces = 0;
  }

  /** Where a component stands among the candidates; -1: it is none. */
  placeOf(component: number): number {
    const slot = this.stamps[component] === this.stamp ? this.slots[component]! : barred;
    return slot === barred ? -1 : slot;
  }

  /** Makes a component a candidate; -1 when there is no more room. */
  admit(component: number): number {
    if (this.stamps[component] === this.stamp) return this.placeOf(component);
    if (this.count === mostCandidates) return -1;
    this.stamps[component] = this.stamp;
    this.slots[component] = this.count;
    this.ids[this.count] = component;
    this.loudest[this.count] = 0;
    return this.count++;
  }

  /** Keeps a component from becoming a candidate. */
  bar(component: number): void {
    this.stamps[component] = this.stamp;
    this.slots[component] = barred;
  }

  add(candidate: number, weight: number, voice: number, share: number): void {
    if (this.pieces === mostPieces) return;
    const at = this.pieces++;
    this.candidate[at] = candidate;
    this.weight[at] = weight;
    this.voice[at] = voice;
    this.share[at] = share;
  }

  /** Adds a piece that lies `beyond` a weight, on the way to the one `step` further. */
  addBetween(candidate: number, weight: number, step: number, voice: number, beyond: number): void {
    const at = this.pieces;
    if (at + 2 > mostPieces) return;
    this.candidate[at] = candidate;
    this.weight[at] = weight;
    this.voice[at] = voice;
    this.share[at] = 1 - beyond;
    this.pieces = at + 1;
    if (beyond === 0) return;
    this.candidate[at + 1] = candidate;
    this.weight[at + 1] = weight + step;
    this.voice[at + 1] = voice;
    this.share[at + 1] = beyond;
    this.pieces = at + 2;
  }
}
