import { type Lane, lanes, type TurnedAway } from '../model/reason.ts';
import { admit, conclude, dismiss, openPreload } from './residence.ts';
import { findVictims } from './room.ts';
import type { Slot } from './slot.ts';
import { type Awaiting, type EngineState, tell } from './state.ts';

/** From a place in a lane to a running load. */

/** Begins waiting preloads for which a worker is free and which may have the room. */
export function startPreloads(state: EngineState): void {
  if (state.pending.length > 0) return;
  resumeAwaiting(state);
  if (state.lanes.size === 0 || !state.response.preload) return;
  for (const lane of lanes) {
    if (lane === 'background' && !state.response.background) continue;
    for (let entry = state.lanes.take(lane); entry; entry = state.lanes.take(lane)) {
      const { probability, user } = entry;
      start(state, { slot: state.slots[entry.component]!, lane, probability, configured: user === null });
    }
  }
}

/** A demand, or pressure, comes before a preload that waits for others to leave. True if it was one of those. */
export function abandonAwaiting(state: EngineState, slot: Slot, reason: TurnedAway): boolean {
  const at = state.awaiting.findIndex((awaiting) => awaiting.slot === slot);
  const [awaiting] = at < 0 ? [] : state.awaiting.splice(at, 1);
  if (awaiting) giveUp(state, awaiting, reason);
  return awaiting !== undefined;
}

/** P(demand) x cold-start cost / bytes: the one currency of DESIGN. Instant loads cost 1 ms, so that they compare too. */
export const worthOf = (slot: Slot, probability: number): number => (probability * (slot.loadMs + 1)) / slot.bytes;

export function turnAway(state: EngineState, slot: Slot, lane: Lane, probability: number, reason: TurnedAway): void {
  state.ledger.turnedAway(reason);
  if (!state.notices) return;
  tell(state, { kind: 'turned-away', at: state.now, component: slot.spec.id, lane, reason, probability });
}

/** Begins a preload, makes room for it, or gives it up. The worker of its lane is taken already. */
function start(state: EngineState, awaiting: Awaiting): void {
  const { slot, probability, configured } = awaiting;
  const closure = state.graph.closures[slot.index]!.map((node) => state.slots[node]!);
  if (closure.some((member) => member.state === 'unloading')) return giveUp(state, awaiting, 'no-room');
  if (closure.some((member) => member.state === 'cold' && conflicted(state, member))) {
    return giveUp(state, awaiting, 'conflict');
  }
  const need = coldBytes(state, slot);
  const promised = state.awaiting.reduce((sum, other) => sum + coldBytes(state, other.slot), 0);
  const speculative = state.meter.speculative + promised;
  if (!configured && speculative > 0 && speculative + need > state.speculativeShare * state.budget) {
    return giveUp(state, awaiting, 'speculative-share');
  }
  const missing = state.meter.resident - state.coming + promised + need - state.budget;
  const worth = worthOf(slot, state.likely.get(slot.index) ?? probability) / state.displacementMargin;
  const others = (victim: Slot): boolean => !closure.includes(victim);
  const worthLess = (victim: Slot): boolean =>
    others(victim) && worthOf(victim, state.likely.get(victim.index) ?? 0) < worth;
  const victims = findVictims(state, missing, worthLess);
  if (!victims) {
    return giveUp(state, awaiting, findVictims(state, missing, others) ? 'displaces-more-worth' : 'no-room');
  }
  for (const victim of victims) dismiss(state, victim, 'evicted');
  if (state.meter.resident + need > state.budget) state.awaiting.push(awaiting);
  else launch(state, awaiting);
}

/** Goes on with preloads whose room has come free; gives up those whose room went to somebody else. */
function resumeAwaiting(state: EngineState): void {
  for (const awaiting of state.awaiting.splice(0)) {
    if (state.meter.resident + coldBytes(state, awaiting.slot) <= state.budget) launch(state, awaiting);
    else if (state.coming > 0) state.awaiting.push(awaiting);
    else giveUp(state, awaiting, 'no-room');
  }
}

function launch(state: EngineState, { slot, lane, probability, configured }: Awaiting): void {
  if (!configured) state.waste?.begun(probability);
  slot.worker = lane;
  for (const node of state.graph.closures[slot.index]!) {
    const member = state.slots[node]!;
    if (member.state !== 'cold') continue;
    if (member !== slot) {
      if (state.lanes.remove(node) && member.preload) conclude(state, member, 'cancelled');
      abandonAwaiting(state, member, 'demanded');
      openPreload(state, member, 'dependency', lane, probability);
    }
    admit(state, member, member.preload!.origin);
  }
}

function giveUp(state: EngineState, { slot, lane, probability }: Awaiting, reason: TurnedAway): void {
  state.lanes.freeWorker(lane);
  if (slot.preload) conclude(state, slot, 'cancelled');
  turnAway(state, slot, lane, probability, reason);
}

function coldBytes(state: EngineState, slot: Slot): number {
  let sum = 0;
  for (const node of state.graph.closures[slot.index]!) {
    const member = state.slots[node]!;
    if (member.state === 'cold') sum += member.bytes;
  }
  return sum;
}

function conflicted(state: EngineState, slot: Slot): boolean {
  return state.graph.conflicts[slot.index]!.some((node) => state.slots[node]!.state !== 'cold');
}
