import type { ComponentId, Millis, UserId } from '../../model/ids.ts';
import { type Prediction, type Step, steps } from '../../model/prediction.ts';
import { Interner } from '../interner.ts';
import type { KnownComponent, Predictor } from '../predictor.ts';
import { TextModel } from '../text/text-model.ts';
import { Calibration } from './calibration.ts';
import { ContextTable } from './context-table.ts';
import { Evidence, mostCandidates, voices } from './evidence.ts';
import { expertNames, experts } from './experts.ts';
import { gather, mutedOf, stepSalt, type Told, type World } from './gather.ts';
import { Kin } from './kin.ts';
import { learn, type Pace, pool } from './pool.ts';
import { Popularity } from './popularity.ts';
import { none, Trail } from './trail.ts';
import { Weights } from './weights.ts';

export interface BlendOptions {
  /** Experts to leave out, by name: see {@link Blend.experts}. */
  readonly without?: readonly string[];
  readonly weights?: readonly Weights[];
  readonly pace?: Pace;
}

const populationRows = 262_144;
const populationFollowers = 16;
const userLimit = 20_000;
const userBytes = 128 * 1_048_576;
const leaningsFrom = 32;
/** Later steps change slowly: their weights learn from every fourth demand. Their counts learn from each. */
const laterEvery = 4;
const calibratedPlaces = 5;

