import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { LoadId } from '../model/ids.ts';
import { grantWaiting, refuseWaiting, startPending } from './demands.ts';
import { conclude, dismiss, goCold, idleDeadline, settleWarm, wakeBy } from './residence.ts';
import { canLeave, findVictims } from './room.ts';
import type { Slot } from './slot.ts';
import { type EngineState, tell } from './state.ts';

/** What the driver answers: loads that ended well or badly, components that left or broke. */

export function loaded(state: EngineState, slot: Slot, load: LoadId, measured: number | undefined): void {
  if (slot.state !== 'loading' || slot.load !== load) return;
  const { origin } = slot;
  settleWarm(state, slot, measured);
  if (state.notices) {
    const told = { at: state.now, component: slot.spec.id, origin, bytes: slot.bytes as never };
    tell(state, { kind: 'load-ended', ...told, tookMs: (state.now - slot.startedAt) as never });
  }
  grantWaiting(state, slot);
  wakeBy(state, idleDeadline(state, slot));
  shrinkToBudget(state);
}

/** A load ended badly. A demand that joined a speculative load gets a load of its own; what rested on it fails too. */
export function loadFailed(state: EngineState, slot: Slot, load: LoadId, error: Error): void {
  if (slot.state !== 'loading' || slot.load !== load) return;
  const failure =
    error instanceof ForeloadError
      ? error
      : new ForeloadError('load-failed', {
          what: `component "${slot.spec.id}" did not load`,
          found: reasonOf(error),
          remedy: 'see the cause, and correct the loader',
          cause: error,
        });
  fail(state, slot, failure);
}

function fail(state: EngineState, slot: Slot, error: ForeloadError): void {
  const speculative = slot.origin !== 'demand';
  slot.failures++;
  if (slot.preload) conclude(state, slot, 'failed');
  if (state.notices) {
    tell(state, { kind: 'load-failed', at: state.now, component: slot.spec.id, origin: slot.origin, error });
  }
  goCold(state, slot);
  for (const node of state.graph.dependants[slot.index]!) {
    const dependant = state.slots[node]!;
    if (dependant.state !== 'queued') continue;
    fail(
      state,
      dependant,
      new ForeloadError('dependency-failed', {
        what: `component "${dependant.spec.id}" did not load`,
        where: `it depends on "${slot.spec.id}"`,
        found: error.message,
        remedy: `correct "${slot.spec.id}" first`,
        cause: error,
      }),
    );
  }
  if (speculative && slot.waiting.length > 0) state.pending.push(slot);
  else refuseWaiting(state, slot, error);
  startPending(state);
}

export function unloaded(state: EngineState, slot: Slot): void {
  if (slot.state !== 'unloading') return;
  goCold(state, slot);
  if (state.notices) tell(state, { kind: 'unloaded', at: state.now, component: slot.spec.id });
  if (state.closing) closeIdle(state);
  startPending(state);
}

/** A warm component ended by itself: its holders are told, and so are the holders of what rested on it. */
export function crashed(state: EngineState, slot: Slot, load: LoadId, error: Error): void {
  if (slot.state !== 'warm' || slot.load !== load) return;
  if (state.notices) tell(state, { kind: 'crashed', at: state.now, component: slot.spec.id, error });
  if (slot.preload) conclude(state, slot, 'failed');
  slot.failures++;
  const failure = new ForeloadError('load-failed', {
    what: `component "${slot.spec.id}" ended by itself`,
    found: reasonOf(error),
    remedy: 'demand it again to load it anew',
    cause: error,
  });
  revoke(state, slot, failure);
  for (const node of state.graph.dependants[slot.index]!) {
    const dependant = state.slots[node]!;
    if (dependant.state !== 'warm') continue;
    revoke(state, dependant, failure);
    dismiss(state, dependant, 'replaced');
  }
  goCold(state, slot);
  startPending(state);
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
    const [victim] = findVictims(state, 1, canLeave) ?? [];
    if (!victim) return;
    dismiss(state, victim, 'evicted');
    over -= victim.held;
  }
}

/** While closing: unloads whatever nothing rests on any more. */
export function closeIdle(state: EngineState): void {
  for (const slot of state.slots) if (slot.state === 'warm' && slot.pins === 0) dismiss(state, slot, 'shutdown');
}
