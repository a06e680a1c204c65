import { route } from '../lanes/routing.ts';
import type { UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';
import { type Lane, lanes, type TurnedAway } from '../model/reason.ts';
import { failedLately } from './faults.ts';
import { chanceOf, featuresOf, follow, followOnPaper } from './foresight.ts';
import { prolong } from './keeping.ts';
import { preloadWorth, turnAway } from './preloads.ts';
import { conclude, openPreload } from './residence.ts';
import type { Slot } from './slot.ts';
import { type EngineState, tell } from './state.ts';
import { firstVictims } from './victims.ts';

/** How many components a forecast may name for each step; where memory has a price many unlikely ones add up. */
const forecastLimit = 8;
const pricedLimit = 16;

/** Asks the predictor what is coming, and acts on it; asks the trained model too, whose answer comes later. */
export function lookAhead(state: EngineState, user: UserId): void {
  if (!mayLookAhead(state)) return;
  actOnForecast(state, user);
  const situation = state.situations?.of(user, state.now);
  if (situation) state.out.push({ kind: 'infer', moment: state.situations!.momentOf(user), situation });
}

/** The trained model's answer: advice for the predictor, unless the user has done something since it was asked. */
export function advised(state: EngineState, user: UserId, moment: number, predictions: readonly Prediction[]): void {
  if (state.situations?.momentOf(user) !== moment || !mayLookAhead(state) || !state.predictor?.advise) return;
  state.predictor.advise(user, predictions);
  actOnForecast(state, user);
}

const mayLookAhead = (state: EngineState): boolean =>
  state.speculation !== 'off' && state.predictor !== null && state.response.preload && !state.closing;

function actOnForecast(state: EngineState, user: UserId): void {
  actOn(state, user, state.predictor!.forecast(user, state.now, state.keeping ? pricedLimit : forecastLimit));
}

/** A new forecast for a user replaces the one before: what it confirms is queued, what it no longer holds lapses. */
export function actOn(state: EngineState, user: UserId, predictions: readonly Prediction[]): void {
  state.tracker?.forecast(user, predictions);
  if (state.notices) tell(state, { kind: 'forecast', at: state.now, user, predictions });
  const worthLoading = prolong(state, user, predictions);
  const known = placed(state, predictions);
  state.outlook?.forecast(user, state.now, known);
  state.foretold = state.uses;
  const candidates = combine(state, user, known, worthLoading);
  for (const lane of lanes) {
    for (const entry of state.lanes.entries(lane)) {
      const slot = state.slots[entry.component]!;
      if (entry.user === user && !state.hints.has(slot.index) && !candidates.has(slot)) withdraw(state, slot, 'lapsed');
    }
  }
  for (const [slot, { chance, lane }] of candidates) consider(state, slot, user, lane, chance);
  watch(state, known);
}

/** Puts a cold component into a lane, or says why not. `chance`: that a preload would be used. */
export function consider(state: EngineState, slot: Slot, user: UserId, lane: Lane, chance: number): void {
  if (slot.state !== 'cold' || slot.outside || slot.waiting.length > 0) return;
  follow(state, slot, user);
  const refusal = refusalOf(state, slot, chance);
  if (refusal) {
    if (refusal === 'below-threshold') followOnPaper(state, slot, chance);
    return turnAway(state, slot, lane, chance, refusal);
  }
  if (state.speculation === 'observe') {
    state.foreseen.set(slot.index, { user, commandsLeft: 3 });
    return followOnPaper(state, slot, chance);
  }
  enqueue(state, slot, user, lane, chance);
}

/** Puts a cold component that is asked for by name into a lane: no forecast lets it lapse. */
export function request(state: EngineState, slot: Slot, lane: Lane): void {
  if (slot.state !== 'cold' || slot.outside || slot.waiting.length > 0) return;
  if (!state.response.preload) return turnAway(state, slot, lane, 1, 'pressure');
  enqueue(state, slot, null, lane, 1);
}

/** Into a lane, or up into a stronger one. `asker` null: asked for by name. */
function enqueue(state: EngineState, slot: Slot, asker: UserId | null, lane: Lane, sureness: number): void {
  const before = state.lanes.get(slot.index);
  // It has a worker already, and waits for room.
  if (!before && slot.preload) return;
  const user = before?.user === null ? null : asker;
  const probability = user === null ? 1 : sureness;
  const preload = slot.preload ?? openPreload(state, slot, 'speculative', lane, probability);
  preload.origin = user === null ? 'warming' : 'speculative';
  preload.probability = probability;
  slot.asked = user === null ? null : featuresOf(state, slot, user);
  if (!before && state.notices) {
    tell(state, { kind: 'preload-queued', at: state.now, component: slot.spec.id, lane, probability });
  }
  const worth = preloadWorth(slot, preload);
  const loser = state.lanes.offer({ component: slot.index, lane, probability, worth, user });
  preload.lane = state.lanes.get(slot.index)?.lane ?? lane;
  if (loser) withdraw(state, state.slots[loser.component]!, 'lane-full', true);
}

/** Takes a preload out of its lane before any load ran. */
export function withdraw(state: EngineState, slot: Slot, reason: TurnedAway, left = false): void {
  const entry = left ? null : state.lanes.remove(slot.index);
  const preload = slot.preload;
  if (!preload || (!entry && !left)) return;
  conclude(state, slot, 'cancelled');
  turnAway(state, slot, preload.lane, preload.probability, reason);
}

type Placed = readonly [component: number, prediction: Prediction];

/** Predictions of components that are known here. */
function placed(state: EngineState, predictions: readonly Prediction[]): Placed[] {
  const known: Placed[] = [];
  for (const prediction of predictions) {
    const index = state.graph.indexOf.get(prediction.component);
    if (index !== undefined) known.push([index, prediction]);
  }
  return known;
}

interface Candidate {
  /** That a preload would be used before its memory goes to something else. */
  readonly chance: number;
  /** The strongest lane that any step leads to. */
  lane: Lane;
}

/**
 * What is cold and likely enough for a lane, by one of its steps or by the chance that it is used; where memory has a price,
 * what is worth it. The likeliest first.
 */
function combine(
  state: EngineState,
  user: UserId,
  known: readonly Placed[],
  worthLoading: ReadonlyMap<Slot, number> | null,
): Map<Slot, Candidate> {
  const candidates = new Map<Slot, Candidate>();
  for (const [index, { step, probability }] of known) {
    const slot = state.slots[index]!;
    if (slot.state !== 'cold') continue;
    const before = candidates.get(slot);
    const kept = worthLoading?.get(slot);
    const chance = before?.chance ?? Math.min(chanceOf(state, slot, user), kept ?? 1);
    const likely = worthLoading ? kept !== undefined : chance >= state.routing.background;
    const leads = likely || !worthLoading ? route(probability, step, state.routing) : null;
    const lane = leads ?? (likely ? 'background' : null);
    if (!lane) {
      // Too unlikely to load for; what becomes of it teaches all the same.
      if (!before) follow(state, slot, user);
    } else if (!before) candidates.set(slot, { chance, lane });
    else if (lanes.indexOf(lane) < lanes.indexOf(before.lane)) before.lane = lane;
  }
  return new Map([...candidates].sort((a, b) => b[1].chance - a[1].chance));
}

/** What is in memory teaches what it is worth to keep: all that the forecast names, and those worth least to the policy. */
function watch(state: EngineState, known: readonly Placed[]): void {
  for (const [index] of known) if (state.slots[index]!.state !== 'cold') follow(state, state.slots[index]!, null);
  for (const slot of firstVictims(state)) follow(state, slot, null);
}

function refusalOf(state: EngineState, slot: Slot, chance: number): TurnedAway | null {
  if (!state.response.preload) return 'pressure';
  if (failedLately(state, slot)) return 'recent-failure';
  if (state.waste && chance < state.waste.threshold) return 'below-threshold';
  return null;
}
