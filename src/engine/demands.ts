import { formatMB } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';
import type { EngineEvent } from '../model/event.ts';
import type { LeaseId } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import { outwaited, outwaitedError } from './conflict-wait.ts';
import { type Blocked, blockedDemands, clears, opponentsOf, overtaken } from './conflicts.ts';
import { forgetRetry, heldBack } from './faults.ts';
import { countLoad, settleFollowed } from './foresight.ts';
import { wakeBy } from './idle-time.ts';
import { inLoadOrder } from './load-order.ts';
import { forgive, newBytes } from './lost.ts';
import { abandonAwaiting } from './preloads.ts';
import { admit, conclude, dismissAll, letGo } from './residence.ts';
import { canLeave, findVictimsOfAnyAge, inMemory, isPinned, keptForGood } from './room.ts';
import { weigh } from './sizing.ts';
import { type Claim, costOf, isGoing, type Slot } from './slot.ts';
import { closureOf, type EngineState, slotOf, tell } from './state.ts';
import { lapseUnused } from './unused.ts';
import { compareOrders } from './victims.ts';

/** A command needs a component now: a lease if it is warm, a place in its load otherwise. Demands wait for no lane. */
export function demand(
  state: EngineState,
  { lease, component, command, user, again = false }: Extract<EngineEvent, { kind: 'demand' }>,
): void {
  const slot = slotOf(state, component);
  const found = foundIn(slot);
  const claim: Claim = { lease, slot, user, command, found, at: -1, asked: state.now, opened: null };
  if (state.closing) return refuse(state, claim, new ForeloadError('closed', closedParts));
  // What a command demands several times in a row is one use (correlated references: O'Neil et al., LRU-K, SIGMOD 1993).
  const repeated = again && found === 'warm' && slot.lastUse === state.uses;
  learn(state, claim, again);
  settlePreloads(state, slot, found);
  lapseUnused(state);
  state.claims.add(claim);
  if (!repeated) state.policy.touch(slot.index, state.now);
  const late = slot.state === 'warm' && comesAfterOthers(state, claim);
  if (slot.state === 'warm' && !late && slot.open.size < leasesAtOnce(slot)) return grant(state, claim);
  slot.waiting.push(claim);
  if (late || slot.state === 'cold' || isGoing(slot)) pend(state, slot);
  hurry(state, slot);
}

/** A demand waits for loads that run or are about to: those of them that were begun ahead need not be polite any more. */
function hurry(state: EngineState, slot: Slot): void {
  for (const member of closureOf(state, slot)) {
    if ((member.state !== 'loading' && member.state !== 'queued') || state.urgent.has(member)) continue;
    state.urgent.add(member);
    if (member.state === 'loading') state.out.push({ kind: 'hurry', component: member.spec.id });
  }
}

/** What was just begun ahead may be what a demand waits for that had to let others go first. */
export function hurryPending(state: EngineState): void {
  for (const slot of state.pending) hurry(state, slot);
}

/** Lets the demands of a component wait for a load of their own. */
export function pend(state: EngineState, slot: Slot): void {
  if (!state.pending.includes(slot)) state.pending.push(slot);
}

/** A holder is done, or gives up waiting. */
export function release(state: EngineState, lease: LeaseId): void {
  const claim = state.claims.delete(lease);
  if (!claim) return;
  const { slot } = claim;
  if (!slot.open.delete(claim)) slot.waiting.splice(slot.waiting.indexOf(claim), 1);
  forgetRetry(state, slot);
  if (slot.state !== 'warm') return;
  // Who waits behind others, for what this excludes, waits on.
  if (state.pending.includes(slot)) letGo(state, slot);
  else grantWaiting(state, slot);
}

/** Opens the leases that wait for a warm component, as many as it allows at once, first come first served. */
export function grantWaiting(state: EngineState, slot: Slot): void {
  const free = leasesAtOnce(slot) - slot.open.size;
  if (slot.waiting.length > 0) for (const claim of slot.waiting.splice(0, free)) grant(state, claim);
  letGo(state, slot);
}

export const leasesAtOnce = (slot: Slot): number => slot.spec.concurrency ?? Number.POSITIVE_INFINITY;

