/** What stands in a {@link Queue} knows its neighbours. */
export interface Queued<N> {
  older: N | null;
  newer: N | null;
}

/** A doubly linked list: constant time to join, to leave from anywhere, and to find the oldest. */
export class Queue<N extends Queued<N>> {
  oldest: N | null = null;
  newest: N | null = null;

  /** Joins as the newest. */
  push(node: N): void {
    node.older = this.newest;
    node.newer = null;
    if (this.newest) this.newest.newer = node;
    else this.oldest = node;
    this.newest = node;
  }

  delete(node: N): void {
    if (node.older) node.older.newer = node.newer;
    else this.oldest = node.newer;
    if (node.newer) node.newer.older = node.older;
    else this.newest = node.older;
  }
}
