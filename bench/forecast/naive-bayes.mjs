// Multinomial naive Bayes on the words of a text (McCallum & Nigam 1998): the usual floor for telling what a text asks
// for. Words are counted with 0.1 added, which does better on few texts than the usual 1.
import { best } from './counts.mjs';

export class NaiveBayes {
  name = 'naive-bayes';
  #classes = new Map();
  #vocabulary = new Set();
  #cases = 0;
  /** By user: the words of the command that has demanded nothing yet. */
  #words = new Map();

  partial() {}
  forget() {}

  command(user) {
    this.#words.delete(user);
  }

  text(user, text) {
    this.#words.set(user, wordsOf(text));
  }

  demand(user, component) {
    let known = this.#classes.get(component);
    if (!known) {
      known = { cases: 0, total: 0, of: new Map() };
      this.#classes.set(component, known);
    }
    known.cases++;
    this.#cases++;
    for (const word of this.#words.get(user) ?? []) {
      known.total++;
      known.of.set(word, (known.of.get(word) ?? 0) + 1);
      this.#vocabulary.add(word);
    }
  }

  forecast(user, _now, limit) {
    const words = (this.#words.get(user) ?? []).filter((word) => this.#vocabulary.has(word));
    const scores = new Map();
    for (const [component, { cases, total, of }] of this.#classes) {
      let score = Math.log(cases / this.#cases);
      for (const word of words)
        score += Math.log(((of.get(word) ?? 0) + added) / (total + added * this.#vocabulary.size));
      scores.set(component, score);
    }
    const highest = Math.max(...scores.values());
    let whole = 0;
    for (const score of scores.values()) whole += Math.exp(score - highest);
    return best([...scores.keys()], [...scores.values()], limit).map(([component, score]) => ({
      component,
      step: 1,
      probability: Math.exp(score - highest) / whole,
      why: this.name,
    }));
  }
}

const added = 0.1;

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{M}\p{N}']+/gu) ?? [];
