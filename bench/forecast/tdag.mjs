// TDAG (Laird & Saul 1994): a Markov tree of bounded height, grown along a queue of states, one for each length of the
// latest past. A forecast comes from the deepest state that has been left before; the shallower ones fill the list. One
// tree for everyone, a queue of states for each user. The paper's thresholds, below which a state is neither extended
// nor believed, are left out: they save memory, and on the small traces each cost accuracy.
import { best } from './counts.mjs';

const height = 6;

export class Tdag {
  #root = newNode(0);
  /** By user: the states reached, the root first. */
  #states = [];

  learn(user, _past, id) {
    const reached = [this.#root];
    for (const node of this.#states[user] ?? [this.#root]) {
      if (node.depth === height) continue;
      let child = node.children.get(id);
      if (!child) {
        child = newNode(node.depth + 1);
        node.children.set(id, child);
      }
      node.left++;
      child.reached++;
      reached.push(child);
    }
    this.#states[user] = reached;
  }

  next(_user, past, limit) {
    const list = [];
    const listed = new Set();
    let least = 1;
    for (const node of this.#along(past)) {
      const counts = [...node.children.values()].map(({ reached }) => reached);
      for (const [id, count] of best([...node.children.keys()], counts, limit)) {
        if (listed.has(id) || list.length === limit) continue;
        least = Math.min(least, count / node.left);
        list.push([id, least]);
        listed.add(id);
      }
    }
    return list;
  }

  /** The states for a past, the deepest first: the last components spell the path from the root. */
  #along(past) {
    const states = [];
    for (let length = Math.min(height - 1, past.length); length >= 0; length--) {
      let node = this.#root;
      for (let at = past.length - length; node && at < past.length; at++) node = node.children.get(past[at]);
      if (node) states.push(node);
    }
    return states;
  }
}

const newNode = (depth) => ({ depth, reached: 0, left: 0, children: new Map() });
