import type { Preload } from '../metrics/preload.ts';
import type { Bytes } from '../model/ids.ts';
import type { Lane, Origin, Outcome, UnloadReason } from '../model/reason.ts';
import { longestChainFirst } from './load-order.ts';
import { takeOver } from './lost.ts';
import { type EngineState, nextLoad, tell } from './state.ts';
import { costOf, type Slot } from './slot.ts';
import { awaitIdleEnd } from './idle-time.ts';
import { keepUntil } from './stay.ts';
import { awaitCheck } from './health.ts';
import { noteSuccess } from './trouble.ts';

/** The only places where a component changes its state, and with it the memory that is charged. */

/** Reserves memory for a load and begins it, or leaves it queued until its dependencies are warm. */
export function admit(state: EngineState, slot: Slot, origin: Origin | 'demand'): void {
  slot.origin = origin;
  slot.state = 'queued';
  slot.startedAt = state.now;
  if (origin === 'demand' || slot.waiting.length > 0) state.urgent.add(slot);
  if (slot.preload) slot.preload.startedAt = state.now;
  for (const dependency of state.graph.dependencies[slot.index]!) state.slots[dependency]!.pins++;
  if (!slot.outside) {
    takeOver(state, slot);
    charge(state, slot, slot.bytes);
    state.residents++;
    state.policy.insert(slot.index, slot.bytes, costOf(slot), state.now, origin !== 'demand');
  }
  loadWhenReady(state, slot);
}

/** Begins a queued load if all it depends on is warm. */
export function loadWhenReady(state: EngineState, slot: Slot): void {
  if (slot.state !== 'queued') return;
  if (!state.graph.dependencies[slot.index]!.every((node) => state.slots[node]!.state === 'warm')) return;
  slot.state = 'loading';
  slot.startedAt = state.now;
  slot.load = nextLoad(state);
  const { origin, worker: lane } = slot;
  state.out.push({ kind: 'load', component: slot.spec.id, load: slot.load, origin, lane });
  if (origin !== 'demand' && state.urgent.has(slot)) state.out.push({ kind: 'hurry', component: slot.spec.id });
  if (state.notices) {
    const told = { at: state.now, component: slot.spec.id, origin, lane, bytes: slot.bytes as Bytes };
    tell(state, { kind: 'load-started', ...told });
  }
}

/** A load ended well: what was reserved becomes what was measured. */
export function settleWarm(state: EngineState, slot: Slot, measured: number | undefined): void {
  slot.state = 'warm';
  slot.failures = 0;
  slot.trouble = slot.trouble && noteSuccess(slot.trouble);
  slot.warmSince = state.now;
  slot.idleSince = state.now;
  state.urgent.delete(slot);
  slot.loadMs += (state.now - slot.startedAt - slot.loadMs) * learningRate;
  if (measured !== undefined && measured > 0) {
    slot.bytes = measured;
    if (!slot.outside) charge(state, slot, measured - slot.held);
    state.excused = state.meter.resident > state.budget;
  }
  if (!slot.outside) {
    state.policy.measured(slot.index, slot.bytes, costOf(slot));
    state.duel.measured(slot.index, slot.bytes, costOf(slot));
  }
  if (slot.preload?.origin === 'speculative') state.unused.set(slot.index, state.loads + patience);
  freeWorker(state, slot);
  const dependants = state.graph.dependants[slot.index]!.map((node) => state.slots[node]!);
  for (const dependant of dependants.sort(longestChainFirst)) loadWhenReady(state, dependant);
}

/** Asks for a warm component to be unloaded. Its memory stays charged until the answer. */
export function dismiss(state: EngineState, slot: Slot, reason: UnloadReason): void {
  if (state.notices) {
    const told = { at: state.now, component: slot.spec.id, reason, speculative: slot.preload !== null };
    tell(state, { kind: 'unload-started', ...told });
  }
  slot.state = 'unloading';
  state.coming += slot.held;
  slot.leaving = false;
  slot.orphaned = false;
  if (slot.preload) conclude(state, slot, 'wasted');
  state.idleEnds.delete(slot.index);
  state.checks.delete(slot.index);
  state.policy.remove(slot.index, reason === 'evicted');
  state.out.push({ kind: 'unload', component: slot.spec.id, reason });
}

