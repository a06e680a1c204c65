// Makes a forecaster of the one next component into a predictor: keeps each user's latest components for it and looks
// further ahead by asking it again, as if what it thinks likeliest had come.

/** How many of a user's latest components a forecaster is shown. */
const remembered = 20;

/**
 * A forecaster has `learn(user, past, id)` and `next(user, past, limit)`, which gives [id, probability] pairs, likeliest
 * first. Users and components are numbered from 0; `past` has the latest component last.
 */
export class Sequential {
  #forecaster;
  #roll;
  #users = new Map();
  #ids = new Map();
  #names = [];
  #pasts = [];

  /** @param roll how later steps are reached: `top` (the likeliest is taken to come), or `spread` (the eight likeliest) */
  constructor(name, forecaster, roll = 'top') {
    this.name = name;
    this.#forecaster = forecaster;
    this.#roll = roll;
  }

  command() {}
  text() {}
  partial() {}
  forget() {}

  demand(user, component) {
    const number = this.#user(user);
    const past = this.#pasts[number];
    let id = this.#ids.get(component);
    if (id === undefined) {
      id = this.#names.push(component) - 1;
      this.#ids.set(component, id);
    }
    this.#forecaster.learn(number, past, id);
    past.push(id);
    if (past.length > remembered) past.shift();
  }

  forecast(user, _now, limit) {
    const number = this.#user(user);
    const steps = this.#roll === 'top' ? this.#rollTop(number, limit) : this.#rollSpread(number, limit);
    return steps.flatMap((list, back) =>
      list.map(([id, probability]) => ({ component: this.#names[id], step: back + 1, probability, why: this.name })),
    );
  }

  #rollTop(user, limit) {
    const past = this.#pasts[user].slice();
    const steps = [];
    for (let back = 0; back < 3; back++) {
      const list = this.#forecaster.next(user, past, limit);
      steps.push(list);
      if (list.length === 0) break;
      past.push(list[0][0]);
    }
    return steps;
  }

  /** Mixes what may follow by how likely each past is; the unlikely pasts are left out, and what is left made whole. */
  #rollSpread(user, limit) {
    let pasts = [[this.#pasts[user], 1]];
    const steps = [];
    for (let back = 0; back < 3; back++) {
      const sums = new Map();
      const longer = [];
      for (const [past, weight] of pasts) {
        for (const [id, probability] of this.#forecaster.next(user, past, limit)) {
          sums.set(id, (sums.get(id) ?? 0) + weight * probability);
          longer.push([past, id, weight * probability]);
        }
      }
      steps.push([...sums].sort((a, b) => b[1] - a[1]).slice(0, limit));
      const likely = longer.sort((a, b) => b[2] - a[2]).slice(0, branches);
      const whole = likely.reduce((sum, [, , weight]) => sum + weight, 0);
      pasts = likely.map(([past, id, weight]) => [[...past, id], weight / whole]);
    }
    return steps;
  }

  #user(user) {
    let number = this.#users.get(user);
    if (number === undefined) {
      number = this.#pasts.push([]) - 1;
      this.#users.set(user, number);
    }
    return number;
  }
}

/** Pasts that `spread` follows further. */
const branches = 8;
