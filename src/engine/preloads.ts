import type { Preload } from '../metrics/preload.ts';
import { type Lane, lanes, type TurnedAway } from '../model/reason.ts';
import { isOpposed, standsInTheWay } from './conflicts.ts';
import { failedLately } from './faults.ts';
import { likelihoodOf, worthOf } from './foresight.ts';
import { inLoadOrder } from './load-order.ts';
import { newBytes } from './lost.ts';
import { admit, conclude, dismissAll, goCold, openPreload } from './residence.ts';
import { findVictims } from './room.ts';
import { isGoing, type Slot } from './slot.ts';
import { closureOf } from './slot-graph.ts';
import { type EngineState, tell } from './state.ts';
import { compareOrders } from './victims.ts';

/** From a place in a lane to a running load. */

/** A preload is held against no more than so many of those that the policy would miss least: the rest is worth more. */
const mostDisplaced = 1024;

/** Begins waiting preloads for which a worker is free and which may have the room. */
export function startPreloads(state: EngineState): void {
  if (state.roomAwaited || yieldsToDemand(state)) return;
  // Those that wait for room are looked at anew: what was free to go may be in use again, what was cold may be loading.
  if (state.awaiting.length > 0) {
    for (const slot of state.awaiting.slice()) if (leaveAwaiting(state, slot)) start(state, slot);
  }
  if (state.lanes.size === 0 || !state.response.preload) return;
  for (const lane of lanes) {
    if (lane === 'background' && !state.response.background) continue;
    for (let entry = state.lanes.take(lane); entry; entry = state.lanes.take(lane)) {
      start(state, state.slots[entry.component]!);
    }
  }
}

/** Whether a demand loads, and is to have the machine for itself. */
export const yieldsToDemand = (state: EngineState): boolean => state.yields && state.urgent.size > 0;

/** A demand, or pressure, comes before a preload that waits for others to leave. True if it was one of those. */
export function abandonAwaiting(state: EngineState, slot: Slot, reason: TurnedAway): boolean {
  const left = leaveAwaiting(state, slot);
  if (left) giveUp(state, slot, reason);
  return left;
}

/** Takes back a load that has not begun: it waits for its dependencies. */
export function abandonQueued(state: EngineState, slot: Slot, reason: TurnedAway): void {
  if (slot.preload) {
    const { lane, probability } = slot.preload;
    conclude(state, slot, 'cancelled');
    turnAway(state, slot, lane, probability, reason);
  }
  goCold(state, slot);
}

/** What a preload is worth to begin. What is asked for by name is sure to be needed. */
export function preloadWorth(slot: Slot, { origin, probability }: Preload): number {
  return worthOf(slot, origin === 'warming' ? 1 : probability);
}

/** What it is worth to have it in memory until that turns over, which is what those it displaces are judged by. */
function stayWorth(state: EngineState, slot: Slot, { origin }: Preload): number {
  return worthOf(slot, origin === 'warming' ? 1 : likelihoodOf(state, slot));
}

export function turnAway(state: EngineState, slot: Slot, lane: Lane, probability: number, reason: TurnedAway): void {
  state.ledger.turnedAway(reason);
  if (!state.notices) return;
  tell(state, { kind: 'turned-away', at: state.now, component: slot.spec.id, lane, reason, probability });
}

/** Begins a preload, makes room for it, or gives it up. The worker of its lane is taken already. */
function start(state: EngineState, slot: Slot): void {
  const { origin } = slot.preload!;
  const closure = closureOf(state, slot);
  if (closure.some(isGoing)) return giveUp(state, slot, 'no-room');
  const cold = closure.filter((member) => member.state === 'cold');
  if (isOpposed(state, cold) || standsInTheWay(state, closure)) return giveUp(state, slot, 'conflict');
  // Demands wait until it is tried again: the preload does not try for them.
  const troubled = (member: Slot): boolean => member.waiting.length > 0 || failedLately(state, member);
  if (cold.some((member) => member !== slot && troubled(member))) return giveUp(state, slot, 'recent-failure');
  const need = coldBytes(state, slot);
  const promised = state.awaiting.reduce((sum, other) => sum + coldBytes(state, other), 0);
  // What was warmed at the start makes room for any forecast, and takes none of its share.
  const speculative = state.meter.speculative - state.warmed.bytes + promised;
  if (origin === 'speculative' && speculative > 0 && speculative + need > state.speculativeShare * state.budget) {
    return giveUp(state, slot, 'speculative-share');
  }
  const missing = state.meter.resident - state.coming + promised + need - state.budget;
  const worth = stayWorth(state, slot, slot.preload!) / state.displacementMargin;
  const others = (victim: Slot): boolean => !victim.spec.keepsMemory && !closure.includes(victim);
  const worthLess = (victim: Slot): boolean => others(victim) && worthOf(victim, likelihoodOf(state, victim)) < worth;
  const victims = findVictims(state, missing, worthLess, mostDisplaced);
  if (!victims) {
    return giveUp(state, slot, findVictims(state, missing, others) ? 'displaces-more-worth' : 'no-room');
  }
  // What the budget allows, the machine may not have.
  const leaving = victims.reduce((sum, victim) => sum + victim.held, state.coming);
  if (promised + need - leaving > state.strain.room) return giveUp(state, slot, 'pressure');
  if (victims.length > 0) compareOrders(state);
  dismissAll(state, victims, 'evicted');
  if (state.meter.resident + need > state.budget) state.awaiting.push(slot);
  else launch(state, slot);
}

/** Begins a load that has a worker, and those of its cold dependencies. */
export function launch(state: EngineState, slot: Slot): void {
  const { lane, probability, origin } = slot.preload!;
  if (origin === 'speculative') state.waste?.begun(probability);
  slot.worker = lane;
  const cold = closureOf(state, slot).filter((member) => member.state === 'cold');
  for (const member of inLoadOrder(state, cold)) {
    if (member !== slot) {
      if (state.lanes.remove(member.index)) conclude(state, member, 'cancelled');
      abandonAwaiting(state, member, 'demanded');
      openPreload(state, member, 'dependency', lane, probability);
    }
    admit(state, member, member.preload!.origin);
  }
}

function leaveAwaiting(state: EngineState, slot: Slot): boolean {
  const at = state.awaiting.indexOf(slot);
  if (at >= 0) state.awaiting.splice(at, 1);
  return at >= 0;
}

function giveUp(state: EngineState, slot: Slot, reason: TurnedAway): void {
  const { lane, probability } = slot.preload!;
  state.lanes.freeWorker(lane);
  conclude(state, slot, 'cancelled');
  turnAway(state, slot, lane, probability, reason);
}

export function coldBytes(state: EngineState, slot: Slot): number {
  return closureOf(state, slot).reduce((sum, member) => sum + (member.state === 'cold' ? newBytes(member) : 0), 0);
}