export function refuseWaiting(state: EngineState, slot: Slot, error: ForeloadError): void {
  for (const claim of slot.waiting.splice(0)) refuse(state, claim, error);
}

/**
 * Begins the loads of demanded components for which there is room, in the order of their demands. Runs after every event;
 * costs nothing while no demand waits for room, else looks at each that does: any event may have made the room.
 */
export function startPending(state: EngineState): void {
  state.roomAwaited = false;
  if (state.pending.length === 0) return;
  let free = state.budget - state.meter.resident;
  let { coming } = state;
  const blocked: Blocked[] = [];
  for (const slot of state.pending.splice(0)) {
    const queued = slot.state === 'warm';
    if (slot.waiting.length === 0 || (slot.state !== 'cold' && !isGoing(slot) && !queued)) continue;
    const members = closureOf(state, slot);
    const missing = members.filter((member) => member.state === 'cold' || isGoing(member));
    const back = queued ? null : heldBack(state, slot, missing);
    if (back instanceof ForeloadError) {
      refuseWaiting(state, slot, back);
      continue;
    }
    if (back !== null) {
      state.retries.set(slot.index, back);
      wakeBy(state, back);
      continue;
    }
    // While it waited for another try, what it rests on may have been preloaded.
    settlePreloads(state, slot, 'cold');
    hurry(state, slot);
    if (state.lost > 0) free += forgive(state, neededFor(state, members) + state.lost - state.budget);
    const need = missing.reduce((sum, member) => sum + (member.outside ? 0 : newBytes(member)), 0);
    const opponents = opponentsOf(state, members, missing);
    const earlier = overtaken(state, members, slot.waiting, blocked);
    if (queued && !earlier) {
      grantWaiting(state, slot);
      continue;
    }
    if (!earlier && opponents.length === 0 && need <= free && !missing.some(isGoing)) {
      if (waitsForMachine(state, need, members)) {
        state.pending.push(slot);
        state.roomAwaited = true;
        continue;
      }
      for (const member of inLoadOrder(state, missing)) begin(state, member);
      free -= need;
      continue;
    }
    const pinned = opponents.find(isPinned);
    if (pinned) {
      refuseWaiting(state, slot, besidePinned(slot, pinned));
      continue;
    }
    const here: Blocked = { slot, members, opponents };
    const held = earlier !== undefined || !opponents.every(clears);
    if (held) refuseOutwaited(state, slot, earlier ?? here);
    if (slot.waiting.length === 0) continue;
    state.pending.push(slot);
    if (opponents.length > 0 || earlier) blocked.push(here);
    // What somebody holds may take long to go: until then, it must not keep memory from later demands.
    if (held) continue;
    coming += dismissAll(state, opponents, 'conflict');
    const victims = findVictimsOfAnyAge(state, need - free - coming, (victim) => !members.includes(victim));
    if (victims) {
      if (victims.length > 0) compareOrders(state);
      coming += dismissAll(state, victims, 'evicted');
      // What is free and what is coming free is spoken for: a later demand must not take it.
      coming -= Math.max(0, need - free);
      free = Math.min(free, Math.max(0, free - need));
      state.roomAwaited = true;
      continue;
    }
    const needed = neededFor(state, members);
    if (needed > state.budget) {
      state.pending.pop();
      refuseWaiting(state, slot, tooLarge(state, slot, needed));
    } else state.roomAwaited = true;
  }
}

/**
 * Where the machine has less than the budget allows: has what is idle leave before a demand takes its memory, least worth
 * first, or the load could be the last thing this process does. What is not enough must do.
 */
function waitsForMachine(state: EngineState, need: number, members: readonly Slot[]): boolean {
  const lacking = need - state.strain.demandRoom;
  if (lacking <= 0) return false;
  if (lacking > state.coming) {
    const mayLeave = (victim: Slot): boolean => !victim.spec.keepsMemory && !members.includes(victim);
    const some =
      findVictimsOfAnyAge(state, lacking - state.coming, mayLeave) ?? inMemory(state).filter(canLeave).filter(mayLeave);
    dismissAll(state, some, 'evicted');
  }
  return state.coming > 0;
}

