import { type ForecastAccuracy, type SimplePredictor, simplePredictors, type TopShares } from '../model/accuracy.ts';
import { type Step, steps } from '../model/prediction.ts';
import { CalibrationScore } from './calibration-score.ts';
import type { ScoredCommand, ScoredStep } from './scored-command.ts';
import { TopScore } from './top-score.ts';

/** Commands after which one counts half as much. */
export const halfLife = 200;
const growth = 2 ** (1 / halfLife);
/** Weights grow instead of fading, which touches only what is added; before they grow too large all is scaled down. */
const largest = 1e12;

/** How good forecasts have been lately: older commands count less and less. */
export class RollingAccuracy {
  #commands = 0;
  #weight = 1;
  readonly #steps = steps.map(() => new StepScore());
  readonly #simple = simplePredictors.map(() => new TopScore());

  /** Commands whose step 1 was scored, at full weight. */
  get commands(): number {
    return this.#commands;
  }

  add({ steps: scored, simple }: ScoredCommand): void {
    this.#weight *= growth;
    for (let at = 0; at < scored.length; at++) {
      const step = scored[at];
      if (step) this.#steps[at]!.add(step, this.#weight);
    }
    if (scored[0]) {
      this.#commands++;
      for (const ranks of simple) {
        for (let at = 0; at < ranks.length; at++) this.#simple[at]!.add(ranks[at]!, this.#weight);
      }
    }
    if (this.#weight > largest) this.#scaleDown();
  }

  figures(): ForecastAccuracy {
    const ours = this.#steps[0]!.top.shares();
    const of = (step: Step): ReturnType<StepScore['figures']> => this.#steps[step - 1]!.figures();
    const regret = (name: SimplePredictor): TopShares =>
      difference(this.#simple[simplePredictors.indexOf(name)]!.shares(), ours);
    return {
      commands: this.#commands,
      steps: { 1: of(1), 2: of(2), 3: of(3) },
      regret: {
        last: regret('last'),
        recent: regret('recent'),
        frequent: regret('frequent'),
        follower: regret('follower'),
      },
    };
  }

  #scaleDown(): void {
    const by = 1 / this.#weight;
    this.#weight = 1;
    for (const step of this.#steps) step.scale(by);
    for (const top of this.#simple) top.scale(by);
  }
}

class StepScore {
  readonly top: TopScore = new TopScore();
  readonly #calibration = new CalibrationScore();
  #brier = 0;
  #commands = 0;

  add({ ranks, first, brier }: ScoredStep, weight: number): void {
    for (const rank of ranks) this.top.add(rank, weight);
    if (first) this.#calibration.add(first.probability, first.came, weight);
    this.#brier += weight * brier;
    this.#commands += weight;
  }

  scale(by: number): void {
    this.top.scale(by);
    this.#calibration.scale(by);
    this.#brier *= by;
    this.#commands *= by;
  }

  figures(): ForecastAccuracy['steps'][Step] {
    const brier = this.#commands > 0 ? this.#brier / this.#commands : null;
    return { ...this.top.shares(), ece: this.#calibration.error(), brier };
  }
}

function difference(theirs: TopShares, ours: TopShares): TopShares {
  const of = (top: keyof TopShares): number | null =>
    theirs[top] === null || ours[top] === null ? null : theirs[top] - ours[top];
  return { top1: of('top1'), top3: of('top3'), top5: of('top5') };
}
