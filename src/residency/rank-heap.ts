/** What stands in a {@link RankHeap}: lowest rank first, equal ranks by order. */
export interface Ranked {
  rank: number;
  order: number;
  /** Where it stands; only the heap writes it. */
  place: number;
}

/** A binary heap whose members know their places, so that any of them may leave or change its rank in O(log n). */
export class RankHeap<N extends Ranked> {
  readonly #nodes: N[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  get first(): N | undefined {
    return this.#nodes[0];
  }

  add(node: N): void {
    this.#nodes.push(node);
    this.#rise(node, this.#nodes.length - 1);
  }

  delete(node: N): void {
    const last = this.#nodes.pop()!;
    if (last !== node) this.#settle(last, node.place);
  }

  /** The rank or order of a member has changed. */
  changed(node: N): void {
    this.#settle(node, node.place);
  }

  /** All members, lowest rank first, in O(log k) for the k-th: only the front of what is still to come is ordered. */
  *ascending(): Generator<N> {
    const nodes = this.#nodes;
    if (nodes.length === 0) return;
    yield nodes[0]!;
    const front = new RankHeap<Ranked & { readonly node: N }>();
    const reach = (place: number): void => {
      const node = nodes[place];
      if (node) front.add({ rank: node.rank, order: node.order, place: 0, node });
    };
    for (let place = 0; ; ) {
      reach(2 * place + 1);
      reach(2 * place + 2);
      const next = front.first;
      if (!next) return;
      front.delete(next);
      yield next.node;
      place = next.node.place;
    }
  }

  #settle(node: N, place: number): void {
    if (place > 0 && before(node, this.#nodes[(place - 1) >> 1]!)) this.#rise(node, place);
    else this.#sink(node, place);
  }

  #rise(node: N, from: number): void {
    const nodes = this.#nodes;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = nodes[above]!;
      if (!before(node, parent)) break;
      nodes[place] = parent;
      parent.place = place;
      place = above;
    }
    nodes[place] = node;
    node.place = place;
  }

  #sink(node: N, from: number): void {
    const nodes = this.#nodes;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= nodes.length) break;
      if (below + 1 < nodes.length && before(nodes[below + 1]!, nodes[below]!)) below++;
      const child = nodes[below]!;
      if (!before(child, node)) break;
      nodes[place] = child;
      child.place = place;
      place = below;
    }
    nodes[place] = node;
    node.place = place;
  }
}

const before = (a: Ranked, b: Ranked): boolean => a.rank < b.rank || (a.rank === b.rank && a.order < b.order);
