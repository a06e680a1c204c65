import type { ComponentId } from './ids.ts';

/** How many commands ahead a forecast looks: the coming one is 1. */
export type Step = 1 | 2 | 3;
export const steps: readonly Step[] = [1, 2, 3];

/** One component that a coming command may demand. */
export interface Prediction {
  readonly component: ComponentId;
  readonly step: Step;
  /** That the command `step` ahead demands it: 0..1. */
  readonly probability: number;
  /** For people: "after git-commit comes git-push 83 % of the time". */
  readonly why: string;
}
