import type { Millis } from '../model/ids.ts';
import { between, type LoadFrom, type SaveTo } from '../model/saving.ts';
import type { Shadow } from './shadow.ts';

/**
 * Which of two eviction orders is the better one: the first, until the second has won by more than chance explains, and
 * again once it has lost that lead.
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
    if (this.#second ? this.#balance < 0 : this.#balance > chance) this.#second = !this.#second;
  }
}

/**
 * Two eviction orders compared: each has a shadow that serves all demands on names and sizes alone, and each demand that only
 * one of them misses counts against that one, by what its load costs (shadow tags; Subramanian et al., MICRO 2006). Nothing is
 * compared, or allocated, before memory runs out for the first time.
 */
export class Duel {
  readonly #score: DuelScore;
  #shadows: readonly [first: Shadow, second: Shadow] | null = null;

  constructor(score: DuelScore) {
    this.#score = score;
  }

  /** Whether the second order is the one to follow. */
  get second(): boolean {
    return this.#score.second;
  }

  get begun(): boolean {
    return this.#shadows !== null;
  }

  /** From now on two shadows are compared, which hold the same. */
  begin(first: Shadow, second: Shadow): void {
    this.#shadows = [first, second];
  }

  budget(bytes: number): void {
    for (const shadow of this.#shadows ?? []) shadow.budget(bytes);
  }

  measured(component: number, bytes: number, cost: number): void {
    for (const shadow of this.#shadows ?? []) shadow.measured(component, bytes, cost);
  }

  /** A component is demanded, whose load costs so much. */
  demanded(component: number, bytes: number, cost: number, now: Millis): void {
    if (!this.#shadows) return;
    const [first, second] = this.#shadows;
    const hit = first.demand(component, bytes, cost, now);
    if (hit !== second.demand(component, bytes, cost, now)) this.#score.mistake(hit, cost);
  }
}

const fading = 0.995;
/** Of both orders being as good, and who misses drawn at random. */
const deviations = 2;
