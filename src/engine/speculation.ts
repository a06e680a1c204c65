import { route } from '../lanes/routing.ts';
import type { UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';
import { type Lane, lanes, type TurnedAway } from '../model/reason.ts';
import { prolong } from './keeping.ts';
import { preloadWorth, turnAway } from './preloads.ts';
import { conclude, openPreload } from './residence.ts';
import type { Slot } from './slot.ts';
import { type EngineState, tell } from './state.ts';

/** How many components a forecast may name for each step. */
const forecastLimit = 8;

/** What a demand one command later is worth of one now, when the two compete for memory. */
const nearness = 0.7;

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
  actOn(state, user, state.predictor!.forecast(user, state.now, forecastLimit));
}

/** A new forecast for a user replaces the one before: what it confirms is queued, what it no longer holds lapses. */
export function actOn(state: EngineState, user: UserId, predictions: readonly Prediction[]): void {
  state.tracker?.forecast(user, predictions);
  if (state.notices) tell(state, { kind: 'forecast', at: state.now, user, predictions });
  const worthLoading = prolong(state, user, predictions);
  const candidates = combine(state, predictions);
  state.likely.clear();
  for (const [slot, { soon }] of candidates) state.likely.set(slot.index, soon);
  for (const lane of lanes) {
    for (const entry of state.lanes.entries(lane)) {
      if (entry.user === user && !state.hints.has(entry.component) && !state.likely.has(entry.component)) {
        withdraw(state, state.slots[entry.component]!, 'lapsed');
      }
    }
  }
  for (const [slot, { probability, lane }] of candidates) consider(state, slot, user, lane, probability);
  for (const [slot, probability] of worthLoading) {
    const lane = route(probability, 1, state.routing);
    if (lane && !candidates.has(slot)) consider(state, slot, user, lane, probability);
  }
}

/** Puts a cold component into a lane, or says why not. */
export function consider(state: EngineState, slot: Slot, user: UserId, lane: Lane, probability: number): void {
  if (slot.state !== 'cold' || slot.outside || slot.waiting.length > 0) return;
  const refusal = refusalOf(state, slot, probability);
  if (refusal) {
    if (refusal === 'below-threshold') follow(state, slot, probability);
    return turnAway(state, slot, lane, probability, refusal);
  }
  if (state.speculation === 'observe') {
    state.foreseen.set(slot.index, { user, commandsLeft: 3 });
    return follow(state, slot, probability);
  }
  enqueue(state, slot, user, lane, probability);
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
  if (!before && state.notices) {
    tell(state, { kind: 'preload-queued', at: state.now, component: slot.spec.id, lane, probability });
  }
  const worth = preloadWorth(state, slot, preload);
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

interface Candidate {
  probability: number;
  /** The same, less the further off: what has to wait for memory is what is needed later. */
  soon: number;
  lane: Lane;
}

/**
 * One candidate a component: the probability of its likeliest step, and the strongest lane that any of its steps leads
 * to. The likeliest candidate comes first.
 */
function combine(state: EngineState, predictions: readonly Prediction[]): Map<Slot, Candidate> {
  const candidates = new Map<Slot, Candidate>();
  for (const { component, step, probability } of predictions) {
    const index = state.graph.indexOf.get(component);
    const lane = route(probability, step, state.routing);
    if (index === undefined || !lane) continue;
    const slot = state.slots[index]!;
    const known = candidates.get(slot);
    const soon = probability * nearness ** (step - 1);
    if (!known) candidates.set(slot, { probability, soon, lane });
    else {
      known.probability = Math.max(known.probability, probability);
      known.soon = Math.max(known.soon, soon);
      if (lanes.indexOf(lane) < lanes.indexOf(known.lane)) known.lane = lane;
    }
  }
  return new Map([...candidates].sort((a, b) => b[1].probability - a[1].probability));
}

/** Writes a forecast down that was turned away: a preload would stay for about as many loads as there are residents. */
function follow(state: EngineState, slot: Slot, probability: number): void {
  if (state.paper.has(slot.index)) return;
  const residents = Math.max(1, Math.floor(state.meter.resident / slot.bytes));
  state.paper.set(slot.index, { probability, loadsLeft: residents });
  state.waste?.followed(probability);
}

function refusalOf(state: EngineState, slot: Slot, probability: number): TurnedAway | null {
  if (!state.response.preload) return 'pressure';
  if (slot.failures > 0) return 'recent-failure';
  if (state.waste && probability < state.waste.threshold) return 'below-threshold';
  return null;
}
