import { type ForecastBehind, type SimplePredictor, simplePredictors } from '../model/accuracy.ts';
import { halfLife } from './rolling-accuracy.ts';
import type { ScoredCommand } from './scored-command.ts';

const keep = 2 ** (-1 / halfLife);
/** Commands that have to be scored before anything is said. */
const fewest = 100;
/** Less than two points is no difference that anyone should act on. */
const least = 0.02;
/** Standard errors that the difference has to be above: twelve comparisons are looked at after every command. */
const sure = 4;
const tops = [1, 3, 5] as const;

/** One simple predictor against the forecast, command by command. */
interface Match {
  readonly simple: SimplePredictor;
  /** Its place in `simplePredictors`. */
  readonly at: number;
  readonly top: ForecastBehind['top'];
  /** Faded sums of the difference in the share of a command's needs that were foreseen, and of its square. */
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
  #weight = 0;
  #weightSquares = 0;
  #leader: Match | null = null;

  /** Adds a command. Whether a simple predictor has come to be ahead with it. */
  add({ steps: [ours], simple }: ScoredCommand): boolean {
    if (!ours) return false;
    this.#commands++;
    this.#weight = this.#weight * keep + 1;
    this.#weightSquares = this.#weightSquares * keep * keep + 1;
    const { ranks } = ours;
    for (const match of this.#matches) {
      let ahead = 0;
      for (let need = 0; need < ranks.length; need++) {
        ahead += hit(match.top, simple[need]![match.at]!) - hit(match.top, ranks[need]!);
      }
      const by = ahead / ranks.length;
      match.sum = match.sum * keep + by;
      match.squares = match.squares * keep + by * by;
    }
    if (this.#leader && this.#leader.sum <= 0) this.#leader = null;
    if (this.#leader || this.#commands < fewest) return false;
    this.#leader = this.#matches.reduce((best, match) => (match.sum > best.sum ? match : best));
    if (!this.#isAhead(this.#leader)) this.#leader = null;
    return this.#leader !== null;
  }

  /** Who is ahead now, and by how much; null: nobody. */
  behind(): ForecastBehind | null {
    if (!this.#leader) return null;
    const { simple, top, sum } = this.#leader;
    return { simple, top, regret: sum / this.#weight };
  }

  #isAhead({ sum, squares }: Match): boolean {
    const mean = sum / this.#weight;
    const variance = squares / this.#weight - mean * mean;
    const independent = (this.#weight * this.#weight) / this.#weightSquares;
    return mean > least && mean > sure * Math.sqrt(Math.max(0, variance) / independent);
  }
}

const hit = (top: number, rank: number): number => (rank >= 0 && rank < top ? 1 : 0);
