import type { ComponentId, Millis, UserId } from '../model/ids.ts';
import { type Prediction, type Step, steps } from '../model/prediction.ts';
import type { Predictor } from './predictor.ts';
import { hashedWords } from './words.ts';

/** How many commands of each user are remembered. */
const remembered = 20;
/** Commands are alike when more than this share of their words agrees. */
const alike = 0.5;

interface Past {
  words: ReadonlySet<number>;
  readonly demanded: ComponentId[];
}

/**
 * The pattern predictor of the specification, kept as a baseline: looks through a user's last 20 commands. What an
 * alike command (word overlap above 50 %) demanded, the announced one will; what came after the last time that the
 * same component was demanded will come again.
 */
export class History implements Predictor {
  readonly name = 'history';
  readonly #pasts = new Map<UserId, Past[]>();
  /** Words of commands that are being typed. */
  readonly #drafts = new Map<UserId, ReadonlySet<number>>();

  command(user: UserId): void {
    const past = this.#past(user);
    this.#drafts.delete(user);
    if (past.at(-1)?.demanded.length === 0) past.pop();
    past.push({ words: new Set(), demanded: [] });
    if (past.length > remembered) past.shift();
  }

  text(user: UserId, text: string): void {
    const present = this.#past(user).at(-1);
    if (present) present.words = new Set(hashedWords(text));
  }

  partial(user: UserId, text: string): void {
    this.#drafts.set(user, new Set(hashedWords(text)));
  }

  demand(user: UserId, component: ComponentId): void {
    const present = this.#past(user).at(-1);
    if (present && !present.demanded.includes(component)) present.demanded.push(component);
  }

  forecast(user: UserId, _now: Millis, limit: number): Prediction[] {
    const past = this.#past(user);
    const present = past.at(-1);
    const announced = present?.demanded.length === 0;
    const done = announced ? past.slice(0, -1) : past;
    const draft = this.#drafts.get(user);
    const words = draft?.size ? draft : announced ? present.words : null;
    const predictions: Prediction[] = [];
    for (const step of steps) {
      const votes = (words && step === 1 && votesOfAlike(done, words)) || votesOfSequence(done, step);
      predictions.push(...ranked(votes, step, limit));
    }
    return predictions;
  }

  forget(user: UserId): void {
    this.#pasts.delete(user);
    this.#drafts.delete(user);
  }

  #past(user: UserId): Past[] {
    let past = this.#pasts.get(user);
    if (!past) {
      past = [];
      this.#pasts.set(user, past);
    }
    return past;
  }
}

type Votes = { readonly cases: number; readonly why: string; readonly of: ReadonlyMap<ComponentId, number> };

function votesOfAlike(done: readonly Past[], words: ReadonlySet<number>): Votes | null {
  if (words.size === 0) return null;
  const like = done.filter((past) => overlap(past.words, words) > alike);
  return like.length === 0 ? null : tally(like, 'a command in the same words demanded it');
}

function votesOfSequence(done: readonly Past[], step: Step): Votes {
  const last = done.at(-1)?.demanded.at(-1);
  const followers: Past[] = [];
  if (last !== undefined) {
    done.forEach((past, at) => {
      const follower = done[at + step];
      if (past.demanded.includes(last) && follower) followers.push(follower);
    });
  }
  return tally(followers, `it came ${step === 1 ? 'next' : `${step} commands later`} after ${last} before`);
}

function tally(pasts: readonly Past[], why: string): Votes {
  const of = new Map<ComponentId, number>();
  for (const past of pasts) for (const component of past.demanded) of.set(component, (of.get(component) ?? 0) + 1);
  return { cases: pasts.length, why, of };
}

/** Add-one smoothing over cases: one case alone is no certainty. */
function ranked(votes: Votes, step: Step, limit: number): Prediction[] {
  return [...votes.of]
    .map(([component, count]) => ({ component, step, probability: count / (votes.cases + 1), why: votes.why }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, limit);
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  return both === 0 ? 0 : both / (a.size + b.size - both);
}
