import type { ComponentId, Millis, UserId } from '../../model/ids.ts';
import { type Prediction, type Step, steps } from '../../model/prediction.ts';
import type { KnownComponent, Predictor } from '../predictor.ts';
import type { Features } from '../text/features.ts';
import { companyAfter, countCompany, raceFor } from './company.ts';
import { Evidence, mostCandidates, voices } from './evidence.ts';
import { contexts, expertNames, experts } from './experts.ts';
import { gather, mutedOf } from './gather.ts';
import { isHeard } from './hearing.ts';
import { expectedOf } from './meaning.ts';
import { Memory } from './memory.ts';
import { learn, noteLoudest, type Pace, pool } from './pool.ts';
import { likeliest, places } from './places.ts';
import { longestReturn, returnOf, type Stand } from './stand.ts';
import { none, type Trail } from './trail.ts';
import type { Weights } from './weights.ts';
import { stepSalt, type Told } from './world.ts';
import { Reasons } from './why.ts';

export interface BlendOptions {
  /** Experts to leave out, by name (one of {@link Blend.experts}): to see what each is worth. Default: none. */
  readonly without?: readonly string[];
  /** What to begin with instead of the weights that are part of the package; shared, and changed by learning. */
  readonly weights?: readonly Weights[];
  /** How fast weights change. */
  readonly pace?: Pace;
}

const usualPace: Pace = { weights: 0.08, gains: 1, leanings: 0.5 };
/** From so many demands on a user has leanings of their own. */
const leaningsFrom = 32;
/** What leanings begin with as the sum of squared gradients: the greater, the slower they move. */
const leaningsInertia = 100;
/** Later steps change slowly: in time their weights learn from every fourth demand. Their counts learn from each. */
const laterEvery = 4;
/** After so many demands. */
const seasoned = 2048;

/**
 * The default forecast: many small views of the past (what followed the user's last component, everyone's last two, at this
 * hour, in this rhythm; what words, names and a trained model say), each worth what it turned out to be worth, pooled
 * into calibrated probabilities. Online, from the first command on: context mixing as in PAQ (Mahoney 2005), with a softmax over
 * candidates instead of bits. docs/DECISIONS.md tells the choices, `npm run bench:forecast` what they are worth.
 *
 * Bounded: 20,000 users (1.3 MB each and 128 MB in all at most), 15 MB for what all taught, 40 MB for each of two text models.
 *
 * @example
 * const predictor = new Blend();
 * predictor.command('ada', now);
 * predictor.demand('ada', 'git.commit', now);
 * predictor.forecast('ada', now, 5); // [{ component, step, probability, why }, ...] for steps 1, 2 and 3
 */
export class Blend implements Predictor {
  /** Names of all experts. */
  static readonly experts: readonly string[] = expertNames;
  readonly name = 'blend';
  #memory: Memory;
  readonly #evidence: Evidence = new Evidence();
  readonly #muted: Uint8Array;
  readonly #pace: Pace;

  constructor({ without = [], weights, pace = usualPace }: BlendOptions = {}) {
    this.#muted = mutedOf(without, expertNames);
    this.#memory = new Memory(null, weights);
    this.#pace = pace;
  }

  register(components: readonly KnownComponent[]): void {
    for (const { id, description = '', keywords = [] } of components) {
      this.#memory.indexOf(id, [description, ...keywords].join(' ').trim());
    }
  }

  command(user: UserId, _now: Millis, tags: readonly string[] = []): void {
    const trail = this.#memory.trail(user, true);
    if (trail.demanded.length > 0) this.#close(trail);
    if (trail.features.length > 0) trail.before = trail.features;
    trail.tags = tags.length > 0 ? this.#memory.text.featuresOf(tags.map((tag) => `tag${tag}`).join(' ')) : none;
    trail.features = trail.tags;
    trail.draft = none;
  }

