import { between, type LoadFrom, longestList, type Names, type SaveTo } from '../model/saving.ts';

/** One component left in one order, while the other order would have had the other leave. */
interface Pair {
  readonly left: number;
  readonly stayed: number;
  /** Whether the second order chose who left. */
  readonly bySecond: boolean;
}

/**
 * Which of two eviction orders is the better one: the first, until the second has won by more than chance explains, and
 * again when it has lost by as much.
 */
export class DuelScore {
  #balance = 0;
  #squares = 0;
  #second = false;

  get second(): boolean {
    return this.#second;
  }

  save(to: SaveTo): void {
    to.number(this.#balance);
    to.number(this.#squares);
    to.number(Number(this.#second));
  }

  /** Reads what was saved; what it returns takes it over. Throws a RangeError for what can't have been saved. */
  load(from: LoadFrom): () => void {
    const balance = from.number();
    const squares = between(from, 0);
    const second = from.small(1) === 1;
    return () => {
      this.#balance = balance;
      this.#squares = squares;
      this.#second = second;
    };
  }

  /** So much was paid for by a mistake of one of the orders. */
  mistake(bySecond: boolean, cost: number): void {
    this.#balance = this.#balance * fading + (bySecond ? -cost : cost);
    this.#squares = this.#squares * fading * fading + cost * cost;
    const chance = deviations * Math.sqrt(this.#squares);
    if (this.#second ? this.#balance < -chance : this.#balance > chance) this.#second = !this.#second;
  }
}

/**
 * Two eviction orders compared in one memory: each time they name different victims, whichever of the two components is
 * demanded first says who was wrong, by what its load costs. As set dueling compares them in samples of a cache
 * (Qureshi et al., ISCA 2007).
 */
export class Duel {
  /** By component: the pairs that wait for it or for the other. */
  readonly #open = new Map<number, Set<Pair>>();
  readonly #pairs = new Set<Pair>();
  readonly #score: DuelScore;

  constructor(score: DuelScore) {
    this.#score = score;
  }

  /** Whether the second order is the one to follow. */
  get second(): boolean {
    return this.#score.second;
  }

  /** The order that is followed had `left` leave, the other would have had `stayed` leave. */
  differ(left: number, stayed: number): void {
    this.#await({ left, stayed, bySecond: this.second });
  }

  /** A component is demanded, whose load costs so much. */
  demanded(component: number, cost: number): void {
    const waiting = this.#open.get(component);
    if (!waiting) return;
    for (const pair of waiting) {
      this.#close(pair);
      this.#score.mistake((component === pair.left) === pair.bySecond, cost);
    }
  }

  save(to: SaveTo, names: Names): void {
    to.number(this.#pairs.size);
    for (const { left, stayed, bySecond } of this.#pairs) {
      to.text(names.idOf(left));
      to.text(names.idOf(stayed));
      to.number(Number(bySecond));
    }
  }

  /** Takes over the pairs that were saved. Throws a RangeError for what can't have been saved. */
  load(from: LoadFrom, names: Names): void {
    for (let count = from.small(longestList); count > 0; count--) {
      const left = names.indexOf(from.text());
      const stayed = names.indexOf(from.text());
      const bySecond = from.small(1) === 1;
      if (left !== undefined && stayed !== undefined) this.#await({ left, stayed, bySecond });
    }
  }

  #await(pair: Pair): void {
    this.#pairs.add(pair);
    for (const component of [pair.left, pair.stayed]) {
      const waiting = this.#open.get(component);
      if (waiting) waiting.add(pair);
      else this.#open.set(component, new Set([pair]));
    }
    if (this.#pairs.size > most) for (const oldest of this.#pairs) return this.#close(oldest);
  }

  #close(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const component of [pair.left, pair.stayed]) {
      const waiting = this.#open.get(component);
      if (waiting?.delete(pair) && waiting.size === 0) this.#open.delete(component);
    }
  }
}

const most = 256;
const fading = 0.995;
const deviations = 1;
