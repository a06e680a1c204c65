// CPT+ (Gueniche, Fournier-Viger, Raman & Tseng 2015): finds recorded sequences that hold all of the latest components
// and counts what came after them there; rare components are dropped as noise until enough sequences were found.
//
// The paper's tree and its two compressions save memory and change no forecast: sequences are kept plain here. It trains
// on finished sequences; here each user's stream is cut into overlapping pieces of 20, and the piece that is still
// growing is searched too. Of the sequences that match, the 300 newest are counted. Parameters are those that the
// authors' implementation gives as the best: noise ratio 0.4, prediction ratio 1.
import { best } from './counts.mjs';

const pieceLength = 20;
const newest = 300;
const noiseRatio = 0.4;
const predictionRatio = 1;

export class CptPlus {
  #sequences = [];
  /** By component: the numbers of the sequences that hold it, rising. */
  #holders = new Map();
  /** By user: the number of the growing sequence. */
  #growing = [];
  #lately;

  /** @param lately how many of a user's latest components are searched for */
  constructor(lately) {
    this.#lately = lately;
  }

  learn(user, past, id) {
    let number = this.#growing[user];
    if (number === undefined || this.#sequences[number].length >= pieceLength) {
      number = this.#sequences.push([]) - 1;
      this.#growing[user] = number;
      for (const earlier of past.slice(-this.#lately)) this.#append(number, earlier);
    }
    this.#append(number, id);
  }

  next(_user, past, limit) {
    const target = past.slice(-this.#lately);
    const table = { scores: new Map(), visited: new Set() };
    const enough = 1 + Math.floor(target.length * predictionRatio);
    let predictions = this.#count(table, target) ? 1 : 0;
    const seen = new Set();
    for (const queue = [target]; queue.length > 0 && predictions < enough; ) {
      const sequence = queue.shift();
      const key = sequence.join();
      if (seen.has(key)) continue;
      seen.add(key);
      for (const noise of this.#noiseOf(sequence)) {
        const rest = sequence.toSpliced(sequence.indexOf(noise), 1);
        if (rest.length > 1) queue.push(rest);
        if (rest.length > 0 && this.#count(table, rest)) predictions++;
      }
    }
    let whole = 0;
    for (const score of table.scores.values()) whole += Math.exp(score);
    return best([...table.scores.keys()], [...table.scores.values()], limit).map(([id, score]) => [
      id,
      Math.exp(score) / whole,
    ]);
  }

  #append(number, id) {
    const sequence = this.#sequences[number];
    let holders = this.#holders.get(id);
    if (!holders) {
      holders = [];
      this.#holders.set(id, holders);
    }
    if (!sequence.includes(id)) holders.push(number);
    sequence.push(id);
  }

  /** Counts what follows all of `target` in each similar sequence; scores are multiplied in the paper, logs added here. */
  #count(table, target) {
    const similar = this.#similar(target);
    let counted = false;
    for (const number of similar) {
      if (table.visited.has(number)) continue;
      table.visited.add(number);
      const missing = new Set(target);
      let place = 0;
      for (const id of this.#sequences[number]) {
        if (missing.size > 0) missing.delete(id);
        else {
          place++;
          const gain = Math.log(1 + 1 / similar.length + 0.0001 / place);
          table.scores.set(id, (table.scores.get(id) ?? 0) + gain);
        }
      }
      if (place > 0) counted = true;
    }
    return counted;
  }

  #similar(target) {
    const distinct = [...new Set(target)];
    const holders = distinct.map((id) => this.#holders.get(id) ?? []).sort((a, b) => a.length - b.length);
    const similar = [];
    const rarest = holders[0] ?? [];
    for (let at = rarest.length - 1; at >= 0 && similar.length < newest; at--) {
      const sequence = this.#sequences[rarest[at]];
      if (distinct.every((id) => sequence.includes(id))) similar.push(rarest[at]);
    }
    return similar;
  }

  /** The rarest components of a sequence: 40 % of it, at least one. */
  #noiseOf(sequence) {
    const rareFirst = sequence.toSorted((a, b) => this.#holders.get(a)?.length - this.#holders.get(b)?.length);
    return rareFirst.slice(0, Math.max(1, Math.floor(sequence.length * noiseRatio)));
  }
}
