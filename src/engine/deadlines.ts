import type { Millis } from '../model/ids.ts';
import { type Ranked, RankHeap } from '../residency/rank-heap.ts';

/** When a component's time is up. */
interface Deadline extends Ranked {
  readonly component: number;
}

/** A time for each of some components, the earliest at hand: O(log n) to set or delete one, nothing for all the others. */
export class Deadlines {
  readonly #heap = new RankHeap<Deadline>();
  readonly #of = new Map<number, Deadline>();

  get size(): number {
    return this.#heap.size;
  }

  get earliest(): { readonly component: number; readonly at: Millis } | null {
    const { first } = this.#heap;
    return first ? { component: first.component, at: first.rank as Millis } : null;
  }

  has(component: number): boolean {
    return this.#of.has(component);
  }

  get(component: number): Millis | undefined {
    return this.#of.get(component)?.rank as Millis | undefined;
  }

  /** Takes the place of the component's time before, if there was one. */
  set(component: number, at: Millis): void {
    const known = this.#of.get(component);
    if (known) {
      known.rank = at;
      this.#heap.changed(known);
      return;
    }
    const deadline: Deadline = { component, rank: at, order: component, place: 0 };
    this.#of.set(component, deadline);
    this.#heap.add(deadline);
  }

  delete(component: number): void {
    const known = this.#of.get(component);
    if (!known) return;
    this.#of.delete(component);
    this.#heap.delete(known);
  }

  clear(): void {
    for (const component of this.#of.keys()) this.delete(component);
  }

  /** Takes out those whose time has come, in the order of the components. */
  due(now: Millis): readonly number[] {
    const due: number[] = [];
    for (let next = this.#heap.first; next && next.rank <= now; next = this.#heap.first) {
      this.delete(next.component);
      due.push(next.component);
    }
    return due.sort((a, b) => a - b);
  }
}