/** Whether earlier demands wait for something that a demand of what is warm would keep in memory. */
function comesAfterOthers(state: EngineState, claim: Claim): boolean {
  if (state.pending.length === 0) return false;
  return overtaken(state, closureOf(state, claim.slot), [claim], blockedDemands(state)) !== undefined;
}

/** Who has waited too long for what it conflicts with waits no more. */
function refuseOutwaited(state: EngineState, slot: Slot, blocked: Blocked): void {
  for (const claim of outwaited(state, slot)) {
    slot.waiting.splice(slot.waiting.indexOf(claim), 1);
    refuse(state, claim, outwaitedError(state, slot, blocked, claim.asked));
  }
}

function begin(state: EngineState, slot: Slot): void {
  cancelWaiting(state, slot);
  admit(state, slot, 'demand');
}

/** Bytes of a closure and of all that is pinned: what has to be in memory at once, whatever leaves. */
function neededFor(state: EngineState, members: readonly Slot[]): number {
  let needed = 0;
  for (const slot of new Set([...members, ...keptForGood(state)])) {
    if (!slot.outside) needed += slot.state === 'cold' || isGoing(slot) ? slot.bytes : slot.held;
  }
  return needed;
}

function besidePinned(slot: Slot, pinned: Slot): ForeloadError {
  return new ForeloadError('dependency-conflict', {
    what: `component "${slot.spec.id}" can't be loaded beside "${pinned.spec.id}"`,
    found: `that "${pinned.spec.id}" is core, and stays in memory`,
    remedy: `unload "${pinned.spec.id}" first, or give it another priority`,
  });
}

function tooLarge(state: EngineState, slot: Slot, needed: number): ForeloadError {
  return new ForeloadError('over-budget', {
    what: `component "${slot.spec.id}", with all it depends on and all that is core, needs ${formatMB(needed)}`,
    found: `a budget of ${formatMB(state.budget)}`,
    remedy: 'raise the budget',
  });
}

function foundIn(slot: Slot): Found {
  if (slot.state === 'warm') return 'warm';
  return (slot.state === 'loading' && !slot.orphaned) || slot.state === 'queued' ? 'loading' : 'cold';
}

function learn(state: EngineState, { slot, user, command, found }: Claim, again: boolean): void {
  state.ledger.need(found);
  const open = state.commands.get(user);
  if (open?.command === command) {
    open.demands++;
    if (!again || found !== 'warm') open.served = false;
    if (!again) state.tracker?.demand(user, slot.spec.id);
  }
  state.keeping?.demand(slot.index, state.now);
  weigh(state, slot);
  // A command teaches once what it needs.
  if (!again) state.predictor?.demand(user, slot.spec.id, state.now);
  state.rhythm?.demand(slot.index, state.now);
  state.situations?.demand(user, slot.spec.id);
  state.hints.delete(slot.index);
  slot.uses++;
  slot.lastUse = ++state.uses;
  state.outlook?.demanded(user, slot.index);
  settleFollowed(state, slot);
  if (state.duel.begun) {
    for (const member of closureOf(state, slot)) {
      if (!member.outside) state.duel.demanded(member.index, member.bytes, costOf(member), state.now);
    }
  }
  if (found === 'cold' || slot.preload) countLoad(state, slot);
  if (state.foreseen.delete(slot.index) && found === 'cold') {
    state.observed.saved++;
    state.observed.savedMs += slot.loadMs;
  }
  if (state.notices) tell(state, { kind: 'demanded', at: state.now, component: slot.spec.id, user, found });
}

/** A demand decides the preloads of what it demands: of the component itself and of all it rests on. */
function settlePreloads(state: EngineState, slot: Slot, found: Found): void {
  for (const node of state.graph.closureOf(slot.index)) {
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
  claim.opened = state.now;
  state.out.push({ kind: 'grant', lease: claim.lease, component: claim.slot.spec.id, found: claim.found });
}

function refuse(state: EngineState, claim: Claim, error: ForeloadError): void {
  state.claims.delete(claim.lease);
  state.out.push({ kind: 'refuse', lease: claim.lease, component: claim.slot.spec.id, error });
}

export const closedParts = { what: 'Foreload is closed', remedy: 'create a new one to load components' } as const;
