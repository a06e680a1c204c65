import type { UserId } from '../model/ids.ts';
import { featureCount, type ReuseFeatures, reuseFeatures } from '../residency/reuse-model.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';
import { keepUntil } from './stay.ts';

/** What is expected of components, and what came of it. */

/** A hint of the application itself counts as this sure. */
export const hintProbability = 0.95;

/** Loads for demands before which a preload should be used, where memory holds as many: what is needed much later can wait. */
const imminence = 2;

/** P(use) x cold-start cost / bytes: see DECISIONS "The engine". Instant loads cost 1 ms, so that they compare too. */
export const worthOf = (slot: Slot, probability: number): number => (probability * (slot.loadMs + 1)) / slot.bytes;

/** How likely a component in memory, or one that might be, is used before its memory goes to something else. */
export function likelihoodOf(state: EngineState, slot: Slot): number {
  const hinted = state.hints.has(slot.index) ? hintProbability : 0;
  if (!state.outlook) return hinted;
  return Math.max(hinted, state.reuse.stays.chance(featuresOf(state, slot, null, scratch)));
}

/** Whether a standing forecast, or a hint, names it. */
export const isExpected = (state: EngineState, slot: Slot): boolean =>
  state.hints.has(slot.index) || (state.outlook?.expects(slot.index) ?? false);

/** How likely a preload of a cold component that `user`'s forecast names would be used. */
export function chanceOf(state: EngineState, slot: Slot, user: UserId): number {
  return state.reuse.comes.chance(featuresOf(state, slot, user, scratch));
}

/** Waits for the next use of a component, to learn from it. `user`: whose forecast names it; null: it is in memory. */
export function follow(state: EngineState, slot: Slot, user: UserId | null): void {
  const { staying, imminent } = state;
  const most = residents(state, slot);
  if (!staying.has(slot.index)) {
    staying.set(slot.index, { features: featuresOf(state, slot, user), until: state.loads + most });
  }
  if (user === null || imminent.has(slot.index)) return;
  imminent.set(slot.index, {
    features: featuresOf(state, slot, user),
    until: state.loads + Math.min(imminence, most),
  });
}

/**
 * Writes a preload down that was turned away, until it would have been used or evicted. One that is surer now than it
 * was begins anew: what it comes to says what that much sureness is worth.
 */
export function followOnPaper(state: EngineState, slot: Slot, chance: number): void {
  const known = state.paper.get(slot.index);
  // What would have been let go by now has failed: that stands, and another is on trial.
  const before = known && state.now <= known.keptUntil ? known : undefined;
  if (before && chance <= before.chance) return;
  state.paper.delete(slot.index);
  const until = state.loads + residents(state, slot);
  state.paper.set(slot.index, { chance, until, keptUntil: keepUntil(state, slot) });
  if (before) state.waste?.raised(before.chance, chance);
  else state.waste?.followed(chance);
}

/** A demand decides what was waited for. */
export function settleFollowed(state: EngineState, slot: Slot): void {
  const stayed = take(state.staying, slot);
  if (stayed) state.reuse.stays.learn(stayed.features, true);
  const came = take(state.imminent, slot);
  if (came) state.reuse.comes.learn(came.features, true);
  const paper = take(state.paper, slot);
  if (paper && state.now <= paper.keptUntil) state.waste?.cameTrue(paper.chance);
}

/** A demand has to load, or had been loaded ahead of: what was waited for is one load nearer to having been evicted. */
export function countLoad(state: EngineState, slot: Slot): void {
  state.loads++;
  state.outlook?.loaded(state.now, residents(state, slot));
  expire(state, state.loads);
}

/** Nothing is waited for any longer: what was loaded ahead goes unused. */
export function giveUpFollowed(state: EngineState): void {
  expire(state, Number.POSITIVE_INFINITY);
}

export function featuresOf(
  state: EngineState,
  slot: Slot,
  user: UserId | null,
  into: ReuseFeatures = new Float64Array(featureCount),
): ReuseFeatures {
  const { outlook, predictor } = state;
  const expected = outlook?.expects(slot.index) ?? false;
  return reuseFeatures(
    {
      expected: (expected && outlook?.likelihood(slot.index, state.now)) || nothing,
      within: expected ? (predictor?.within?.(slot.spec.id, state.now) ?? null) : null,
      since: slot.uses === 0 ? Number.POSITIVE_INFINITY : state.uses - slot.lastUse,
      demands: slot.uses,
      rank: slot.rank,
      commands: (user === null ? undefined : state.commands.get(user)?.nth) ?? state.latestNth,
    },
    into,
  );
}

const nothing = { one: 0, two: 0, three: 0 };
const scratch: ReuseFeatures = new Float64Array(featureCount);

/** How many components the budget holds, going by those that are in memory. */
function residents(state: EngineState, slot: Slot): number {
  const { resident } = state.meter;
  const size = resident > 0 ? resident / state.residents : slot.bytes;
  return Math.max(1, Math.floor(state.budget / size));
}

function take<F>(followed: Map<number, F>, slot: Slot): F | undefined {
  const found = followed.get(slot.index);
  if (found) followed.delete(slot.index);
  return found;
}

function expire(state: EngineState, loads: number): void {
  lapse(state.staying, loads, ({ features }) => state.reuse.stays.learn(features, false));
  lapse(state.imminent, loads, ({ features }) => state.reuse.comes.learn(features, false));
  lapse(state.paper, loads, () => undefined);
}

/** The first in a map was put in first; what expires later than some after it waits for them. */
function lapse<F extends { readonly until: number }>(
  followed: Map<number, F>,
  loads: number,
  learn: (one: F) => void,
): void {
  for (const [index, one] of followed) {
    if (one.until > loads) return;
    followed.delete(index);
    learn(one);
  }
}
