// Dependency graph (Padmanabhan & Mogul 1996): how often each component came within four of another one.
import { Counts } from './counts.mjs';

const lookahead = 4;

export class DependencyGraph {
  #after = new Map();

  learn(_user, past, id) {
    for (const earlier of new Set(past.slice(-lookahead))) {
      let counts = this.#after.get(earlier);
      if (!counts) {
        counts = { came: new Counts(), cases: 0 };
        this.#after.set(earlier, counts);
      }
      counts.came.add(id);
    }
    const own = this.#after.get(id) ?? { came: new Counts(), cases: 0 };
    own.cases++;
    this.#after.set(id, own);
  }

  next(_user, past, limit) {
    const after = this.#after.get(past.at(-1));
    if (!after) return [];
    return after.came.top(limit).map(([id, count]) => [id, Math.min(1, count / Math.max(after.cases, count))]);
  }
}
