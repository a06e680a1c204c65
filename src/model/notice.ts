import type { ForecastAccuracy, ForecastBehind } from './accuracy.ts';
import type { Bytes, ComponentId, Millis, UserId } from './ids.ts';
import type { Prediction } from './prediction.ts';
import type { BudgetReason, Found, Lane, Origin, Outcome, PressureLevel, TurnedAway, UnloadReason } from './reason.ts';

/** What happened, for people and dashboards. Nothing decides by a notice. */
export type Notice =
  | {
      readonly kind: 'forecast';
      readonly at: Millis;
      readonly user: UserId;
      readonly predictions: readonly Prediction[];
    }
  | {
      readonly kind: 'preload-queued';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly lane: Lane;
      readonly probability: number;
    }
  | {
      readonly kind: 'turned-away';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly lane: Lane;
      readonly reason: TurnedAway;
      readonly probability: number;
    }
  | {
      readonly kind: 'load-started';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly origin: Origin | 'demand';
      readonly lane: Lane | null;
      readonly bytes: Bytes;
    }
  | {
      readonly kind: 'load-ended';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly origin: Origin | 'demand';
      readonly bytes: Bytes;
      readonly tookMs: Millis;
    }
  | {
      readonly kind: 'load-failed';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly origin: Origin | 'demand';
      readonly error: Error;
    }
  | {
      readonly kind: 'demanded';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly user: UserId;
      readonly found: Found;
    }
  | {
      readonly kind: 'preload-ended';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly outcome: Outcome;
      readonly lane: Lane;
      readonly probability: number;
    }
  | {
      readonly kind: 'unload-started';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly reason: UnloadReason;
      readonly speculative: boolean;
    }
  /** What a loader tells of a long load, 0..1. */
  | { readonly kind: 'load-progress'; readonly at: Millis; readonly component: ComponentId; readonly fraction: number }
  | { readonly kind: 'unloaded'; readonly at: Millis; readonly component: ComponentId }
  /** An unload threw or took too long; the component counts as gone. What it held is told as `memory-lost`. */
  | { readonly kind: 'unload-failed'; readonly at: Millis; readonly component: ComponentId; readonly error: Error }
  /** A lease was garbage-collected without a release, and given back. `acquiredAt`: the stack of its demand, if that was written down. */
  | {
      readonly kind: 'lease-leaked';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly heldMs: Millis;
      readonly acquiredAt: string | null;
    }
  /**
   * So many bytes of a component may still be in memory after its unload failed, or are, if it returns none; below 0: no
   * longer. `lost`: of all together.
   */
  | {
      readonly kind: 'memory-lost';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly bytes: number;
      readonly lost: Bytes;
    }
  | { readonly kind: 'crashed'; readonly at: Millis; readonly component: ComponentId; readonly error: Error }
  /** How good forecasts were lately, every 100 commands that were scored. */
  | { readonly kind: 'accuracy'; readonly at: Millis; readonly accuracy: ForecastAccuracy }
  /** A simple predictor does better than the forecast; told once, and again only after it did not for a while. */
  | ({ readonly kind: 'forecast-behind'; readonly at: Millis } & ForecastBehind)
  /** The level of memory pressure: when it changes, and once at the start. */
  | { readonly kind: 'pressure'; readonly at: Millis; readonly level: PressureLevel; readonly excessBytes?: Bytes }
  /** A probe of memory pressure threw or gave nonsense; `instead` is read from now on, null: nothing is left to read. */
  | {
      readonly kind: 'probe-failed';
      readonly at: Millis;
      readonly probe: string;
      readonly instead: string | null;
      readonly error: Error;
    }
  /** A probe that failed has been read well for a while. */
  | { readonly kind: 'probe-restored'; readonly at: Millis; readonly probe: string }
  /** The share of workers that may load ahead changed, because loading slows the foreground or no longer does. */
  | { readonly kind: 'interference'; readonly at: Millis; readonly share: number }
  /** So many bytes more than the budget are in use, and can't leave before their leases end. Told once, until it is kept again. */
  | { readonly kind: 'budget-overdrawn'; readonly at: Millis; readonly bytes: Bytes }
  /** Another budget holds from now on. */
  | {
      readonly kind: 'budget-changed';
      readonly at: Millis;
      readonly from: Bytes;
      readonly to: Bytes;
      readonly reason: BudgetReason;
    }
  /**
   * The store was opened. `recalled`: entries learned from at the start, because the snapshot did not hold them; `damage`: what
   * was damaged and is left out.
   */
  | {
      readonly kind: 'store-opened';
      readonly at: Millis;
      readonly recalled: number;
      readonly damage: readonly { readonly where: string; readonly what: string }[];
    }
  /** The store can't be read or written. Told once: everything goes on without it, and it is tried again now and then. */
  | { readonly kind: 'store-failed'; readonly at: Millis; readonly error: Error }
  /** The store can be written again. `lost`: entries that it did not take meanwhile. */
  | { readonly kind: 'store-restored'; readonly at: Millis; readonly lost: number }
  /** The trained model is ready to be asked. */
  | { readonly kind: 'model-ready'; readonly at: Millis; readonly components: number }
  /** The trained model could not be opened, or a run of it failed. Told once; forecasts go on without it. */
  | { readonly kind: 'model-failed'; readonly at: Millis; readonly error: Error }
  | {
      readonly kind: 'memory';
      readonly at: Millis;
      readonly resident: Bytes;
      readonly speculative: Bytes;
      readonly budget: Bytes;
    };
