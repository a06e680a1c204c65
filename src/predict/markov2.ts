import type { ComponentId, Millis, UserId } from '../model/ids.ts';
import { type Prediction, steps } from '../model/prediction.ts';
import { Distribution } from './distribution.ts';
import { Followers } from './followers.ts';
import { Generations } from './generations.ts';
import { Interner } from './interner.ts';
import type { Predictor } from './predictor.ts';
import { TextEvidence } from './text-evidence.ts';

/** Contexts that are remembered. The longest unused are forgotten first. */
const contextLimit = 300_000;
/** Users whose place in their history is remembered. */
const userLimit = 20_000;

/** What followed one context, one, two and three commands later. */
type Heads = readonly [Followers, Followers, Followers];

/** One user's place in their history. */
interface Trail {
  readonly user: number;
  /** The last two demands; -1: none yet. */
  last: number;
  before: number;
  /** Contexts at the end of the last three commands, latest first. */
  readonly contexts: (readonly Heads[])[];
  /** What the present command has demanded. */
  readonly demanded: number[];
  /** What is known of the present command, hashed: its tags, and its tags and words. */
  tags: readonly number[];
  features: readonly number[];
  /** What is known of the command that is being typed. */
  draft: readonly number[];
}

/**
 * Forecasts from the last two demands: what followed them for this user, for all users, then the last one, then nothing
 * in particular, mixed by Witten-Bell smoothing. Each step ahead has counts of its own, taken from what really came one,
 * two and three commands later. A command's text and tags, where known, tilt the forecast of that command.
 */
export class Markov2 implements Predictor {
  readonly name = 'markov2';
  readonly #components = new Interner<ComponentId>();
  readonly #users = new Interner<UserId>();
  readonly #trails = new Generations<UserId, Trail>(userLimit);
  readonly #contexts = new Generations<number, Heads>(contextLimit);
  readonly #always: Heads = newHeads();
  readonly #text = new TextEvidence();
  readonly #spread = new Distribution();

  command(user: UserId, _now?: Millis, tags: readonly string[] = []): void {
    const trail = this.#trail(user);
    if (trail.demanded.length > 0) {
      trail.contexts.unshift(this.#contextsOf(trail));
      if (trail.contexts.length > steps.length) trail.contexts.pop();
      trail.demanded.length = 0;
    }
    trail.draft = none;
    trail.tags = tags.map((tag) => TextEvidence.featureOfTag(tag));
    trail.features = trail.tags;
  }

  text(user: UserId, text: string): void {
    const trail = this.#trail(user);
    const words = TextEvidence.featuresOf(text);
    trail.features = [...trail.tags, ...words];
    for (const component of trail.demanded) this.#text.learn(words, component);
  }

  partial(user: UserId, text: string): void {
    this.#trail(user).draft = TextEvidence.featuresOf(text);
  }

  demand(user: UserId, component: ComponentId): void {
    const trail = this.#trail(user);
    const id = this.#components.indexOf(component);
    if (trail.demanded.includes(id)) return;
    const first = trail.demanded.length === 0;
    steps.forEach((_, head) => {
      if (head === 0) count(this.#always, head, id, first);
      for (const heads of trail.contexts[head] ?? []) count(heads, head, id, first);
    });
    this.#text.learn(trail.features, id);
    trail.demanded.push(id);
    trail.before = trail.last;
    trail.last = id;
  }

  forecast(user: UserId, _now: Millis, limit: number): Prediction[] {
    const trail = this.#trail(user);
    const announced = trail.demanded.length === 0;
    const contexts = announced ? (trail.contexts[0] ?? this.#contextsOf(trail)) : this.#contextsOf(trail);
    const features = trail.draft.length > 0 ? trail.draft : announced ? trail.features : none;
    const predictions: Prediction[] = [];
    const after = trail.last < 0 ? 'at first' : `after ${this.#components.names[trail.last]}`;
    for (const step of steps) {
      const reason = step === 1 ? `${after} comes` : `${after} ${step} commands later comes`;
      const spread = this.#spread;
      spread.reset(this.#components.size);
      spread.mix(this.#always[0]);
      for (const heads of contexts) spread.mix(heads[step - 1]!);
      if (step === 1 && features.length > 0) this.#tilt(features);
      for (const id of spread.top(limit)) {
        const component = this.#components.names[id]!;
        const probability = Math.min(1, spread.at(id));
        const why = `${reason} ${component} ${Math.round(probability * 100)} % of the time`;
        predictions.push({ component, step, probability, why });
      }
    }
    return predictions;
  }

  forget(user: UserId): void {
    const number = this.#users.find(user);
    if (number === undefined) return;
    this.#trails.delete(user);
    for (const key of this.#contexts.keys()) if (userOf(key) === number + 1) this.#contexts.delete(key);
  }

  #tilt(features: readonly number[]): void {
    const gains = this.#text.gains(features, this.#components.size);
    if (gains) this.#spread.tilt(gains);
  }

  #trail(user: UserId): Trail {
    let trail = this.#trails.get(user);
    if (!trail) {
      trail = {
        user: this.#users.indexOf(user),
        last: -1,
        before: -1,
        contexts: [],
        demanded: [],
        tags: none,
        features: none,
        draft: none,
      };
      this.#trails.set(user, trail);
      // A user's first command follows the empty context: what do people begin with?
      trail.contexts.push(this.#contextsOf(trail));
    }
    return trail;
  }

  /** The contexts a trail stands in, least specific first. */
  #contextsOf({ user, last, before }: Trail): Heads[] {
    return [
      this.#context(0, last, before, 1),
      this.#context(user + 1, 0, 0, 0),
      this.#context(0, last, before, 2),
      this.#context(user + 1, last, before, 1),
      this.#context(user + 1, last, before, 2),
    ];
  }

  #context(user: number, last: number, before: number, order: 0 | 1 | 2): Heads {
    const key = contextKey(user, order > 0 ? last + 2 : 0, order > 1 ? before + 2 : 0);
    let heads = this.#contexts.get(key);
    if (!heads) {
      heads = newHeads();
      this.#contexts.set(key, heads);
    }
    return heads;
  }
}

const none: readonly number[] = [];

const newHeads = (): Heads => [new Followers(), new Followers(), new Followers()];

function count(heads: Heads, head: number, id: number, first: boolean): void {
  const followers = heads[head]!;
  if (first) followers.total++;
  followers.add(id);
}

/** One number for a context: 21 bits of user, 16 of each component. Beyond 65,534 components contexts may be shared. */
const contextKey = (user: number, last: number, before: number): number =>
  (user % 2_097_152) * 4_294_967_296 + (before & 0xffff) * 65_536 + (last & 0xffff);
const userOf = (key: number): number => Math.floor(key / 4_294_967_296);
