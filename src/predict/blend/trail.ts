import type { Millis } from '../../model/ids.ts';
import { steps } from '../../model/prediction.ts';
import type { Features } from '../text/features.ts';
import type { Reader, Writer } from '../bytes.ts';
import { ContextTable } from './context-table.ts';
import { contexts, type Part, parts } from './experts.ts';
import { loadStand, longestReturn, type Stand, saveStand } from './stand.ts';

/** Components of a user that are known by how long ago they were demanded. */
export const longestOrder = 64;
const loadPace = 0.1;
const rowLimit = 32_768;
const followersKept = 8;
const mostCount = 12;
const mostGap = 11;

/** One user's place in their history, and what they taught. */
export class Trail {
  /** The last five demands, latest first; -1: none. */
  readonly recent: Int32Array;
  readonly returns: Int32Array;
  /** Distinct components, the latest demanded first, and how often each was demanded. */
  readonly order: number[] = [];
  readonly uses: number[] = [];
  table: ContextTable;
  /** The ends of the last three commands, latest first. */
  readonly stands: Stand[] = [];
  /** What the present command has demanded. */
  readonly demanded: number[] = [];
  /** Demands so far. */
  count = 0;
  at = 0;
  gap = 0;
  /** Demands of a command, on average over the last ones. */
  load = 1;
  /** What is known of the present command, of the one before, and of the one that is being typed. */
  features: Features = none;
  before: Features = none;
  draft: Features = none;
  tags: Features = none;
  /** How many of the last demands were made under the words of the present command, told again. */
  told = 0;
  /** By step: what another model expects. */
  advice: readonly ReadonlyMap<number, number>[] = [];
  /** How much more than others this user's forecasts lean on each expert, by step; made once there is reason to. */
  leanings: Float32Array[] | null = null;
  #stand: Stand | null = null;

  constructor(table?: ContextTable) {
    this.recent = new Int32Array(5).fill(-1);
    this.returns = new Int32Array(3).fill(longestReturn + 1);
    this.table = table ?? new ContextTable(rowLimit, followersKept);
  }

  static load(from: Reader): Trail {
    const trail = new Trail(ContextTable.load(from, rowLimit, followersKept));
    trail.recent.set(from.array(Int32Array));
    trail.returns.set(from.array(Int32Array));
    trail.order.push(...from.array(Int32Array));
    trail.uses.push(...from.array(Int32Array));
    trail.demanded.push(...from.array(Int32Array));
    for (let left = from.small(steps.length); left > 0; left--) trail.stands.push(loadStand(from));
    [trail.count, trail.at, trail.gap] = [from.small(Number.MAX_SAFE_INTEGER), from.number(), from.number()];
    [trail.load, trail.told] = [from.number(), from.small(Number.MAX_SAFE_INTEGER)];
    if (trail.load < 0 || trail.gap < 0) throw new RangeError("a user can't have lived so");
    [trail.features, trail.before] = [from.array(Uint32Array), from.array(Uint32Array)];
    [trail.draft, trail.tags] = [from.array(Uint32Array), from.array(Uint32Array)];
    trail.advice = Array.from({ length: from.small(steps.length) }, () => {
      const [components, shares] = [from.array(Int32Array), from.array(Float64Array)];
      return new Map(Array.from(components, (component, at) => [component, shares[at]!]));
    });
    const leanings = from.small(steps.length);
    if (leanings > 0) trail.leanings = Array.from({ length: leanings }, () => from.array(Float32Array));
    return trail;
  }

  save(to: Writer): void {
    this.table.save(to);
    to.array(this.recent);
    to.array(this.returns);
    for (const list of [this.order, this.uses, this.demanded]) to.array(Int32Array.from(list));
    to.number(this.stands.length);
    for (const stand of this.stands) saveStand(stand, to);
    for (const number of [this.count, this.at, this.gap, this.load, this.told]) to.number(number);
    for (const features of [this.features, this.before, this.draft, this.tags]) to.array(features);
    to.number(this.advice.length);
    for (const advice of this.advice) {
      to.array(Int32Array.from(advice.keys()));
      to.array(Float64Array.from(advice.values()));
    }
    to.number(this.leanings?.length ?? 0);
    for (const leaning of this.leanings ?? []) to.array(leaning);
  }

