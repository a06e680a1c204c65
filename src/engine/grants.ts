import type { Effect } from '../model/effect.ts';
import type { ForeloadError } from '../model/errors.ts';
import { letGo } from './residence.ts';
import type { Claim, Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** What a demand gets in the end: a lease, or an error. */

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

export function grant(state: EngineState, claim: Claim): void {
  claim.slot.open.add(claim);
  claim.opened = state.now;
  const effect: Effect = { kind: 'grant', lease: claim.lease, component: claim.slot.spec.id, found: claim.found };
  // Mostly the only one: an array that grows takes room for 17.
  if (state.out.length === 0) state.out = [effect];
  else state.out.push(effect);
}

export function refuse(state: EngineState, claim: Claim, error: ForeloadError): void {
  state.claims.delete(claim.lease);
  state.out.push({ kind: 'refuse', lease: claim.lease, component: claim.slot.spec.id, error });
}