/**
 * Asks for all of these to be unloaded, each once nothing rests on it any more: the others are asked for again when
 * that is so. Returns the bytes that come free now.
 */
export function dismissAll(state: EngineState, slots: readonly Slot[], reason: UnloadReason): number {
  let freed = 0;
  for (const slot of slots) {
    if (slot.state !== 'warm' || slot.pins > 0) continue;
    freed += slot.held;
    dismiss(state, slot, reason);
  }
  return freed;
}

/** What happens when the last lease of a component has ended, or the last of what rested on it has gone. */
export function letGo(state: EngineState, slot: Slot): void {
  if (slot.state !== 'warm' || slot.open.size > 0 || slot.pins > 0) return;
  slot.idleSince = state.now;
  if (state.closing) dismiss(state, slot, 'shutdown');
  else if (slot.outside) dismiss(state, slot, 'replaced');
  else if (slot.leaving) dismiss(state, slot, 'explicit');
  else {
    slot.keepUntil = keepUntil(state, slot);
    awaitIdleEnd(state, slot);
    awaitCheck(state, slot);
  }
}

/** Nothing of it is left: after an unload, a failed load or a crash. */
export function goCold(state: EngineState, slot: Slot): void {
  state.policy.remove(slot.index, false);
  if (slot.state === 'unloading') state.coming -= slot.held;
  if (slot.held > 0) state.residents--;
  slot.state = 'cold';
  state.urgent.delete(slot);
  slot.rank = null;
  slot.load = null;
  slot.leaving = false;
  slot.orphaned = false;
  charge(state, slot, -slot.held);
  freeWorker(state, slot);
  for (const node of state.graph.dependencies[slot.index]!) {
    const dependency = state.slots[node]!;
    dependency.pins--;
    letGo(state, dependency);
  }
  if (state.meter.resident <= state.budget) state.excused = false;
}

/** Gives the component's open preload its one outcome; what it holds is speculative no longer. */
export function conclude(state: EngineState, slot: Slot, outcome: Outcome): void {
  const preload = slot.preload!;
  slot.preload = null;
  state.unused.delete(slot.index);
  state.meter.change(0, -slot.held);
  state.warmed.ended(preload, slot.held);
  state.ledger.close(preload, outcome);
  if (preload.origin === 'speculative' && preload.startedAt !== null) {
    teach(state, slot, preload, outcome);
  }
  if (state.notices) {
    const { lane, probability } = preload;
    tell(state, { kind: 'preload-ended', at: state.now, component: slot.spec.id, outcome, lane, probability });
  }
}

/** What comes of a preload that has begun teaches how sure a forecast must be. That everything closes says nothing of it. */
function teach(state: EngineState, slot: Slot, { probability }: Preload, outcome: Outcome): void {
  if (state.closing) {
    state.unfinished.push(probability);
    return;
  }
  if (outcome === 'failed' || outcome === 'cancelled') return state.waste?.withdrawn(probability);
  if (outcome === 'wasted') state.waste?.wasted(probability);
  else state.waste?.used(probability);
  if (slot.asked) state.reuse.comes.learn(slot.asked, outcome !== 'wasted');
}

/** Opens the preload record of a component that is still cold. */
export function openPreload(state: EngineState, slot: Slot, origin: Origin, lane: Lane, probability: number): Preload {
  slot.preload = state.ledger.open(slot.index, origin, lane, probability, state.now);
  return slot.preload;
}

// One new load time in five moves the estimate a fifth of the way: steady, yet a changed machine shows within a few loads.
export const learningRate = 0.2;

/** Loads for demands that a preload may go unused, once nobody expects it any more. */
export const patience = 16;

function charge(state: EngineState, slot: Slot, by: number): void {
  if (by === 0) return;
  slot.held += by;
  state.strain.room -= by;
  state.strain.demandRoom -= by;
  state.meter.change(by, slot.preload ? by : 0);
  state.warmed.charge(slot.preload, by);
}

function freeWorker(state: EngineState, slot: Slot): void {
  if (slot.worker) state.lanes.freeWorker(slot.worker);
  slot.worker = null;
}
