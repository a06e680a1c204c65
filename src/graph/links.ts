/**
 * The edges of a graph, packed: those of `node` lead to `ends[starts[node]]` up to, not including,
 * `ends[starts[node + 1]]`, in the order in which they were given.
 */
export interface Links {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export const countOf = (links: Links): number => links.starts.length - 1;

/** Packs edges given one by one: the i-th leads from `tails[i]` to `heads[i]`. Both are numbers from 0 to `count` - 1. */
export function linksOf(count: number, tails: Int32Array, heads: Int32Array): Links {
  const starts = new Int32Array(count + 1);
  for (let edge = 0; edge < tails.length; edge++) starts[tails[edge]! + 1]!++;
  for (let node = 0; node < count; node++) starts[node + 1]! += starts[node]!;
  const free = starts.slice(0, count);
  const ends = new Int32Array(tails.length);
  for (let edge = 0; edge < tails.length; edge++) ends[free[tails[edge]!]!++] = heads[edge]!;
  return { starts, ends };
}

/** Packs lists of successors. */
export function linksFrom(lists: readonly (readonly number[])[]): Links {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, node) => {
    starts[node + 1] = starts[node]! + list.length;
  });
  const ends = new Int32Array(starts[lists.length]!);
  lists.forEach((list, node) => ends.set(list, starts[node]));
  return { starts, ends };
}

/** The same edges, each turned round. */
export function turned({ starts, ends }: Links): Links {
  const tails = new Int32Array(ends.length);
  for (let node = 0; node < starts.length - 1; node++) tails.fill(node, starts[node], starts[node + 1]);
  return linksOf(starts.length - 1, ends, tails);
}

/**
 * Dependencies before dependants (Kahn 1962), ties in order of number. Nodes on a circle, and those that rest on one, are
 * left out: the order is then shorter than the graph.
 */
export function dependenciesFirst(dependencies: Links, dependants: Links = turned(dependencies)): Int32Array {
  const count = countOf(dependencies);
  const missing = new Int32Array(count);
  const order = new Int32Array(count);
  let known = 0;
  for (let node = 0; node < count; node++) {
    missing[node] = dependencies.starts[node + 1]! - dependencies.starts[node]!;
    if (missing[node] === 0) order[known++] = node;
  }
  const { starts, ends } = dependants;
  for (let next = 0; next < known; next++) {
    const node = order[next]!;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      if (--missing[ends[edge]!]! === 0) order[known++] = ends[edge]!;
    }
  }
  return order.subarray(0, known);
}

/** Finds what can be reached along some edges. Keeps its arrays, so that asking again costs only what is found. */
export class Reach {
  readonly #links: Links;
  /** The question in which each node was last found; 0: in none. */
  readonly #foundIn: Uint32Array;
  readonly #found: Int32Array;
  #question = 0;

  constructor(links: Links) {
    this.#links = links;
    this.#foundIn = new Uint32Array(countOf(links));
    this.#found = new Int32Array(countOf(links));
  }

  /** Some nodes and all that can be reached from them, in the order in which it is found. Holds until the next question. */
  from(roots: Iterable<number>): Int32Array {
    const { starts, ends } = this.#links;
    const foundIn = this.#foundIn;
    const found = this.#found;
    const question = ++this.#question;
    let known = 0;
    for (const root of roots) {
      if (foundIn[root] === question) continue;
      foundIn[root] = question;
      found[known++] = root;
    }
    for (let next = 0; next < known; next++) {
      const node = found[next]!;
      for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
        const end = ends[edge]!;
        if (foundIn[end] === question) continue;
        foundIn[end] = question;
        found[known++] = end;
      }
    }
    return found.subarray(0, known);
  }

  /** Whether a node was found by the latest question. */
  has(node: number): boolean {
    return this.#question > 0 && this.#foundIn[node] === this.#question;
  }
}

/** As {@link Reach.from}, for one question. */
export const reachableFrom = (links: Links, roots: Iterable<number>): Int32Array => new Reach(links).from(roots);
