import type { ComponentId, Millis, UserId } from '../../model/ids.ts';
import { type Prediction, type Step, steps } from '../../model/prediction.ts';
import { Generations } from '../generations.ts';
import type { KnownComponent, Predictor } from '../predictor.ts';

/** Users whose advice is remembered, about 10 KB each. The longest unused is forgotten first. */
const userLimit = 1000;
/** Components of each step that are asked of the other predictor, so that the two lists overlap. */
const asked = 32;

/**
 * Forecasts what a trained model advises, and nothing else; or, beside another predictor, the mean of the two. Until there
 * is advice for a user's present situation the other predictor forecasts alone.
 */
export class Advised implements Predictor {
  readonly name: string;
  readonly #other: Predictor | null;
  readonly #advice = new Generations<UserId, readonly Prediction[]>(userLimit);

  constructor(other: Predictor | null = null) {
    this.name = other ? `onnx+${other.name}` : 'onnx';
    this.#other = other;
  }

  register(components: readonly KnownComponent[]): void {
    this.#other?.register?.(components);
  }

  command(user: UserId, now: Millis, tags?: readonly string[]): void {
    this.#advice.delete(user);
    this.#other?.command(user, now, tags);
  }

  text(user: UserId, text: string): void {
    this.#other?.text(user, text);
  }

  partial(user: UserId, text: string): void {
    this.#other?.partial(user, text);
  }

  demand(user: UserId, component: ComponentId, now: Millis): void {
    this.#advice.delete(user);
    this.#other?.demand(user, component, now);
  }

  advise(user: UserId, predictions: readonly Prediction[]): void {
    this.#advice.set(user, predictions);
  }

  forecast(user: UserId, now: Millis, limit: number): Prediction[] {
    const advice = this.#advice.get(user);
    if (!advice) return this.#other?.forecast(user, now, limit) ?? [];
    const other = this.#other?.forecast(user, now, Math.max(limit, asked));
    return steps.flatMap((step) =>
      (other ? mean(ofStep(other, step), ofStep(advice, step)) : ofStep(advice, step)).slice(0, limit),
    );
  }

  forget(user: UserId): void {
    this.#advice.delete(user);
    this.#other?.forget(user);
  }
}

const ofStep = (predictions: readonly Prediction[], step: Step): Prediction[] =>
  predictions.filter((prediction) => prediction.step === step);

/** What only one of the two lists counts half. The reason is that of the one that is surer. */
function mean(one: readonly Prediction[], other: readonly Prediction[]): Prediction[] {
  const found = new Map<ComponentId, Prediction>(
    one.map((each) => [each.component, { ...each, probability: each.probability / 2 }]),
  );
  for (const each of other) {
    const before = found.get(each.component);
    const half = each.probability / 2;
    const probability = half + (before?.probability ?? 0);
    found.set(each.component, { ...(before && before.probability > half ? before : each), probability });
  }
  return [...found.values()].sort((a, b) => b.probability - a.probability);
}
