import { DuelScore } from './duel.ts';
import { ReuseModel } from './reuse-model.ts';

/** What all engines that learn together know of when components are used again. */
export class Reuse {
  /** Used before about as much was loaded as is in memory: what it is worth to keep. */
  readonly stays: ReuseModel = new ReuseModel();
  /** Used before two more loads for demands: what it is worth to load now. */
  readonly comes: ReuseModel = new ReuseModel();
  /** Whether forecasts order eviction better than the policy alone does. */
  readonly forecastsOrder: DuelScore = new DuelScore();
}