  /** A command demanded a component. */
  demand(component: number, now: Millis): void {
    const { recent, returns, order, uses } = this;
    recent.copyWithin(1, 0);
    recent[0] = component;
    const at = order.indexOf(component);
    returns.copyWithin(1, 0);
    returns[0] = at < 0 || at > longestReturn ? longestReturn : at;
    const used = at < 0 ? 0 : uses[at]!;
    if (at >= 0) {
      order.splice(at, 1);
      uses.splice(at, 1);
    } else if (order.length === longestOrder) {
      order.pop();
      uses.pop();
    }
    order.unshift(component);
    uses.unshift(used + 1);
    this.gap = this.count > 0 ? Math.max(0, now - this.at) : 0;
    this.at = now;
    this.count++;
    this.demanded.push(component);
    this.advice = [];
  }

  /** How many demands a command makes, if the present one is over. */
  expectedLoad(): number {
    return this.demanded.length > 0 ? this.load + loadPace * (this.demanded.length - this.load) : this.load;
  }

  /** The present command is over: what it left behind is what comes next stands on. */
  close(): void {
    this.stands.unshift(this.stand());
    if (this.stands.length > steps.length) this.stands.pop();
    this.load = this.expectedLoad();
    this.demanded.length = 0;
  }

  /** Where this user stands now. */
  stand(): Stand {
    const before = this.demanded.length > 0 && this.features.length > 0 ? this.features : this.before;
    if (this.#stand?.count === this.count) {
      this.#stand.before = before;
      return this.#stand;
    }
    const order = Int32Array.from(this.order.slice(0, longestReturn));
    const uses = Int32Array.from(this.uses.slice(0, longestReturn));
    const { count } = this;
    this.#stand = { keys: this.#contextKeys(), order, uses, recent: this.recent.slice(), count, before, expected: [] };
    return this.#stand;
  }

  #contextKeys(): Int32Array {
    const { recent, returns } = this;
    const hours = Math.floor(this.at / 3_600_000);
    values[partIndex.last] = recent[0]!;
    values[partIndex.second] = recent[1]!;
    values[partIndex.third] = recent[2]!;
    values[partIndex.fourth] = recent[3]!;
    values[partIndex.fifth] = recent[4]!;
    values[partIndex.three] = (hash(1, recent[0]!) + hash(1, recent[1]!) + hash(1, recent[2]!)) | 0;
    values[partIndex.gap] = Math.min(mostGap, Math.floor(Math.log2(this.gap / 1000 + 1)));
    values[partIndex.hour] = hours % 24;
    values[partIndex.weekday] = Math.floor(hours / 24) % 7;
    values[partIndex.count] = Math.min(mostCount, this.count);
    values[partIndex.favourite] = this.#favourite();
    values[partIndex.return1] = returns[0]!;
    values[partIndex.return2] = returns[1]!;
    values[partIndex.return3] = returns[2]!;
    const keys = new Int32Array(contextParts.length);
    for (let context = 0; context < keys.length; context++) {
      let key = hash(0x5bd1e995, context);
      const of = contextParts[context]!;
      for (let at = 0; at < of.length; at++) key = hash(key, values[of[at]!]!);
      keys[context] = key;
    }
    return keys;
  }

  #favourite(): number {
    let most = -1;
    for (let at = 0; at < this.order.length; at++) if (most < 0 || this.uses[at]! > this.uses[most]!) most = at;
    return most < 0 ? -1 : this.order[most]!;
  }
}

export const none: Features = new Uint32Array(0);

const partIndex = Object.fromEntries(parts.map((part, at) => [part, at])) as Readonly<Record<Part, number>>;
const contextParts: readonly (readonly number[])[] = contexts.map((of) => of.map((part) => partIndex[part]));
const values: Float64Array = new Float64Array(parts.length);

/** Mixes a number into a key (the finaliser of MurmurHash3, shortened). */
export function hash(key: number, value: number): number {
  let mixed = Math.imul(key ^ (value + 0x7f4a7c15), 0x2c1b3c6d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x297a2d39);
  return mixed ^ (mixed >>> 13);
}
