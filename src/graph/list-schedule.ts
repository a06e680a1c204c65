import type { Links } from './links.ts';

/** Loads to be put in order, in numbers of their own: 0 to `count` - 1. */
export interface Work {
  readonly dependencies: Links;
  readonly dependants: Links;
  /** Time that each load takes, 0 or more. */
  readonly took: Float64Array;
  readonly bytes: Float64Array;
  readonly workers: number;
  /** Loads that run at time 0: these of the work, until their time is up, */
  readonly running: readonly number[];
  /** and others: when they end, in rising order, and the bytes that can be taken from then on. */
  readonly others: readonly { readonly end: number; readonly bytes: number }[];
  /** Bytes that can be taken at time 0, what runs already having its own. */
  readonly room: number;
}

/**
 * List scheduling (Graham 1966): whenever a worker is free, the first of those whose dependencies are ready begins, by
 * `rank`, the smaller first, equals by number. One that lacks the room lets others pass until some is given back. Keeps its arrays
 * from run to run, and makes nothing new in one.
 */
export class ListSchedule {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** The order in which loads begin. */
  readonly order: Int32Array;
  makespan = 0;
  readonly #work: Work;
  readonly #count: number;
  readonly #missing: Int32Array;
  readonly #initial: Int32Array;
  /** Binary heaps: what can begin, by rank, and what runs, by its end. */
  readonly #ready: Int32Array;
  readonly #active: Int32Array;
  readonly #aside: number[] = [];
  #readyCount = 0;
  #activeCount = 0;
  #rank: Float64Array = new Float64Array(0);

  constructor(work: Work) {
    const count = work.took.length;
    this.#work = work;
    this.#count = count;
    this.starts = new Float64Array(count);
    this.ends = new Float64Array(count);
    this.order = new Int32Array(count);
    this.#missing = new Int32Array(count);
    this.#initial = new Int32Array(count);
    this.#ready = new Int32Array(count);
    this.#active = new Int32Array(count);
    const { starts } = work.dependencies;
    for (let node = 0; node < count; node++) this.#initial[node] = starts[node + 1]! - starts[node]!;
  }

  /** Schedules all of it. Returns when the last load ends. */
  run(rank: Float64Array): number {
    const { workers, others } = this.#work;
    this.#rank = rank;
    this.#missing.set(this.#initial);
    this.#readyCount = this.#activeCount = 0;
    this.makespan = 0;
    let begun = this.#enter();
    let { room } = this.#work;
    let other = 0;
    for (let now = 0; ; ) {
      while (this.#readyCount > 0 && this.#activeCount + others.length - other < workers) {
        const node = this.#takeReady();
        const bytes = this.#work.bytes[node]!;
        if (bytes > room && other < others.length) {
          this.#aside.push(node);
          continue;
        }
        room -= bytes;
        this.order[begun++] = node;
        this.#begin(node, now);
      }
      while (this.#aside.length > 0) this.#addReady(this.#aside.pop()!);
      const end = this.#activeCount > 0 ? this.ends[this.#active[0]!]! : Number.POSITIVE_INFINITY;
      if (other < others.length && others[other]!.end <= end) {
        if (begun === this.#count && this.#activeCount === 0) return this.makespan;
        now = others[other]!.end;
        room += others[other++]!.bytes;
      } else if (this.#activeCount > 0) {
        now = end;
        // All that end now, before anything begins: the best of what they let begin comes first.
        while (this.#activeCount > 0 && now === this.ends[this.#active[0]!]) this.#end(this.#takeActive());
      } else return this.makespan;
    }
  }

  /** What can begin at once, and what runs already. Returns how many run. */
  #enter(): number {
    const { running } = this.#work;
    let begun = 0;
    for (const node of running) {
      this.order[begun++] = node;
      this.#begin(node, 0);
      this.#missing[node] = -1;
    }
    for (let node = 0; node < this.#count; node++) if (this.#missing[node] === 0) this.#addReady(node);
    return begun;
  }

  #begin(node: number, now: number): void {
    const end = now + this.#work.took[node]!;
    this.starts[node] = now;
    this.ends[node] = end;
    if (end > this.makespan) this.makespan = end;
    this.#addActive(node);
  }

  #end(node: number): void {
    const { starts, ends } = this.#work.dependants;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const next = ends[edge]!;
      if (--this.#missing[next]! === 0) this.#addReady(next);
    }
  }

  #addReady(node: number): void {
    const heap = this.#ready;
    const rank = this.#rank;
    let at = this.#readyCount++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (rank[above]! < rank[node]! || (rank[above] === rank[node] && above < node)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = node;
  }

  #takeReady(): number {
    const heap = this.#ready;
    const rank = this.#rank;
    const top = heap[0]!;
    const last = heap[--this.#readyCount]!;
    const count = this.#readyCount;
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child >= count) {
        heap[at] = last;
        return top;
      }
      if (child + 1 < count) {
        const [left, right] = [heap[child]!, heap[child + 1]!];
        if (rank[right]! < rank[left]! || (rank[right] === rank[left] && right < left)) child++;
      }
      const below = heap[child]!;
      if (rank[last]! < rank[below]! || (rank[last] === rank[below] && last < below)) {
        heap[at] = last;
        return top;
      }
      heap[at] = below;
      at = child;
    }
  }

  #addActive(node: number): void {
    const heap = this.#active;
    let at = this.#activeCount++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.ends[heap[parent]!]! <= this.ends[node]!) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = node;
  }

  #takeActive(): number {
    const heap = this.#active;
    const top = heap[0]!;
    const last = heap[--this.#activeCount]!;
    const count = this.#activeCount;
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child >= count) {
        heap[at] = last;
        return top;
      }
      if (child + 1 < count && this.ends[heap[child + 1]!]! < this.ends[heap[child]!]!) child++;
      if (this.ends[last]! <= this.ends[heap[child]!]!) {
        heap[at] = last;
        return top;
      }
      heap[at] = heap[child]!;
      at = child;
    }
  }
}