export class Blend implements Predictor {
  /** Names of all experts. */
  static readonly experts: readonly string[] = expertNames;
  readonly name = 'blend';
  readonly #components = new Interner<ComponentId>();
  readonly #trails = new Map<UserId, Trail>();
  readonly #world: World = {
    table: new ContextTable(populationRows, populationFollowers),
    popularity: new Popularity(),
    kin: new Kin(),
    size: 0,
  };
  readonly #text = new TextModel();
  readonly #earlier = new TextModel();
  readonly #weights: readonly Weights[];
  readonly #calibrations: readonly Calibration[] = steps.map(() => new Calibration());
  readonly #restCalibrations: readonly Calibration[] = steps.map(() => new Calibration());
  readonly #evidence: Evidence = new Evidence();
  readonly #muted: Uint8Array;
  readonly #pace: Pace;
  #bytes = 0;
  #demands = 0;

  constructor({ without = [], weights, pace = { weights: 0.08, gains: 0.003, leanings: 0.05 } }: BlendOptions = {}) {
    this.#muted = mutedOf(without, expertNames);
    this.#weights = weights ?? steps.map(() => new Weights());
    this.#pace = pace;
  }

  register(components: readonly KnownComponent[]): void {
    for (const { id, description = '', keywords = [] } of components) {
      this.#indexOf(id, `${description} ${keywords.join(' ')}`.trim());
    }
  }

  command(user: UserId, _now: Millis, tags: readonly string[] = []): void {
    const trail = this.#trail(user);
    if (trail.demanded.length > 0) this.#close(trail);
    if (trail.features.length > 0) trail.before = trail.features;
    trail.features = tags.length > 0 ? this.#text.featuresOf(tags.map((tag) => `tag${tag}`).join(' ')) : none;
    trail.draft = none;
    trail.advice = [];
  }

  text(user: UserId, text: string): void {
    const trail = this.#trail(user);
    trail.features = this.#text.featuresOf(text);
    for (const component of trail.demanded) this.#text.learn(trail.features, component);
  }

  partial(user: UserId, text: string): void {
    this.#trail(user).draft = this.#text.featuresOf(text);
  }

  advise(user: UserId, predictions: readonly Prediction[]): void {
    this.#trail(user).advice = predictions;
  }

  demand(user: UserId, component: ComponentId, now: Millis): void {
    const trail = this.#trail(user);
    const id = this.#indexOf(component);
    if (trail.demanded.includes(id)) return;
    if (trail.keys.length === 0) trail.keys.unshift(trail.contextKeys());
    const back = trail.returnOf(id);
    this.#demands++;
    for (let step = 0; step < trail.keys.length; step++) {
      const keys = trail.keys[step]!;
      if (step === 0 || this.#demands % laterEvery === 0) this.#learnWeights(trail, step, keys, id);
      this.#learnCounts(trail, step, keys, id, back);
    }
    if (trail.features.length > 0) this.#text.learn(trail.features, id);
    if (trail.before.length > 0) this.#earlier.learn(trail.before, id);
    this.#world.popularity.add(id);
    trail.demanded.push(id);
    trail.advice = [];
    trail.demand(id, now);
  }

  forecast(user: UserId, _now: Millis, limit: number): Prediction[] {
    const trail = this.#trail(user);
    const announced = trail.demanded.length === 0;
    const keys = (announced ? trail.keys[0] : null) ?? trail.contextKeys();
    const features = announced ? trail.features : trail.draft;
    const predictions: Prediction[] = [];
    if (this.#world.size === 0) return predictions;
    for (const step of steps) {
      this.#weigh(trail, step - 1, keys, step === 1 ? features : none, announced ? trail.before : trail.features);
      this.#list(trail, step, limit, predictions);
    }
    return predictions;
  }

  forget(user: UserId): void {
    const trail = this.#trails.get(user);
    if (!trail) return;
    this.#trails.delete(user);
    this.#bytes -= trail.table.bytes;
    this.#world.table.withdraw(trail.table);
    trail.order.forEach((component, at) => this.#world.popularity.add(component, -trail.uses[at]!));
  }

  #close(trail: Trail): void {
    trail.keys.unshift(trail.contextKeys());
    if (trail.keys.length > steps.length) trail.keys.pop();
    trail.load += 0.1 * (trail.demanded.length - trail.load);
    trail.demanded.length = 0;
  }

  #weigh(trail: Trail, step: number, keys: Int32Array, features: Uint32Array, before: Uint32Array): void {
    const { size } = this.#world;
    const told: Told = {
      text: features.length > 0 ? (this.#text.score(features, size)?.probability ?? null) : null,
      earlier: before.length > 0 ? (this.#earlier.score(before, size)?.probability ?? null) : null,
      advice: null,
    };
    gather(this.#evidence, step, trail, keys, this.#world, told, this.#muted);
    pool(this.#evidence, this.#weights[step]!, trail.leanings?.[step] ?? null);
  }

  #learnWeights(trail: Trail, step: number, keys: Int32Array, id: number): void {
    const evidence = this.#evidence;
    const leanings = trail.leanings?.[step] ?? null;
    const rounds = step === 0 && trail.features.length > 0 ? [none, trail.features] : [none];
    for (const features of rounds) {
      this.#weigh(trail, step, keys, features, trail.before);
      const target = evidence.placeOf(id);
      best(evidence.probability, evidence.count, calibratedPlaces);
      for (let place = 0; place < Math.min(calibratedPlaces, evidence.count); place++) {
        const probability = evidence.probability[order[place]!]!;
        const calibration = place === 0 ? this.#calibrations : this.#restCalibrations;
        calibration[step]!.learn(probability, order[place] === target);
      }
      learn(evidence, this.#weights[step]!, leanings, target, this.#pace);
    }
  }

  #learnCounts(trail: Trail, step: number, keys: Int32Array, id: number, back: number): void {
    const salt = stepSalt[step]!;
    for (const { scope, context, returns } of experts) {
      const table = scope === 'user' ? trail.table : this.#world.table;
      const key = keys[context]! ^ salt;
      const before = table.bytes;
      if (!returns) table.learn(key, id);
      else if (back < 20) table.learn(key, back);
      else table.learnOther(key);
      if (scope === 'user') this.#bytes += table.bytes - before;
    }
  }

  #list(trail: Trail, step: Step, limit: number, predictions: Prediction[]): void {
    const { count, probability, ids, other } = this.#evidence;
    const calibration = this.#calibrations[step - 1]!;
    const rest = this.#restCalibrations[step - 1]!;
    const listed = best(probability, count, limit);
    if (listed === 0) return;
    const first = calibration.of(probability[order[0]!]!);
    let sum = other;
    for (let at = 0; at < count; at++) if (at !== order[0]) sum += rest.of(probability[at]!);
    let most = 1;
    for (let at = 0; at < listed; at++) {
      const one = at === 0 ? first : (rest.of(probability[order[at]!]!) * (1 - first)) / sum;
      most = Math.min(most, trail.load > 1.01 ? 1 - (1 - one) ** trail.load : one);
      if (most <= 0) break;
      predictions.push({ component: this.#components.names[ids[order[at]!]!]!, step, probability: most, why: 'x' });
    }
  }

  #indexOf(component: ComponentId, words = ''): number {
    const known = this.#components.find(component);
    if (known !== undefined && words === '') return known;
    const index = this.#components.indexOf(component);
    if (known === undefined) this.#world.kin.register(index, component);
    this.#text.register(index, component, words);
    this.#earlier.register(index, component, words);
    this.#world.size = this.#components.size;
    return index;
  }

  #trail(user: UserId): Trail {
    let trail = this.#trails.get(user);
    if (trail) {
      if (trail.count === leaningsFrom && !trail.leanings) {
        trail.leanings = steps.map(() => new Float32Array(2 * voices).fill(100, voices));
      }
      return trail;
    }
    trail = new Trail();
    this.#bytes += trail.table.bytes;
    this.#trails.set(user, trail);
    return trail;
  }
}

const order: Uint8Array = new Uint8Array(mostCandidates);

/** Puts the places of the `limit` likeliest candidates into `order`, the likeliest first; how many there are. */
function best(probability: Float64Array, count: number, limit: number): number {
  const most = Math.min(limit, count);
  let filled = 0;
  for (let at = 0; at < count; at++) {
    const value = probability[at]!;
    if (filled === most && value <= probability[order[filled - 1]!]!) continue;
    let place = filled < most ? filled++ : filled - 1;
    while (place > 0 && probability[order[place - 1]!]! < value) {
      order[place] = order[place - 1]!;
      place--;
    }
    order[place] = at;
  }
  return filled;
}
