import { type Rng, seededRng } from '../time/clock.ts';
import { ListSchedule, type Work } from './list-schedule.ts';
import { dependenciesFirst } from './links.ts';

/**
 * The best schedule found with so much effort: loads placed, in all passes together. First critical path first ("highest
 * level first", Hu 1961; Graham 1969: at most 2 - 1/workers times the best there is). Then forwards and backwards in turn:
 * what ends last in one direction begins first in the other (Li and Willis 1992). Then both again from ranks that are a random
 * step away from the latest good ones (iterated local search; Lourenço, Martin and Stützle 2003). Ends early where
 * no schedule can be shorter. The same work gives the same schedule.
 */
export function improvedSchedule(work: Work, effort: number): ListSchedule {
  const search = new Search(work, effort);
  search.firstPass();
  const rng = seededRng(1);
  for (let round = 0; !search.over; round++) {
    if (round > 0) search.step(rng, widths[round % widths.length]!, round % 4 === 3);
    search.swing();
  }
  return search.best;
}

/** How far a random step goes, as a share of the makespan: short and long ones in turn. */
const widths = [0.02, 0.05, 0.1, 0.2, 0.4];
const mostTurns = 6;

class Search {
  best: ListSchedule;
  #trial: ListSchedule;
  readonly #backward: ListSchedule;
  readonly #chains: Float64Array;
  readonly #bound: number;
  /** By what the next pass goes. */
  readonly #rank: Float64Array;
  /** The starts of the latest schedule that was no worse than the one before it. */
  readonly #good: Float64Array;
  #goodSpan = Number.POSITIVE_INFINITY;
  #left: number;

  constructor(work: Work, effort: number) {
    this.best = new ListSchedule(work);
    this.#trial = new ListSchedule(work);
    // Backwards, memory and what runs already are passed over: this only finds ranks for the next pass forwards.
    this.#backward = new ListSchedule({
      ...work,
      dependencies: work.dependants,
      dependants: work.dependencies,
      running: [],
      others: [],
      room: Number.POSITIVE_INFINITY,
    });
    this.#chains = chainsOf(work);
    this.#bound = shortestPossible(work, this.#chains);
    this.#rank = new Float64Array(work.took.length);
    this.#good = new Float64Array(work.took.length);
    this.#left = effort;
  }

  /** No effort is left, or no schedule can be shorter. */
  get over(): boolean {
    return this.#left <= 0 || this.best.makespan <= this.#bound;
  }

  firstPass(): void {
    this.#rankBy((node) => -this.#chains[node]!);
    this.best.run(this.#rank);
    this.#left -= this.#rank.length;
    this.#good.set(this.best.starts);
  }

  step(rng: Rng, width: number, fromChains: boolean): void {
    const reach = width * this.best.makespan;
    this.#rankBy((node) => (fromChains ? -this.#chains[node]! : this.#good[node]!) + (rng.next() - 0.5) * reach);
  }

  /** Forwards by the rank, then backwards and forwards for as long as that gains. */
  swing(): void {
    let before = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < mostTurns; turn++) {
      const trial = this.#trial;
      const span = trial.run(this.#rank);
      this.#left -= this.#rank.length;
      if (span <= this.#goodSpan) {
        this.#goodSpan = span;
        this.#good.set(trial.starts);
      }
      if (span < this.best.makespan) [this.best, this.#trial] = [trial, this.best];
      if (span >= before || this.over) return;
      before = span;
      this.#rankBy((node) => -trial.ends[node]!);
      const backward = this.#backward;
      const all = backward.run(this.#rank);
      this.#left -= this.#rank.length;
      this.#rankBy((node) => all - backward.ends[node]!);
    }
  }

  #rankBy(of: (node: number) => number): void {
    for (let node = 0; node < this.#rank.length; node++) this.#rank[node] = of(node);
  }
}

/** For each load the longest chain of work that begins with it: its own time and that of those resting on it. */
export function chainsOf({
  dependencies,
  dependants,
  took,
}: Pick<Work, 'dependencies' | 'dependants' | 'took'>): Float64Array {
  const chains = new Float64Array(took.length);
  const order = dependenciesFirst(dependencies, dependants);
  const { starts, ends } = dependants;
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]!;
    let above = 0;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) above = Math.max(above, chains[ends[edge]!]!);
    chains[node] = took[node]! + above;
  }
  return chains;
}

/** What no schedule can go below: the longest chain, and all work shared evenly; in whole numbers where all times are whole. */
function shortestPossible({ took, workers, others }: Work, chains: Float64Array): number {
  let longest = 0;
  let total = others.reduce((sum, { end }) => sum + end, 0);
  let whole = true;
  for (let node = 0; node < took.length; node++) {
    longest = Math.max(longest, chains[node]!);
    total += took[node]!;
    whole &&= Number.isInteger(took[node]);
  }
  const even = total / workers;
  // The others may run on after the last load: then the work alone is shared.
  const shared = others.length > 0 ? 0 : whole ? Math.ceil(even) : even;
  return Math.max(longest, shared);
}
