import type { Step } from '../model/prediction.ts';
import type { Lane } from '../model/reason.ts';

/** Which confidence leads to which lane. Floors are inclusive for `background`, exclusive for the others. */
export interface Routing {
  /** Immediate: probability above this, for the coming command. Default 0.9. */
  readonly immediate: number;
  /** Delayed: probability above this, at most two commands ahead. Default 0.7. */
  readonly delayed: number;
  /** Background: everything else from this probability up. Default 0.3. */
  readonly background: number;
}

export const defaultRouting: Routing = { immediate: 0.9, delayed: 0.7, background: 0.3 };

/** The lane for a prediction, or null if it is too unlikely to load for. */
export function route(probability: number, step: Step, routing: Routing): Lane | null {
  if (step === 1 && probability > routing.immediate) return 'immediate';
  if (step <= 2 && probability > routing.delayed) return 'delayed';
  return probability >= routing.background ? 'background' : null;
}

/** Probability below which nothing is preloaded, whatever may be wasted. Where memory has a price, that decides in its place. */
export const preloadFloor = (priced: boolean, { background }: Routing): number => (priced ? 0 : background);
