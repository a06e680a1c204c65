import { formatBytes } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';
import { outwaited, outwaitedError } from './conflict-wait.ts';
import { type Blocked, clears, opponentsOf, overtaken } from './conflicts.ts';
import { cancelWaiting, settlePreloads } from './demanded-preloads.ts';
import { heldBack } from './faults.ts';
import { grantWaiting, refuse, refuseWaiting } from './grants.ts';
import { wakeBy } from './idle-time.ts';
import { inLoadOrder } from './load-order.ts';
import { forgive, newBytes } from './lost.ts';
import { admit, dismissAll } from './residence.ts';
import { canLeave, findVictimsOfAnyAge, inMemory, isPinned, keptForGood } from './room.ts';
import { closureOf } from './slot-graph.ts';
import { isGoing, type Slot } from './slot.ts';
import type { EngineState } from './state.ts';
import { compareOrders } from './victims.ts';

/** Demands whose load could not begin at once: they wait for room, for another try, or for what they conflict with to go. */

/** Lets the demands of a component wait for a load of their own. */
export function pend(state: EngineState, slot: Slot): void {
  if (!state.pending.includes(slot)) state.pending.push(slot);
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
    const opponents = opponentsOf(state, members, missing);
    const earlier = overtaken(state, members, slot.waiting, blocked);
    if (queued && !earlier) {
      grantWaiting(state, slot);
      continue;
    }
    const pinned = opponents.find(isPinned);
    if (pinned) {
      refuseWaiting(state, slot, besidePinned(slot, pinned));
      continue;
    }
    const here: Blocked = { slot, members, opponents };
    if (earlier || !opponents.every(clears)) {
      refuseOutwaited(state, slot, earlier ?? here);
      if (slot.waiting.length === 0) continue;
      state.pending.push(slot);
      blocked.push(here);
      // What somebody holds may take long to go: until then, it must not keep memory from later demands.
      continue;
    }
    const spare = state.lost > 0 ? spareFor(state, members) : 0;
    const need = missing.reduce((sum, member) => sum + (member.outside ? 0 : newBytes(member)), 0);
    if (opponents.length === 0 && need <= free + spare && !missing.some(isGoing)) {
      if (waitsForMachine(state, need - spare, members)) {
        state.pending.push(slot);
        state.roomAwaited = true;
        continue;
      }
      free += forgive(state, spare, members);
      for (const member of inLoadOrder(state, missing)) begin(state, member);
      free -= need;
      continue;
    }
    state.pending.push(slot);
    if (opponents.length > 0) blocked.push(here);
    coming += dismissAll(state, opponents, 'conflict');
    const victims = findVictimsOfAnyAge(state, need - free - spare - coming, (victim) => !members.includes(victim));
    const needed = victims ? 0 : neededFor(state, members);
    if (needed > state.budget) {
      state.pending.pop();
      refuseWaiting(state, slot, tooLarge(state, slot, needed));
      continue;
    }
    state.roomAwaited = true;
    if (!victims) continue;
    free += forgive(state, spare, members);
    if (victims.length > 0) compareOrders(state);
    coming += dismissAll(state, victims, 'evicted');
    // What is free and what is coming free is spoken for: a later demand must not take it.
    coming -= Math.max(0, need - free);
    free = Math.min(free, Math.max(0, free - need));
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

/** What was just begun ahead may be what a demand waits for that had to let others go first. */
export function hurryPending(state: EngineState): void {
  for (const slot of state.pending) hurry(state, slot);
}

/** A demand waits for loads that run or are about to: those of them that were begun ahead need not be polite any more. */
export function hurry(state: EngineState, slot: Slot): void {
  for (const member of closureOf(state, slot)) {
    if ((member.state !== 'loading' && member.state !== 'queued') || state.urgent.has(member)) continue;
    state.urgent.add(member);
    if (member.state === 'loading') state.out.push({ kind: 'hurry', component: member.spec.id });
  }
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

/** As much lost memory as keeps a demand from a load that fits otherwise. What its own loads take over does not count. */
function spareFor(state: EngineState, members: readonly Slot[]): number {
  const needed = neededFor(state, members);
  if (needed > state.budget) return 0;
  const lost = members.reduce((sum, member) => sum - (member.spec.keepsMemory ? member.lost : 0), state.lost);
  return Math.max(0, Math.min(lost, needed + lost - state.budget));
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
    what: `component "${slot.spec.id}", with all it depends on and all that is core, needs ${formatBytes(needed)}`,
    found: `a budget of ${formatBytes(state.budget)}`,
    remedy: 'raise the budget',
  });
}
