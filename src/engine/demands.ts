import { ForeloadError } from '../model/errors.ts';
import type { CommandId, ComponentId, LeaseId, UserId } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import { abandonAwaiting } from './preloads.ts';
import { admit, conclude, dismiss, idleDeadline, wakeBy } from './residence.ts';
import { canLeave, findVictims } from './room.ts';
import type { Claim, Slot } from './slot.ts';
import { type EngineState, slotOf, tell } from './state.ts';

/** A command needs a component now: a lease if it is warm, a place in its load otherwise. Demands wait for no lane. */
export function demand(
  state: EngineState,
  { lease, component, command, user }: { lease: LeaseId; component: ComponentId; command: CommandId; user: UserId },
): void {
  const slot = slotOf(state, component);
  const found = foundIn(slot);
  const claim: Claim = { lease, slot, user, command, found };
  if (state.closing) return refuse(state, claim, new ForeloadError('closed', closedParts));
  learn(state, claim);
  settlePreloads(state, slot, found);
  state.claims.set(lease, claim);
  state.policy.touch(slot.index, state.now);
  if (slot.state === 'warm') return grant(state, claim);
  slot.waiting.push(claim);
  if (slot.state === 'cold' || slot.state === 'unloading') {
    if (!state.pending.includes(slot)) state.pending.push(slot);
    startPending(state);
  }
}

/** A holder is done, or gives up waiting. */
export function release(state: EngineState, lease: LeaseId): void {
  const claim = state.claims.get(lease);
  if (!claim) return;
  const { slot } = claim;
  state.claims.delete(lease);
  if (!slot.open.delete(claim)) slot.waiting.splice(slot.waiting.indexOf(claim), 1);
  letGo(state, slot);
  startPending(state);
}

/** Opens every lease that waits for a component that has become warm. */
export function grantWaiting(state: EngineState, slot: Slot): void {
  for (const claim of slot.waiting.splice(0)) grant(state, claim);
  letGo(state, slot);
}

export function refuseWaiting(state: EngineState, slot: Slot, error: ForeloadError): void {
  for (const claim of slot.waiting.splice(0)) refuse(state, claim, error);
}

/** Begins the loads of demanded components for which there is room, in the order of their demands. */
export function startPending(state: EngineState): void {
  if (state.pending.length === 0) return;
  let free = state.budget - state.meter.resident;
  let { coming } = state;
  for (const slot of state.pending.splice(0)) {
    if (slot.waiting.length === 0 || (slot.state !== 'cold' && slot.state !== 'unloading')) continue;
    const members = state.graph.closures[slot.index]!.map((node) => state.slots[node]!);
    const cold = members.filter((member) => member.state === 'cold' || member.state === 'unloading');
    const blocked = cold.some((member) => member.state === 'unloading') || !clearConflicts(state, cold);
    const need = slot.outside ? 0 : cold.reduce((sum, member) => sum + member.bytes, 0);
    if (!blocked && need <= free) {
      for (const member of cold) begin(state, member);
      free -= need;
      continue;
    }
    state.pending.push(slot);
    const protectedOnes = new Set(members);
    const missing = need - free - coming;
    const victims = findVictims(state, missing, (victim) => !protectedOnes.has(victim));
    if (!victims) continue;
    for (const victim of victims) {
      dismiss(state, victim, 'evicted');
      coming += victim.held;
    }
    // What is free and what is coming free is spoken for: a later demand must not take it.
    coming -= Math.max(0, need - free);
    free = Math.max(0, free - need);
  }
}

function begin(state: EngineState, slot: Slot): void {
  cancelWaiting(state, slot);
  admit(state, slot, 'demand');
}

/** Unloads what conflicts with a demand, as far as nobody holds it. True if nothing is left of it. */
function clearConflicts(state: EngineState, members: readonly Slot[]): boolean {
  let clear = true;
  for (const member of members) {
    for (const node of state.graph.conflicts[member.index]!) {
      const other = state.slots[node]!;
      if (other.state === 'cold') continue;
      clear = false;
      if (canLeave(other)) dismiss(state, other, 'conflict');
    }
  }
  return clear;
}

function foundIn(slot: Slot): Found {
  if (slot.state === 'warm') return 'warm';
  return slot.state === 'loading' || slot.state === 'queued' ? 'loading' : 'cold';
}

function learn(state: EngineState, { slot, user, command, found }: Claim): void {
  state.ledger.need(found);
  const open = state.commands.get(user);
  if (open?.command === command) open.demands++;
  state.predictor?.demand(user, slot.spec.id, state.now);
  state.hints.delete(slot.index);
  settlePaper(state, slot, found);
  if (state.foreseen.delete(slot.index) && found === 'cold') {
    state.observed.saved++;
    state.observed.savedMs += slot.loadMs;
  }
  if (state.notices) tell(state, { kind: 'demanded', at: state.now, component: slot.spec.id, user, found });
}

/** A demand decides what was followed on paper: it came true, or it is one load nearer to having been evicted. */
function settlePaper(state: EngineState, slot: Slot, found: Found): void {
  const paper = state.paper.get(slot.index);
  if (paper && state.paper.delete(slot.index)) state.waste?.cameTrue(paper.probability);
  if (found !== 'cold') return;
  for (const [index, other] of state.paper) if (--other.loadsLeft <= 0) state.paper.delete(index);
}

/** A demand decides the preloads of what it demands: of the component itself and of all it rests on. */
function settlePreloads(state: EngineState, slot: Slot, found: Found): void {
  for (const node of state.graph.closures[slot.index]!) {
    const member = state.slots[node]!;
    if (!member.preload) continue;
    if (cancelWaiting(state, member)) continue;
    conclude(state, member, (member === slot ? found : foundIn(member)) === 'warm' ? 'timely' : 'late');
  }
}

/** A demand takes over what a preload only waited to do. */
function cancelWaiting(state: EngineState, slot: Slot): boolean {
  if (abandonAwaiting(state, slot, 'demanded')) return true;
  if (!state.lanes.remove(slot.index)) return false;
  if (slot.preload) conclude(state, slot, 'cancelled');
  state.ledger.turnedAway('demanded');
  return true;
}

function grant(state: EngineState, claim: Claim): void {
  claim.slot.open.add(claim);
  state.out.push({ kind: 'grant', lease: claim.lease, component: claim.slot.spec.id, found: claim.found });
}

function refuse(state: EngineState, claim: Claim, error: ForeloadError): void {
  state.claims.delete(claim.lease);
  state.out.push({ kind: 'refuse', lease: claim.lease, component: claim.slot.spec.id, error });
}

/** What happens when the last lease of a component has ended. */
function letGo(state: EngineState, slot: Slot): void {
  if (slot.state !== 'warm' || slot.open.size > 0) return;
  slot.idleSince = state.now;
  if (slot.leaving || slot.outside || state.closing) {
    if (slot.pins === 0) dismiss(state, slot, state.closing ? 'shutdown' : slot.outside ? 'replaced' : 'explicit');
    return;
  }
  wakeBy(state, idleDeadline(state, slot));
}

export const closedParts = { what: 'Foreload is closed', remedy: 'create a new one to load components' } as const;
