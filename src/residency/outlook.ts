import type { ComponentId, Millis, UserId } from '../model/ids.ts';
import type { Names, LoadFrom, SaveTo } from '../model/saving.ts';
import { between, longestList } from '../model/saving.ts';
import { type Prediction, steps } from '../model/prediction.ts';
import { ReturnTimes } from './return-times.ts';

/** One user's forecast: since when it stands, and how likely that user's next command comes soon enough, when that was last asked. */
interface Standing {
  readonly at: Millis;
  readonly components: readonly number[];
  asked: Millis | null;
  /** Of what is known of commands and loads, as it was asked. */
  edition: number;
  comes: number;
}

/** What a user's forecast says of one component: its probability one, two and three commands ahead. */
interface Expectation {
  readonly standing: Standing;
  readonly steps: [next: number, second: number, third: number];
}

/** Probability of a demand by the next one, two and three commands of anybody. */
export interface Likelihood {
  readonly one: number;
  readonly two: number;
  readonly three: number;
}

/** How many users' forecasts stand at once. Whose last command is older than all of these is not waited for. */
const mostUsers = 128;

/**
 * The standing forecasts of all users, seen from memory: how likely is a component demanded while what is in memory now
 * stays there? A user's forecast stands until the next one; it counts as far as that user's next commands can be
 * expected within the time that memory takes to turn over.
 */
export class Outlook {
  /** By component: who expects it. */
  readonly #expected = new Map<number, Map<UserId, Expectation>>();
  /** By user, the longest silent first. */
  readonly #standing = new Map<UserId, Standing>();
  readonly #returns = new ReturnTimes();
  #lastLoad: Millis | null = null;
  /** Mean time between loads for demands, in ms. */
  #pace = 10_000;
  #gaps = 0;
  #residents = 1;
  /** How often what is known of commands and loads has changed. */
  #edition = 0;

  /** A user gives a command: it ends a wait. */
  command(user: UserId, now: Millis): void {
    const before = this.#standing.get(user);
    if (!before) return;
    this.#returns.came(now - before.at);
    this.#edition++;
  }

  /** A user's new forecast replaces the one before. */
  forecast(
    user: UserId,
    now: Millis,
    predictions: Iterable<readonly [component: number, prediction: Prediction]>,
  ): void {
    this.#drop(user);
    const expected = new Map<number, Expectation>();
    const components: number[] = [];
    const standing: Standing = { at: now, components, asked: null, edition: 0, comes: 0 };
    for (const [component, { step, probability }] of predictions) {
      const known = expected.get(component) ?? { standing, steps: [0, 0, 0] };
      known.steps[step - 1] = probability;
      expected.set(component, known);
    }
    for (const [component, expectation] of expected) {
      components.push(component);
      const users = this.#expected.get(component);
      if (users) users.set(user, expectation);
      else this.#expected.set(component, new Map([[user, expectation]]));
    }
    this.#standing.set(user, standing);
    if (this.#standing.size <= mostUsers) return;
    for (const longest of this.#standing.keys()) {
      this.#returns.stayedAway();
      this.#edition++;
      return this.#drop(longest);
    }
  }

  /** A user has demanded what was expected of the coming command: of that forecast, nothing more is expected of it. */
  demanded(user: UserId, component: number): void {
    this.#remove(component, user);
  }

  /** A demand had to load, with so many components in memory. */
  loaded(now: Millis, residents: number): void {
    if (this.#lastLoad !== null) {
      this.#pace += (Math.max(0, now - this.#lastLoad) - this.#pace) * Math.max(pacing, 1 / ++this.#gaps);
    }
    this.#lastLoad = now;
    this.#residents = Math.max(1, residents);
    this.#edition++;
  }

  /** Ms in which memory turns over and one more is loaded: what was not demanded by then has made room. */
  get horizon(): number {
    return Math.max(1000, this.#pace * (this.#residents + 1));
  }

  /** Whether any standing forecast names it. */
  expects(component: number): boolean {
    return this.#expected.has(component);
  }

  /** Probability that one of somebody's next commands demands it within the horizon: of the next one, two and three. */
  likelihood(component: number, now: Millis): Likelihood {
    let notFirst = 1;
    let notSecond = 1;
    let notThird = 1;
    for (const { standing, steps } of this.#expected.get(component)?.values() ?? []) {
      if (standing.asked !== now || standing.edition !== this.#edition) this.#ask(standing, now);
      const { comes } = standing;
      notFirst *= 1 - steps[0] * comes;
      notSecond *= 1 - steps[1] * comes * comes;
      notThird *= 1 - steps[2] * comes * comes * comes;
    }
    return { one: 1 - notFirst, two: 1 - notFirst * notSecond, three: 1 - notFirst * notSecond * notThird };
  }

  save(to: SaveTo, names: Names): void {
    for (const value of [this.#lastLoad ?? -1, this.#pace, this.#gaps, this.#residents]) to.number(value);
    this.#returns.save(to);
    to.number(this.#standing.size);
    for (const [user, { at, components }] of this.#standing) {
      const named = components.filter((component) => this.#expected.get(component)?.has(user));
      to.text(user);
      to.number(at);
      to.number(named.length);
      for (const component of named) {
        to.text(names.idOf(component));
        for (const probability of this.#expected.get(component)!.get(user)!.steps) to.number(probability);
      }
    }
  }

  /** Takes over what was saved, into an outlook of nothing. Throws a RangeError for what can't have been saved. */
  load(from: LoadFrom, names: Names): void {
    const lastLoad = from.number();
    this.#lastLoad = lastLoad < 0 ? null : (lastLoad as Millis);
    this.#pace = between(from, 0);
    this.#gaps = between(from, 0);
    this.#residents = between(from, 1);
    this.#returns.load(from);
    for (let left = from.small(mostUsers); left > 0; left--) {
      const user = from.text() as UserId;
      const at = from.number() as Millis;
      const predictions: (readonly [number, Prediction])[] = [];
      for (let named = from.small(longestList); named > 0; named--) {
        const id = from.text() as ComponentId;
        const index = names.indexOf(id);
        for (const step of steps) {
          const probability = between(from, 0, 1);
          if (index !== undefined) predictions.push([index, { component: id, step, probability, why: '' }]);
        }
      }
      this.forecast(user, at, predictions);
    }
  }

  #ask(standing: Standing, now: Millis): void {
    standing.asked = now;
    standing.edition = this.#edition;
    standing.comes = this.#returns.within(now - standing.at, this.horizon);
  }

  #drop(user: UserId): void {
    const standing = this.#standing.get(user);
    if (!standing) return;
    this.#standing.delete(user);
    for (const component of standing.components) this.#remove(component, user);
  }

  #remove(component: number, user: UserId): void {
    const users = this.#expected.get(component);
    if (users?.delete(user) && users.size === 0) this.#expected.delete(component);
  }
}

const pacing = 0.05;
