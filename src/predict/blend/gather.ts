import { type ContextTable, countOf, followerOf } from './context-table.ts';
import { barred, type Evidence, voices } from './evidence.ts';
import { experts } from './experts.ts';
import {
  adviceVoice,
  earlierVoice,
  kinship,
  kinVoice,
  levelOf,
  order2Voice,
  popularity,
  popularityVoice,
  recency,
  recencyVoice,
  shares,
  textVoice,
} from './judges.ts';
import type { Stand } from './stand.ts';
import type { Trail } from './trail.ts';
import { at, gainsOf, markOf, markStep, otherOf, stateOf } from './weights.ts';
import { stepSalt, type Told, type World } from './world.ts';

const contextOf: Uint8Array = Uint8Array.from(experts, ({ context }) => context);
const ofUser: Uint8Array = Uint8Array.from(experts, ({ scope }) => (scope === 'user' ? 1 : 0));
const ofReturns: Uint8Array = Uint8Array.from(experts, ({ returns }) => (returns ? 1 : 0));
/** The experts of the coming command, and those of the later ones. */
const near: Uint8Array = Uint8Array.from(experts.keys());
const far: Uint8Array = near.filter((expert) => experts[expert]!.far);
/** Where each expert's row begins; -1: it has none. */
const found: Int32Array = new Int32Array(experts.length).fill(-1);
const expertNamed = (name: string): number => experts.findIndex((expert) => expert.name === name);
/** The contexts whose being known says how deep the past is known, least specific first. */
const ladder: readonly number[] = [
  'user:last',
  'user:last+second',
  'user:last+second+third',
  'user:last+second+third+fourth+fifth',
].map(expertNamed);
const oftenMet = 3;
/** Mixed by Witten-Bell smoothing, least specific first: the simple predictor that the rest has to better. */
const backOff: readonly number[] = [
  'all:any',
  'all:last',
  'user:any',
  'all:last+second',
  'user:last',
  'user:last+second',
].map(expertNamed);
/** How far back a component may lie to be a candidate for the coming command, and for later ones. */
const nearReturn = 16;
const farReturn = 10;
/** Followers of a context that are weighed for a later command. */
const farFollowers = 6;

/** Collects all that speaks for what comes `step` commands (0: the next) after the state that the keys describe. */
export function gather(
  to: Evidence,
  step: number,
  trail: Trail,
  stand: Stand,
  world: World,
  told: Told,
  muted: Uint8Array,
  without: readonly number[] = [],
): void {
  const { size } = world.components;
  to.reset(size);
  for (const component of without) to.bar(component);
  const salt = stepSalt[step]!;
  const { table: own } = trail;
  const { table: all } = world;
  const known = step === 0 ? near : far;
  found.fill(-1);
  for (let at = 0; at < known.length; at++) {
    const expert = known[at]!;
    const key = stand.keys[contextOf[expert]!]! ^ salt;
    found[expert] = muted[expert] ? -1 : ofUser[expert] ? own.find(key) : all.find(key);
  }
  const depth = depthOf(own);
  const hasTold = told.text !== null;
  to.set = gainsOf(depth, hasTold);
  to.otherWeight = otherOf(depth, stand.count, hasTold);
  for (let at = 0; at < known.length; at++) {
    const expert = known[at]!;
    const row = found[expert]!;
    if (row >= 0) followers(to, expert, row, ofUser[expert] ? own : all, ofReturns[expert] ? stand.order : null, step);
  }
  if (!muted[recencyVoice]) recency(to, stand, hasTold ? trail.told : 0, step === 0 ? nearReturn : farReturn);
  for (const said of [told.text, told.earlier]) if (said) for (const component of said.likeliest) to.admit(component);
  for (const component of world.popularity.most) to.admit(component);
  if (!muted[kinVoice]) kinship(to, stand, world);
  if (told.advice) for (const component of told.advice.keys()) to.admit(component);
  if (step === 0 && !muted[popularityVoice]) popularity(to, world.popularity);
  if (!muted[order2Voice]) order2(to, trail, world);
  if (told.text && !muted[textVoice]) shares(to, told.text.probability, at.text, textVoice);
  if (told.earlier && !muted[earlierVoice]) shares(to, told.earlier.probability, at.earlierText, earlierVoice);
  if (told.advice && !muted[adviceVoice]) {
    for (const [component, probability] of told.advice) {
      const candidate = to.placeOf(component);
      if (candidate >= 0) to.add(candidate, at.advice + levelOf(probability), adviceVoice, 1);
    }
  }
}

function depthOf(own: ContextTable): number {
  let depth = 0;
  for (let rung = 0; rung < ladder.length; rung++) {
    const row = found[ladder[rung]!]!;
    if (row >= 0) depth = 2 * rung + (own.cases(row) > oftenMet ? 2 : 1);
  }
  return depth;
}

/** @param order where followers stand for how far back, the components in that order; else null */
function followers(
  to: Evidence,
  expert: number,
  row: number,
  table: ContextTable,
  order: Int32Array | null,
  step: number,
): void {
  const { entries } = table;
  const width = step === 0 ? table.width : Math.min(table.width, farFollowers);
  const { stamps, slots, stamp } = to;
  const cases = entries[row]!;
  const first = row + 1;
  let age = 0;
  for (let place = 0; place < width; place++) {
    const entry = entries[first + place]!;
    if (entry === 0) break;
    let component = followerOf(entry);
    if (order) {
      if (component >= order.length) continue;
      component = order[component]!;
    }
    const candidate = stamps[component] === stamp ? slots[component]! : to.admit(component);
    // What the same command demanded just before has changed nobody's age.
    if (candidate === barred) continue;
    if (candidate >= 0) {
      const count = countOf(entry);
      const exact = markOf[count]!;
      const mark = exact | 0;
      to.addBetween(candidate, stateOf(expert, mark, cases - count, age), markStep, expert, exact - mark);
    }
    age++;
  }
}

const mixed: Float64Array = new Float64Array(256);

function order2(to: Evidence, trail: Trail, world: World): void {
  let factor = 1;
  mixed.fill(1 / Math.max(1, world.components.size), 0, to.count);
  for (const expert of backOff) {
    const row = found[expert]!;
    if (row < 0) continue;
    const { entries, width } = ofUser[expert] ? trail.table : world.table;
    let kinds = 0;
    while (kinds < width && entries[row + 1 + kinds] !== 0) kinds++;
    const whole = entries[row]! + kinds;
    factor *= kinds / whole;
    for (let place = 0; place < kinds; place++) {
      const entry = entries[row + 1 + place]!;
      const candidate = to.placeOf(followerOf(entry));
      if (candidate >= 0) mixed[candidate]! += countOf(entry) / (whole * factor);
    }
  }
  for (let candidate = 0; candidate < to.count; candidate++) {
    to.add(candidate, at.order2 + levelOf(mixed[candidate]! * factor), order2Voice, 1);
  }
}

export const mutedOf = (without: readonly string[], names: readonly string[]): Uint8Array =>
  Uint8Array.from({ length: voices }, (_, voice) => (without.includes(names[voice]!) ? 1 : 0));
