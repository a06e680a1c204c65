import type { Graph } from '../graph/graph.ts';
import type { GroupLimits } from '../graph/groups.ts';
import { defaultLanes, type LaneOptions } from '../lanes/lanes.ts';
import { defaultRouting, preloadFloor, type Routing } from '../lanes/routing.ts';
import type { Ledger } from '../metrics/ledger.ts';
import type { ForecastTracker } from '../metrics/forecast-tracker.ts';
import type { ComponentSpec } from '../model/component.ts';
import type { Millis } from '../model/ids.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Rhythm } from '../predict/rhythm.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import type { Reuse } from '../residency/reuse.ts';
import type { SizingLimits } from '../residency/sizing.ts';
import { WasteTarget } from '../residency/waste-target.ts';
import type { FaultOptions } from './trouble.ts';

/** Whether the engine loads ahead, only counts what that would have saved, or does not forecast at all. */
export type Speculation = 'load' | 'observe' | 'off';

/** What an engine is made of. */
export interface EngineOptions {
  readonly components: readonly ComponentSpec[];
  /** The graph of the components, if it is built already. */
  readonly graph?: Graph;
  /** How many of each group may be in memory at once; a graph that is given has them already. Default: there are no groups. */
  readonly groups?: GroupLimits;
  /** How long a demand waits for what it conflicts with to be released. Absent: for ever. */
  readonly conflictTimeoutMs?: Millis;
  /** Bytes that all components together may hold. */
  readonly budget: number;
  /** Between which sizes the budget moves by what memory is worth; it begins at `budget`. Absent: it stays. */
  readonly sizing?: SizingLimits;
  readonly policy: EvictionPolicy;
  /** Shared by all engines that learn together. Needed unless speculation is off. */
  readonly predictor: Predictor | null;
  /** Whether a trained model is asked too, if the predictor takes advice. Default false. */
  readonly infer?: boolean;
  readonly waste: WasteTarget | null;
  /** When components are used again, as far as engines that learn together know. Default: this engine learns alone. */
  readonly reuse?: Reuse;
  /** Whether forecasts have a say in what leaves memory. Default false. */
  readonly foresight?: boolean;
  readonly ledger: Ledger;
  /** Follows how good the forecasts are. Default: nobody does. */
  readonly tracker?: ForecastTracker;
  /** Default `load`. */
  readonly speculation?: Speculation;
  readonly lanes?: LaneOptions;
  readonly routing?: Routing;
  /** Share of the budget that speculative components not yet demanded may hold; one component always may. Default 0.75. */
  readonly speculativeShare?: number;
  /** How much more a preload must be worth than each component it displaces. Default 1.1. */
  readonly displacementMargin?: number;
  /** Learns at what time of day components are demanded; made for these components, in this order. Default: nobody does. */
  readonly rhythm?: Rhythm;
  /** Share of the budget that a start may fill ahead of any demand (event `warm`), 0..1; needs a rhythm. Default 1. */
  readonly warmingShare?: number;
  /** What an engine before this one had learned; the predictor and the rhythm take it over. */
  readonly snapshot?: Uint8Array;
  /** Idle time for components without one of their own. Absent: kept until the memory is needed. */
  readonly idleMs?: Millis;
  /**
   * What one byte held for an hour is worth, in ms of waiting: an idle component is let go when keeping it is expected to
   * cost more than it saves. Absent: kept until the memory is needed.
   */
  readonly keepPrice?: number;
  /** What follows from loads for demands that fail. Absent: these are refused at once, and each load is a new one. */
  readonly faults?: FaultOptions;
  /** Whether nothing new is loaded ahead while a demand loads. Default false. */
  readonly yields?: boolean;
  /** Allows components larger than the budget, outside of it. Only for replay. */
  readonly allowOutside?: boolean;
  /** Whether anyone listens: no notice is made otherwise. Default false. */
  readonly notices?: boolean;
  /** Whether anyone listens to `demanded` now, the one notice that comes by the million. Default: whoever listens at all. */
  readonly hearsDemands?: () => boolean;
}

export const defaults: Required<
  Pick<EngineOptions, 'lanes' | 'routing' | 'speculativeShare' | 'displacementMargin' | 'warmingShare'>
> = {
  lanes: defaultLanes,
  routing: defaultRouting,
  speculativeShare: 0.75,
  displacementMargin: 1.1,
  warmingShare: 1,
};

/**
 * The waste target of a share, as the engine steers it; one that is given is taken as it is.
 * @param priced whether memory has a price
 */
export const wasteTarget = (
  waste: number | WasteTarget,
  priced: boolean,
  routing: Routing = defaults.routing,
): WasteTarget => (typeof waste === 'number' ? new WasteTarget(waste, preloadFloor(priced, routing)) : waste);
