import type { ComponentId } from '../model/ids.ts';
import { type Prediction, type Step, steps } from '../model/prediction.ts';

/** Of each step as many candidates are kept as any figure needs. */
const places = 5;

/**
 * What is needed of a forecast to judge it later: the likeliest components of each step and their probabilities, copied,
 * so that nothing else of the forecast is kept alive.
 */
export class Foretold {
  readonly #components: ComponentId[] = [];
  readonly #probabilities = new Float64Array(places * steps.length);
  readonly #counts = new Uint8Array(steps.length);
  #made = false;

  /** Whether there is a forecast at all; it may be empty. */
  get made(): boolean {
    return this.#made;
  }

  /** Takes over a forecast in place of the one before. */
  take(predictions: readonly Prediction[]): void {
    this.clear();
    this.#made = true;
    for (const { component, step, probability } of predictions) {
      const count = this.#counts[step - 1]!;
      if (count === places) continue;
      const at = (step - 1) * places + count;
      this.#components[at] = component;
      this.#probabilities[at] = probability;
      this.#counts[step - 1] = count + 1;
    }
  }

  clear(): void {
    this.#made = false;
    this.#counts.fill(0);
  }

  count(step: Step): number {
    return this.#counts[step - 1]!;
  }

  /** @param place the likeliest 0; below `count` */
  component(step: Step, place: number): ComponentId {
    return this.#components[(step - 1) * places + place]!;
  }

  probability(step: Step, place: number): number {
    return this.#probabilities[(step - 1) * places + place]!;
  }
}