  text(user: UserId, text: string): void {
    const { text: model } = this.#memory;
    const trail = this.#memory.trail(user, true);
    trail.features = together(trail.tags, model.featuresOf(text));
    trail.told = trail.demanded.length === 0 && same(trail.features, trail.before) ? trail.told + 1 : 0;
    for (const component of trail.demanded) model.learn(trail.features, component);
  }

  partial(user: UserId, text: string): void {
    this.#memory.trail(user, true).draft = this.#memory.text.featuresOf(text);
  }

  advise(user: UserId, predictions: readonly Prediction[]): void {
    const advice = steps.map(() => new Map<number, number>());
    for (const { component, step, probability } of predictions) {
      const index = this.#memory.components.find(component);
      if (index !== undefined) advice[step - 1]!.set(index, probability);
    }
    this.#memory.trail(user, true).advice = advice;
  }

  demand(user: UserId, component: ComponentId, now: Millis): void {
    const memory = this.#memory;
    const trail = memory.trail(user, true);
    const id = memory.indexOf(component);
    if (trail.demanded.includes(id)) return;
    if (trail.stands.length === 0) trail.stands.push(trail.stand());
    if (trail.count === leaningsFrom)
      trail.leanings ??= steps.map(() => new Float32Array(2 * voices).fill(leaningsInertia, voices));
    memory.demands++;
    for (let step = 0; step < trail.stands.length; step++) {
      const stand = trail.stands[step]!;
      if (step === 0 || this.#teaching()) this.#learnWeights(trail, step, stand, id);
      const expected = step > 0 ? stand.expected[step - 1] : undefined;
      if (expected) memory.meanings[step]!.learn(expected, id, trail.demanded);
      this.#count(trail, step, stand, id);
    }
    if (trail.features.length > 0) memory.text.learn(trail.features, id);
    if (trail.before.length > 0) memory.earlier.learn(trail.before, id);
    memory.popularity.add(id);
    memory.windows.demand(id, now);
    trail.demand(id, now);
  }

  forecast(user: UserId, _now: Millis, limit: number): Prediction[] {
    const predictions: Prediction[] = [];
    if (this.#memory.components.size === 0) return predictions;
    const trail = this.#memory.trail(user, false);
    const announced = trail.demanded.length === 0;
    const stand = (announced ? trail.stands[0] : null) ?? trail.stand();
    const features = trail.draft.length > 0 ? trail.draft : announced ? trail.features : none;
    const reasons = new Reasons(trail, this.#memory.table, this.#memory.components.names);
    for (const step of steps) {
      this.#weigh(trail, step - 1, stand, step === 1 ? features : none, trail.advice[step - 1] ?? null);
      this.#list(reasons, trail, step, stand, limit, predictions);
    }
    return predictions;
  }

  /** Probability that anyone demands a component within 10 s, 1 min, 10 min and 1 h from now. */
  within(component: ComponentId, now: Millis): number[] {
    return this.#memory.windows.within(this.#memory.components.find(component) ?? Number.POSITIVE_INFINITY, now);
  }

  forget(user: UserId): void {
    this.#memory.forget(user);
  }

  snapshot(): Uint8Array {
    return this.#memory.snapshot();
  }

  restore(snapshot: Uint8Array): void {
    this.#memory = Memory.restore(snapshot);
  }

  #close(trail: Trail): void {
    const memory = this.#memory;
    const demands = trail.demanded.length;
    if (demands > 1) memory.several = true;
    if (memory.several) {
      const before = trail.table.bytes;
      trail.stands.forEach((stand, step) => countCompany([memory.table, trail.table], stand, step, demands));
      memory.grew(trail.table.bytes - before);
    }
    trail.close();
    if (this.#teaching()) this.#expectLater(trail);
  }

  /** Whether what comes now teaches the weights of later steps. */
  #teaching(): boolean {
    const { demands } = this.#memory;
    return demands < seasoned || demands % laterEvery === 0;
  }

  /** Notes what is expected later, as it is known now: only against that may be held what comes. */
  #expectLater(trail: Trail): void {
    const stand = trail.stands[0]!;
    stand.expected = steps.slice(1).map((step) => {
      this.#weigh(trail, step - 1, stand, none, null);
      return expectedOf(this.#evidence);
    });
  }

  /** Weighs all that speaks for what comes `step` commands after a stand (0: the next). */
  #weigh(
    trail: Trail,
    step: number,
    stand: Stand,
    features: Features,
    advice: ReadonlyMap<number, number> | null,
    without: readonly number[] = [],
  ): void {
    const { text, earlier, components, weights } = this.#memory;
    const told: Told = {
      text: features.length > 0 ? text.score(features, components.size) : null,
      earlier: stand.before.length > 0 ? earlier.score(stand.before, components.size) : null,
      advice,
    };
    gather(this.#evidence, step, trail, stand, this.#memory, told, this.#muted, without);
    pool(this.#evidence, weights[step]!, trail.leanings?.[step] ?? null);
  }

  /** What came corrects the weights: without the words of the command, which most forecasts are made without, and with. */
  #learnWeights(trail: Trail, step: number, stand: Stand, id: number): void {
    const evidence = this.#evidence;
    const { weights, meanings } = this.#memory;
    const told = step === 0 && trail.features.length > 0;
    for (const features of told ? [none, trail.features] : [none]) {
      // What the command demanded already is no candidate any more.
      this.#weigh(trail, step, stand, features, step === 0 ? (trail.advice[0] ?? null) : null, trail.demanded);
      const target = evidence.placeOf(id);
      if (step === 0) meanings[0]!.learnNow(evidence, id);
      learn(evidence, weights[step]!, trail.leanings?.[step] ?? null, target, this.#pace);
    }
  }

  #count(trail: Trail, step: number, stand: Stand, id: number): void {
    const { table } = this.#memory;
    const salt = stepSalt[step]!;
    const back = returnOf(stand, id);
    const { keys } = stand;
    const before = trail.table.bytes;
    for (const { scope, context, returns, far } of experts) {
      if (step > 0 && !far) continue;
      const key = keys[context]! ^ salt;
      const into = scope === 'user' ? trail.table : table;
      if (scope === 'all' && !isHeard(trail.table, key, keys[contextOfLast]! ^ salt, id)) continue;
      if (!returns) into.learn(key, id);
      else if (back < longestReturn) into.learn(key, back);
      else into.learnOther(key);
    }
    this.#memory.grew(trail.table.bytes - before);
  }

  #list(reasons: Reasons, trail: Trail, step: Step, stand: Stand, limit: number, predictions: Prediction[]): void {
    const { meanings, weights, components, several, table } = this.#memory;
    const evidence = this.#evidence;
    const { probability, ids } = evidence;
    const listed = likeliest(evidence, limit);
    if (listed === 0) return;
    meanings[step - 1]!.read(evidence, listed, meant);
    noteLoudest(evidence, weights[step - 1]!, listed);
    const tables = [table, trail.table];
    const time = several ? raceFor(companyAfter(tables, stand, step - 1, trail.expectedLoad()) - 1, evidence) : 0;
    let most = 1;
    for (let at = 0; at < listed; at++) {
      const place = places[at]!;
      const one = meant[at]!;
      most = Math.min(most, one + (1 - one) * (1 - Math.exp(-probability[place]! * time)));
      const id = ids[place]!;
      const why = reasons.of(evidence.loudest[place]!, id, step - 1, stand.keys);
      predictions.push({
        component: components.names[id]!,
        step,
        probability: most,
        get why() {
          return why();
        },
      });
    }
  }
}

const meant: Float64Array = new Float64Array(mostCandidates);
const contextOfLast: number = contexts.findIndex((of) => of.join() === 'last');

const together = (tags: Features, words: Features): Features =>
  tags.length === 0 ? words : Uint32Array.from(new Set([...tags, ...words]));

const same = (a: Features, b: Features): boolean =>
  a.length > 0 && a.length === b.length && a.every((feature, at) => feature === b[at]);
