import type { LedgerCounts } from '../metrics/ledger.ts';
import type { ForecastStatus } from '../model/accuracy.ts';
import type { ComponentId, LeaseId, Millis } from '../model/ids.ts';
import { type ComponentState, type Lane, lanes, type PressureLevel } from '../model/reason.ts';
import type { ShadowStatus } from '../residency/eviction-policy.ts';
import type { Slot } from './slot.ts';
import type { EngineState } from './state.ts';
import type { Trouble } from './trouble.ts';

/** One component as it is now. */
export interface ComponentStatus {
  readonly id: ComponentId;
  readonly state: ComponentState;
  /** Bytes charged against the budget. */
  readonly heldBytes: number;
  readonly expectedBytes: number;
  readonly expectedLoadMs: number;
  readonly leases: number;
  /** How many may be open at once; null: any number. */
  readonly concurrency: number | null;
  /** Demands that wait for it: for its load, or for their turn. */
  readonly waiting: number;
  /** In memory, or on its way, for a forecast that has not come true yet. */
  readonly speculative: boolean;
  /** What went wrong lately: null if nothing did. Times are of the engine's clock. */
  readonly trouble: ComponentTrouble | null;
  /** The lane it waits in. */
  readonly lane: Lane | null;
}

/** What one demand waits for. */
export interface Waiting {
  readonly state: ComponentState;
  readonly concurrency: number | null;
  /** Demands of the same component that come before it. */
  readonly before: number;
}

/** What follows from failures of one component. */
export interface ComponentTrouble {
  /** Failed loads for demands in a row, and crashes soon after a load. */
  readonly failures: number;
  /** `open`: demands are refused until `retryAt`; then the first of them may try. `half-open`: it does. */
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** Since when the circuit is open; null: it is not. */
  readonly since: Millis | null;
  /** When it is, or may be, tried again; null: at the next demand. */
  readonly retryAt: Millis | null;
  readonly error: Error;
}

/** Everything that can be known of an engine from outside. */
export interface EngineStatus {
  readonly components: readonly ComponentStatus[];
  readonly budgetBytes: number;
  readonly heldBytes: number;
  readonly speculativeBytes: number;
  /** What unloads that failed or hang may have left in memory; part of `heldBytes`. */
  readonly lostBytes: number;
  readonly pressure: PressureLevel;
  /** How many may load ahead at once, in all lanes together: fewer under pressure, or while loading slows the foreground. */
  readonly workers: number;
  readonly lanes: Readonly<
    Record<Lane, { readonly waiting: number; readonly running: number; readonly capacity: number }>
  >;
  /** Components that the start still has to load. */
  readonly warming: number;
  /** Probability that a forecast must reach to be preloaded now. */
  readonly threshold: number | null;
  /** What eviction leans on, and what that cost; null if the policy leans on nothing, or nothing was evicted yet. */
  readonly residency: ShadowStatus | null;
  readonly ledger: LedgerCounts;
  /** How good the forecasts were lately; null if nobody follows it, as in a replay. */
  readonly forecast: ForecastStatus | null;
  /** What observe-only mode counted: cold starts it would have met, ms of loading they took, preloads that nobody used. */
  readonly observed: { readonly saved: number; readonly savedMs: number; readonly wasted: number };
}

export function statusOf(state: EngineState): EngineStatus {
  const laneStatus = (lane: Lane) => ({
    waiting: state.lanes.waiting(lane),
    running: state.lanes.running(lane),
    capacity: state.lanes.capacity(lane),
  });
  return {
    components: state.slots.map((slot) => componentStatus(state, slot)),
    budgetBytes: state.budget,
    heldBytes: state.meter.resident,
    speculativeBytes: state.meter.speculative,
    lostBytes: state.lost,
    pressure: state.level,
    workers: state.lanes.workers,
    lanes: { immediate: laneStatus('immediate'), delayed: laneStatus('delayed'), background: laneStatus('background') },
    warming: state.warmPlan?.waiting.size ?? 0,
    threshold: state.waste?.threshold ?? null,
    residency: state.policy.shadows?.() ?? null,
    ledger: state.ledger.counts(),
    forecast: state.tracker?.status() ?? null,
    observed: { ...state.observed },
  };
}

/** What a demand waits for; null: it does not. */
export function waitingOf(state: EngineState, lease: LeaseId): Waiting | null {
  const claim = state.claims.get(lease);
  const before = claim?.slot.waiting.indexOf(claim) ?? -1;
  if (!claim || before < 0) return null;
  const { state: is, concurrency } = componentStatus(state, claim.slot);
  return { state: is, concurrency, before };
}

function componentStatus(state: EngineState, slot: Slot): ComponentStatus {
  const lane = lanes.find((name) => state.lanes.get(slot.index)?.lane === name) ?? null;
  const failed = slot.state === 'cold' && slot.failures > 0 && lane === null;
  return {
    id: slot.spec.id,
    state: failed ? 'failed' : slot.state === 'cold' && lane ? 'queued' : slot.state,
    heldBytes: slot.held,
    expectedBytes: slot.bytes,
    expectedLoadMs: slot.loadMs,
    leases: slot.open.size,
    concurrency: slot.spec.concurrency ?? null,
    waiting: slot.waiting.length,
    speculative: slot.preload !== null,
    trouble: slot.trouble && troubleOf(state, slot, slot.trouble),
    lane,
  };
}

function troubleOf({ now }: EngineState, slot: Slot, { failures, open, retryAt, error }: Trouble): ComponentTrouble {
  if (!open) {
    const waits = retryAt !== null && retryAt > now;
    return { failures, circuit: 'closed', since: null, retryAt: waits ? retryAt : null, error };
  }
  const tries = slot.state === 'queued' || slot.state === 'loading';
  return { failures, circuit: tries ? 'half-open' : 'open', since: open.since, retryAt: open.until, error };
}
