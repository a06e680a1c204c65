import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { LoadId, Millis } from '../model/ids.ts';
import { grantWaiting, refuseWaiting } from './grants.ts';
import { pend } from './pending.ts';
import { dependencyFailed } from './dependency-failed.ts';
import { crashedAgain, triesAgain } from './faults.ts';
import { lose } from './lost.ts';
import { conclude, dismiss, goCold, settleWarm } from './residence.ts';
import { findVictimsOfAnyAge, frees, isIdle } from './room.ts';
import { isGoing, type Slot } from './slot.ts';
import { closureOf, withDependants } from './slot-graph.ts';
import { type EngineState, tell } from './state.ts';

/** What the driver answers: loads that ended well or badly, components that left or broke. */

export function loaded(state: EngineState, slot: Slot, load: LoadId, measured: number | undefined): void {
  if (slot.state !== 'loading' || slot.load !== load) return;
  const { origin, orphaned, trouble } = slot;
  // It works again: whoever waits for another try need not.
  if (trouble?.retryAt != null) retryNow(state);
  settleWarm(state, slot, measured);
  if (state.notices) {
    const told = { at: state.now, component: slot.spec.id, origin, bytes: slot.bytes as never };
    tell(state, { kind: 'load-ended', ...told, tookMs: (state.now - slot.startedAt) as never });
  }
  if (orphaned) return dismiss(state, slot, 'replaced');
  grantWaiting(state, slot);
}

/**
 * A load ended badly, and with it the loads that wait for it. Its demands wait until it is tried again, or are refused,
 * unless the load was begun ahead of them: those get a load of their own.
 */
export function loadFailed(state: EngineState, slot: Slot, load: LoadId, error: Error): void {
  if (slot.state !== 'loading' || slot.load !== load) return;
  if (slot.orphaned) return goCold(state, slot);
  const failure =
    error instanceof ForeloadError
      ? error
      : new ForeloadError('load-failed', {
          what: `component "${slot.spec.id}" did not load`,
          found: reasonOf(error),
          remedy: 'see the cause, and correct the loader',
          cause: error,
        });
  const again = slot.origin !== 'demand' || triesAgain(state, slot, failure);
  const chains = chainsTo(state, slot);
  fail(state, slot, failure, again);
  for (const [dependant, chain] of chains) fail(state, dependant, dependencyFailed(chain, failure), again);
}

function fail(state: EngineState, slot: Slot, error: ForeloadError, again: boolean): void {
  const retry = again || slot.origin !== 'demand';
  slot.failures++;
  slot.failedAt = state.now;
  if (slot.preload) conclude(state, slot, 'failed');
  if (state.notices) {
    tell(state, { kind: 'load-failed', at: state.now, component: slot.spec.id, origin: slot.origin, error });
  }
  goCold(state, slot);
  if (!retry) refuseWaiting(state, slot, error);
  else if (slot.waiting.length > 0) pend(state, slot);
}

/** Everything queued that waits for a component, with the chain of names that leads there. */
function chainsTo(state: EngineState, slot: Slot): Map<Slot, readonly string[]> {
  const chains = new Map<Slot, readonly string[]>([[slot, [slot.spec.id]]]);
  for (const [below, chain] of chains) {
    for (const node of state.graph.dependants[below.index]!) {
      const dependant = state.slots[node]!;
      if (dependant.state === 'queued' && !chains.has(dependant)) chains.set(dependant, [dependant.spec.id, ...chain]);
    }
  }
  chains.delete(slot);
  return chains;
}

/** It is gone; with an error, nobody knows whether its memory came free. */
export function unloaded(state: EngineState, slot: Slot, error: Error | undefined): void {
  if (slot.state !== 'unloading') return;
  const { held } = slot;
  goCold(state, slot);
  if (error || slot.spec.keepsMemory) lose(state, slot, held);
  if (state.notices) tell(state, { kind: 'unloaded', at: state.now, component: slot.spec.id });
}

/** A warm component ended by itself: its holders are told, and so is everyone who holds or awaits what rests on it. */
export function crashed(state: EngineState, slot: Slot, load: LoadId, error: Error): void {
  if (slot.state !== 'warm' || slot.load !== load) return;
  if (state.notices) tell(state, { kind: 'crashed', at: state.now, component: slot.spec.id, error });
  const failure = new ForeloadError('load-failed', {
    what: `component "${slot.spec.id}" ended by itself`,
    found: reasonOf(error),
    remedy: 'demand it again to load it anew',
    cause: error,
  });
  slot.failures++;
  slot.failedAt = state.now;
  crashedAgain(state, slot, error);
  const broken = withDependants(state, slot).filter((member) => !isGoing(member));
  for (const member of broken) {
    if (member.preload) conclude(state, member, 'failed');
    revoke(state, member, failure);
    refuseWaiting(state, member, failure);
    if (member === slot) goCold(state, slot);
    else if (member.state === 'loading') member.orphaned = true;
    else if (member.state === 'warm') dismiss(state, member, 'replaced');
  }
  // Last, so that what they rest on is not let go as if it still worked.
  for (const member of broken) if (member.state === 'queued') goCold(state, member);
}

/** Demands that wait for another try look anew at what keeps them. */
function retryNow(state: EngineState): void {
  for (const index of state.retries.due(Number.POSITIVE_INFINITY as Millis)) pend(state, state.slots[index]!);
}

/** Ends all leases of a component that no longer works. */
export function revoke(state: EngineState, slot: Slot, error: ForeloadError): void {
  for (const claim of slot.open) {
    state.claims.delete(claim.lease);
    state.out.push({ kind: 'revoke', lease: claim.lease, component: slot.spec.id, error });
  }
  slot.open.clear();
}

/** Unloads idle components, least worth first, until the budget holds again: after a wrong estimate, or a new budget. */
export function shrinkToBudget(state: EngineState): void {
  for (let over = state.meter.resident - state.coming - state.budget; over > 0; ) {
    const [victim] = findVictimsOfAnyAge(state, 1, frees) ?? [];
    if (!victim) break;
    dismiss(state, victim, 'evicted');
    over -= victim.held;
  }
  tellOverdraft(state);
}

/**
 * Says once that more than the budget is in use: by what is leased or loading, what is core, and what those rest on.
 * Looks through memory at every event while it lasts: what is in use changes with any of them.
 */
function tellOverdraft(state: EngineState): void {
  const used = new Set<Slot>();
  for (const index of state.policy.victims(state.now)) {
    const slot = state.slots[index]!;
    if (!isIdle(slot) && !isGoing(slot)) for (const member of closureOf(state, slot)) used.add(member);
  }
  const over = [...used].reduce((sum, slot) => sum + slot.held, -state.budget);
  const { strain } = state;
  if (over > 0 && !strain.overdrawn) tell(state, { kind: 'budget-overdrawn', at: state.now, bytes: over as never });
  strain.overdrawn = over > 0;
}
