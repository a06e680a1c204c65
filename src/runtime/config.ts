import type { Loader } from '../loaders/loader.ts';

import type { LaneLimits } from '../lanes/lanes.ts';
import type { Routing } from '../lanes/routing.ts';
import type { Priority } from '../model/component.ts';
import type { Lane } from '../model/reason.ts';
import type { ForecastModel } from '../predict/onnx/forecast-model.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Probe } from '../probes/probe.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import type { PolicyName } from '../residency/policies.ts';
import type { WasteTarget } from '../residency/waste-target.ts';
import type { Clock, Timers } from '../time/clock.ts';

export type { LoadContext, LoadedBy, Loader } from '../loaders/loader.ts';

/** One component: how it is loaded, what it costs, and what it needs. */
export interface ComponentConfig<T = unknown> {
  /** One of `foreload/loaders/*`, or any `{ load, unload }` pair. */
  readonly loader: Loader<T>;
  /** Memory it takes: bytes, or text such as `'120MB'`. An estimate will do: it is measured where that can be done. */
  readonly size: number | string;
  /** Time its load takes in ms, dependencies excluded. Default 1000; measured from the first load on. */
  readonly loadMs?: number;
  /** Components that must be warm before and while this one is. */
  readonly dependsOn?: readonly string[];
  /** Components that can't be warm at the same time. It is enough that one side says so. */
  readonly conflictsWith?: readonly string[];
  /** `core` is never evicted; `low` goes first. Default `normal`. */
  readonly priority?: Priority;
  /** Unloaded after this many ms without a lease. Default: kept until its memory is needed. */
  readonly idleMs?: number;
  /** Until it has been idle for this many ms, no preload displaces it, and a demand only if nothing else makes room. Default 0. */
  readonly minIdleMs?: number;
  /** What it is for, in words: with its name, they may foretell it before it was ever demanded. Default: none. */
  readonly description?: string;
  /** Words that people use when they need it, such as `['pdf', 'scan']`. Default: none. */
  readonly keywords?: readonly string[];
}

/** Everything that can be configured. Only `components` is needed. */
export interface ForeloadConfig<C extends Readonly<Record<string, ComponentConfig>>> {
  readonly components: C;
  /** Memory that all components together may take. Default `'3000MB'`. */
  readonly budget?: number | string;
  /** Share of preloads that may be wasted, 0..1. Default 0.1. Or a target that has learned elsewhere. */
  readonly waste?: number | WasteTarget;
  /** False: forecasts and counts what it would have saved, but loads nothing ahead. Default true. */
  readonly preload?: boolean;
  /** Capacity and workers of each lane. Default 10, 20 and 50 waiting, 3 workers each. */
  readonly lanes?: Readonly<Partial<Record<Lane, Partial<LaneLimits>>>>;
  /** Confidence that leads to each lane. Default 0.9, 0.7, 0.3. */
  readonly routing?: Partial<Routing>;
  /** Learns and forecasts. Default: a new `Blend`. */
  readonly predictor?: Predictor;
  /**
   * A trained model that advises the predictor: an ONNX file as `foreload train` writes them, or your own (docs/MODEL.md),
   * by path, file URL or as bytes; or anything that answers like one. It opens in the background; forecasts don't wait for it.
   */
  readonly forecastModel?: string | URL | Uint8Array | ForecastModel;
  /** What leaves first when memory is needed: the name of a policy, or your own. Default `worth`. */
  readonly policy?: PolicyName | EvictionPolicy;
  /** Ms after which a load is given up. Default 30000. */
  readonly loadTimeoutMs?: number;
  /** Where memory pressure is read, or false to read it nowhere. Default: available memory, once a second. */
  readonly pressure?: Probe | false;
  readonly clock?: Clock;
  readonly timers?: Timers;
}
