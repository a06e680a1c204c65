import { type ForecastBehind, type SimplePredictor, simplePredictors } from '../model/accuracy.ts';
import { halfLife } from './rolling-accuracy.ts';
import type { ScoredCommand } from './scored-command.ts';

const growth = 2 ** (1 / halfLife);
/** Commands that have to be scored before anything is said, and after which it is looked at again. */
const fewest = 100;
const lookEvery = 10;
/** Less than two points is no difference that anyone should act on. */
const least = 0.02;
/** Standard errors that the difference has to be above: twelve comparisons are looked at again and again. */
const sure = 4;
const tops = [1, 3, 5] as const;
const largest = 1e12;

/** One simple predictor against the forecast, command by command. */
interface Match {
  readonly simple: SimplePredictor;
  /** Its place in `simplePredictors`. */
  readonly at: number;
  readonly top: ForecastBehind['top'];
  /** Weighted sums of the difference in the share of a command's needs that were foreseen, and of its square. */
  sum: number;
  squares: number;
}

/**
 * Notices when a simple predictor does better than the forecast: each command gives a difference, and their faded mean is
 * held against its own standard error. Says so until that predictor is no better any more.
 */
export class BehindWatch {
  readonly #matches: readonly Match[] = simplePredictors.flatMap((simple, at) =>
    tops.map((top) => ({ simple, at, top, sum: 0, squares: 0 })),
  );
  #commands = 0;
  /** Of the next command; grows, which fades all before it. */
  #weight = 1;
  #total = 0;
  /** Sum of the squared weights. */
  #spread = 0;
  #leader: Match | null = null;

  /** Adds a command. Whether a simple predictor has been found to be ahead. */
  add({ steps: [ours], simple }: ScoredCommand): boolean {
    if (!ours) return false;
    const weight = (this.#weight *= growth);
    this.#total += weight;
    this.#spread += weight * weight;
    const { ranks } = ours;
    for (const match of this.#matches) {
      let ahead = 0;
      for (let need = 0; need < ranks.length; need++) {
        ahead += hit(match.top, simple[need]![match.at]!) - hit(match.top, ranks[need]!);
      }
      if (ahead === 0) continue;
      const by = ahead / ranks.length;
      match.sum += weight * by;
      match.squares += weight * by * by;
    }
    if (weight > largest) this.#scaleDown();
    return ++this.#commands % lookEvery === 0 && this.#look();
  }

  /** Who is ahead now, and by how much; null: nobody. */
  behind(): ForecastBehind | null {
    if (!this.#leader) return null;
    const { simple, top, sum } = this.#leader;
    return { simple, top, regret: sum / this.#total };
  }

  #look(): boolean {
    if (this.#leader && this.#leader.sum <= 0) this.#leader = null;
    if (this.#leader || this.#commands < fewest) return false;
    const best = this.#matches.reduce((best, match) => (match.sum > best.sum ? match : best));
    if (this.#isAhead(best)) this.#leader = best;
    return this.#leader !== null;
  }

  #isAhead({ sum, squares }: Match): boolean {
    const mean = sum / this.#total;
    const variance = squares / this.#total - mean * mean;
    const independent = (this.#total * this.#total) / this.#spread;
    return mean > least && mean > sure * Math.sqrt(Math.max(0, variance) / independent);
  }

  #scaleDown(): void {
    const by = 1 / this.#weight;
    this.#weight = 1;
    this.#total *= by;
    this.#spread *= by * by;
    for (const match of this.#matches) {
      match.sum *= by;
      match.squares *= by;
    }
  }
}

const hit = (top: number, rank: number): number => (rank >= 0 && rank < top ? 1 : 0);
