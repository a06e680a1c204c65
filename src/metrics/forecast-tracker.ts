import type { ForecastAccuracy, ForecastStatus } from '../model/accuracy.ts';
import type { ComponentId, UserId } from '../model/ids.ts';
import { type Prediction, steps } from '../model/prediction.ts';
import { BehindWatch } from './behind-watch.ts';
import { Foretold } from './foretold.ts';
import { Recent } from './recent.ts';
import { RollingAccuracy } from './rolling-accuracy.ts';
import { scoreCommand } from './scored-command.ts';
import { SimplePredictors } from './simple-predictors.ts';

/** Users who are followed at once. */
const userLimit = 256;
/** Of what one command demands, so many are scored. */
const needLimit = 64;
/** Users who are listed in a status. */
const usersListed = 10;
/** Commands between two reports. */
const reportEvery = 100;

/** One user's forecasts on their way to be scored, and their score. */
interface Followed {
  /** The last forecast made since the present command first demanded something. */
  latest: Foretold;
  /** What stood before the present command's first demand, before that of the command before, and so on. */
  readonly standing: Foretold[];
  /** What the present command has demanded so far. */
  readonly demanded: ComponentId[];
  readonly simple: SimplePredictors;
  readonly accuracy: RollingAccuracy;
}

/** What has come to be worth telling: a report is due, or a simple predictor has come to be ahead. */
export type ForecastNews = 'accuracy' | 'forecast-behind';

/**
 * How good the forecasts are that an engine acts on: each command, once its user gives the next one, is compared with the
 * forecast that stood before its first demand, and with what simple predictors would have said. Bounded: of the 256 users
 * heard of last each has a few kilobytes; who is forgotten is scored first.
 */
export class ForecastTracker {
  readonly #all = new RollingAccuracy();
  readonly #behind = new BehindWatch();
  readonly #users = new Recent<UserId, Followed>(userLimit, newFollowed, (followed) => this.#score(followed));
  readonly #news: ForecastNews[] = [];

  /** A forecast was made; it replaces the one before. */
  forecast(user: UserId, predictions: readonly Prediction[]): void {
    this.#users.use(user).latest.take(predictions);
  }

  /** The present command of a user demands a component. */
  demand(user: UserId, component: ComponentId): void {
    const followed = this.#users.use(user);
    const { demanded, standing } = followed;
    if (demanded.length === 0) {
      standing.unshift(followed.latest);
      followed.latest = standing.pop()!;
      followed.latest.clear();
    }
    if (demanded.length < needLimit && !demanded.includes(component)) demanded.push(component);
  }

  /** A user gives a command, which ends the one before. Tells what has come to be worth telling. */
  command(user: UserId): readonly ForecastNews[] {
    this.#score(this.#users.use(user));
    return this.#news.length === 0 ? none : this.#news.splice(0);
  }

  /** How good one user's forecasts were lately; null if that user is not followed or nothing was scored yet. */
  accuracyOf(user: UserId): ForecastAccuracy | null {
    const followed = this.#users.find(user);
    return followed && followed.accuracy.commands > 0 ? followed.accuracy.figures() : null;
  }

  status(): ForecastStatus {
    const scored = this.#users.entries().filter(([, { accuracy }]) => accuracy.commands > 0);
    return {
      all: this.#all.figures(),
      users: scored.slice(0, usersListed).map(([user, { accuracy }]) => ({ user, ...accuracy.figures() })),
      behind: this.#behind.behind(),
    };
  }

  #score(followed: Followed): void {
    const { demanded, standing, simple, accuracy } = followed;
    if (demanded.length === 0) return;
    const scored = scoreCommand(demanded, standing, simple);
    simple.learn(demanded);
    demanded.length = 0;
    accuracy.add(scored);
    const before = this.#all.commands;
    this.#all.add(scored);
    if (this.#behind.add(scored)) this.#news.push('forecast-behind');
    if (this.#all.commands > before && this.#all.commands % reportEvery === 0) this.#news.push('accuracy');
  }
}

const none: readonly ForecastNews[] = [];

const newFollowed = (): Followed => ({
  latest: new Foretold(),
  standing: steps.map(() => new Foretold()),
  demanded: [],
  simple: new SimplePredictors(),
  accuracy: new RollingAccuracy(),
});
