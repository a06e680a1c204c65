import { criticalPathFirst } from '../graph/critical-path.ts';
import { isOpposed, standsInTheWay } from './conflicts.ts';
import { ms } from '../model/ids.ts';
import type { TurnedAway } from '../model/reason.ts';
import { failedLately } from './faults.ts';
import { newBytes } from './lost.ts';
import { coldBytes, launch, turnAway, yieldsToDemand } from './preloads.ts';
import { openPreload } from './residence.ts';
import type { Rhythm } from '../predict/rhythm.ts';
import type { Slot } from './slot.ts';
import { type EngineState, tell } from './state.ts';
import type { WarmPlan } from './warmed.ts';
import { warmSet } from './warm-set.ts';

/** How far ahead a start looks: what is not demanded within the hour was not worth loading before its demand. */
const horizon = 3_600_000;

/** Foreload starts: chooses what to have in memory at this time of day. Nothing leaves memory for it. */
export function warm(state: EngineState): void {
  const { rhythm } = state;
  if (!rhythm || state.speculation !== 'load' || state.closing || !state.response.preload) return;
  const likely = new Map<Slot, number>();
  for (const slot of state.slots) {
    if (slot.state !== 'cold' || slot.outside || slot.preload) continue;
    const probability = expected(state, rhythm, slot);
    if (probability >= state.routing.background) likely.set(slot, probability);
  }
  const chosen = warmSet(state, likely, state.warmingShare * state.budget - state.meter.resident - promised(state));
  const nodes = new Map([...chosen.keys()].map((slot) => [slot.index, slot]));
  const chosenNodes = state.graph.order.filter((node) => nodes.has(node));
  const order = criticalPathFirst(state.graph, chosenNodes, (node) => state.slots[node]!.loadMs);
  const waiting = new Map(order.map((node) => [nodes.get(node)!, chosen.get(nodes.get(node)!)!]));
  state.warmPlan = waiting.size > 0 ? { waiting, until: ms(state.now + horizon) } : null;
}

/**
 * Probability of a demand within the horizon, if there is use at all: the mean of what is usual at this time of day, and of
 * what the predictor said of the hour to come when Foreload was used last (the night since then is no idle time), if it can
 * say. Measured in DECISIONS "Warming".
 */
function expected(state: EngineState, rhythm: Rhythm, slot: Slot): number {
  // What is not demanded before its idle time is up would be unloaded again.
  const span = Math.min(horizon, slot.spec.idleMs ?? state.idleMs ?? horizon);
  const usual = rhythm.within(slot.index, state.now, span);
  const hourly = state.predictor?.within?.(slot.spec.id, rhythm.latestUse ?? state.now).at(-1);
  if (hourly === undefined) return usual;
  return (usual + 1 - (1 - hourly) ** (span / horizon)) / 2;
}

/**
 * Begins what is planned and can load now, as far as the background lane has workers that no forecast wants and there is
 * room that nobody uses. Runs after every event, when demands and forecasts have had their turn. Ends with the first for
 * which no worker is free; before it stand only those whose dependencies load, of which there are as many as workers.
 */
export function startWarming(state: EngineState): void {
  const plan = state.warmPlan;
  if (!plan) return;
  if (state.now >= plan.until) return stopWarming(state, 'lapsed');
  if (!state.response.background || state.strain.owes || state.roomAwaited || yieldsToDemand(state)) return;
  for (const [slot, probability] of plan.waiting) {
    const hindrance = hindranceTo(state, slot, plan);
    if (hindrance === 'not-yet') continue;
    if (hindrance === null && !state.lanes.takeWorker('background')) return;
    plan.waiting.delete(slot);
    if (hindrance === null) begin(state, slot, probability);
    else if (hindrance !== 'comes-anyway') turnAway(state, slot, 'background', probability, hindrance);
  }
  if (plan.waiting.size === 0) state.warmPlan = null;
}

/** What has not begun yet is not loaded. */
export function stopWarming(state: EngineState, reason: TurnedAway): void {
  const waiting = state.warmPlan?.waiting ?? [];
  state.warmPlan = null;
  for (const [slot, probability] of waiting) turnAway(state, slot, 'background', probability, reason);
}

function begin(state: EngineState, slot: Slot, probability: number): void {
  const preload = openPreload(state, slot, 'warming', 'background', probability);
  const told = { at: state.now, component: slot.spec.id, lane: preload.lane, probability };
  if (state.notices) tell(state, { kind: 'preload-queued', ...told });
  state.warmed.add(preload);
  launch(state, slot);
}

/** What keeps a planned load from beginning; null: nothing does. */
function hindranceTo(state: EngineState, slot: Slot, plan: WarmPlan): TurnedAway | 'not-yet' | 'comes-anyway' | null {
  if (slot.state !== 'cold' || slot.preload || slot.waiting.length > 0) return 'comes-anyway';
  if (failedLately(state, slot)) return 'recent-failure';
  const missing = state.graph.dependencies[slot.index]!.map((node) => state.slots[node]!).filter(
    (dependency) => dependency.state !== 'warm',
  );
  const lost = missing.find((dependency) => !isComing(dependency, plan));
  if (lost) return failedLately(state, lost) ? 'recent-failure' : 'no-room';
  if (missing.length > 0) return 'not-yet';
  if (isOpposed(state, [slot]) || standsInTheWay(state, [slot])) return 'conflict';
  if (newBytes(slot) > state.strain.room) return 'pressure';
  return newBytes(slot) > state.budget - state.meter.resident - promised(state) ? 'no-room' : null;
}

const isComing = (slot: Slot, plan: WarmPlan): boolean =>
  slot.state === 'loading' || slot.state === 'queued' || plan.waiting.has(slot) || slot.preload !== null;

/** Bytes that preloads wait for which have a worker already. */
const promised = (state: EngineState): number => state.awaiting.reduce((sum, slot) => sum + coldBytes(state, slot), 0);
