// What was demanded most often, by anyone, is forecast for everyone.
import { Counts } from './counts.mjs';

export class Popularity {
  #all = new Counts();

  learn(_user, _past, id) {
    this.#all.add(id);
  }

  next(_user, _past, limit) {
    return this.#all.top(limit).map(([id, count]) => [id, count / this.#all.total]);
  }
}
