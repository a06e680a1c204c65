import { closedError } from '../model/errors.ts';
import type { EngineEvent } from '../model/event.ts';
import type { LeaseId } from '../model/ids.ts';
import { blockedDemands, overtaken } from './conflicts.ts';
import { settlePreloads } from './demanded-preloads.ts';
import { forgetRetry } from './faults.ts';
import { countLoad, settleFollowed } from './foresight.ts';
import { grant, grantWaiting, leasesAtOnce, refuse } from './grants.ts';
import { hurry, pend } from './pending.ts';
import { letGo } from './residence.ts';
import { weigh } from './sizing.ts';
import { closureOf, slotOf } from './slot-graph.ts';
import { type Claim, costOf, foundIn, isGoing } from './slot.ts';
import { type EngineState, type OpenCommand, tell } from './state.ts';
import { lapseUnused } from './unused.ts';

/** A command needs a component now: a lease if it is warm, a place in its load otherwise. Demands wait for no lane. */
export function demand(
  state: EngineState,
  { lease, component, command, user, again = false }: Extract<EngineEvent, { kind: 'demand' }>,
): void {
  const slot = slotOf(state, component);
  const found = foundIn(slot);
  const claim: Claim = { lease, slot, user, command, found, at: -1, asked: state.now, opened: null };
  if (state.closing) return refuse(state, claim, closedError());
  // What a command demands several times in a row is one use (correlated references: O'Neil et al., LRU-K, SIGMOD 1993).
  const repeated = again && found === 'warm' && slot.lastUse === state.uses;
  // Nothing has happened in between: there is no forecast, no hint and no preload that it could decide.
  if (repeated && state.undisturbed?.command === command) count(state, claim, state.undisturbed);
  else {
    learn(state, claim, again);
    settlePreloads(state, slot, found);
  }
  lapseUnused(state);
  state.claims.add(claim);
  if (!repeated) state.policy.touch(slot.index, state.now);
  const late = slot.state === 'warm' && state.pending.length > 0 && comesAfterOthers(state, claim);
  if (slot.state === 'warm' && !late && slot.open.size < leasesAtOnce(slot)) return grant(state, claim);
  slot.waiting.push(claim);
  if (late || slot.state === 'cold' || isGoing(slot)) pend(state, slot);
  hurry(state, slot);
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

/** Whether earlier demands wait for something that a demand of what is warm would keep in memory. */
function comesAfterOthers(state: EngineState, claim: Claim): boolean {
  return overtaken(state, closureOf(state, claim.slot), [claim], blockedDemands(state)) !== undefined;
}

function learn(state: EngineState, claim: Claim, again: boolean): void {
  const { slot, user, command, found } = claim;
  const open = state.commands.get(user);
  const present = open?.command === command ? open : null;
  if (present) {
    if (!again || found !== 'warm') present.served = false;
    if (!again) state.tracker?.demand(user, slot.spec.id);
  }
  state.undisturbed = present;
  count(state, claim, present);
  // A command teaches once what it needs.
  if (!again) state.predictor?.demand(user, slot.spec.id, state.now);
  state.hints.delete(slot.index);
  state.outlook?.demanded(user, slot.index);
  settleFollowed(state, slot);
  if (found === 'cold' || slot.preload) countLoad(state, slot);
  if (state.foreseen.delete(slot.index) && found === 'cold') {
    state.observed.saved++;
    state.observed.savedMs += slot.loadMs;
  }
}

/** What every demand counts for. */
function count(state: EngineState, { slot, user, found }: Claim, open: OpenCommand | null): void {
  const { now } = state;
  state.ledger.need(found);
  if (open) open.demands++;
  state.keeping?.demand(slot.index, user, now);
  if (state.sizing) weigh(state, slot);
  state.rhythm?.demand(slot.index, now);
  state.situations?.demand(user, slot.spec.id);
  slot.uses++;
  slot.lastUse = ++state.uses;
  if (state.duel.begun) {
    for (const member of closureOf(state, slot)) {
      if (!member.outside) state.duel.demanded(member.index, member.bytes, costOf(member), now);
    }
  }
  if (state.notices && state.hearsDemands()) {
    tell(state, { kind: 'demanded', at: now, component: slot.spec.id, user, found });
  }
}
