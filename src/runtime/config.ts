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
import type { Store } from '../store/store.ts';
import type { Clock, Rng, Timers } from '../time/clock.ts';

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
  /** Its group: of those in {@link ForeloadConfig.groups}, only so many are warm at the same time. Default: none. */
  readonly group?: string;
  /** `core` is never evicted; `low` goes first. Default `normal`. */
  readonly priority?: Priority;
  /** Unloaded after this many ms without a lease. Default: kept until its memory is needed. */
  readonly idleMs?: number;
  /** Until it has been idle for this many ms, no preload displaces it, and a demand only if nothing else makes room. Default 0. */
  readonly minIdleMs?: number;
  /** Leases that may be open at once; further demands wait for their turn, first come first served. Default: any number. */
  readonly concurrency?: number;
  /**
   * While idle it is checked every so many ms, if its loader has `check`; one that fails is unloaded, and loaded anew by the next
   * demand. False: never. Default 30000.
   */
  readonly checkMs?: number | false;
  /** What it is for, in words: with its name, they may foretell it before it was ever demanded. Default: none. */
  readonly description?: string;
  /** Words that people use when they need it, such as `['pdf', 'scan']`. Default: none. */
  readonly keywords?: readonly string[];
}

/** A budget that follows what memory is worth. */
export interface AdaptiveBudget {
  /** Bytes, or text such as `'500MB'`. Holds every component with what it depends on. */
  readonly min: number | string;
  readonly max: number | string;
  /** Ms of waiting that one MB held for an hour must save. Default 0.5. */
  readonly worthMs?: number;
}

/** A store in a folder. */
export interface StoreConfig {
  /** The folder. It is made if it is not there. */
  readonly path: string;
  /** Whether the texts of commands are kept as they are. Default false: then history holds no words at all. */
  readonly text?: boolean;
  /** Days that history is kept. Default 90. What was learned from it stays. */
  readonly days?: number;
  /** Bytes of history that are kept, the oldest going first, or text such as `'64MB'`. Default `'256MB'`. */
  readonly size?: number | string;
}

/** Everything that can be configured. Only `components` is needed. */
export interface ForeloadConfig<C extends Readonly<Record<string, ComponentConfig>>> {
  readonly components: C;
  /**
   * How many components of a group may be warm at the same time: `{ gpu: { atMost: 1 } }` for those that share a device, a
   * port or a licence. A demand has an idle one unloaded, or waits for a lease to end, first come first served. Default: no groups.
   */
  readonly groups?: Readonly<Record<string, { readonly atMost: number }>>;
  /**
   * Memory that all components together may take. Default `'3000MB'`. With `min` and `max` it moves between them: it grows where
   * an LRU of that size would have saved enough waiting lately, and gives back what saves too little. `worthMs` is how
   * many ms of waiting one MB must save an hour. Default 0.5: 2000 MB are held if they save one start of 1 s an hour; so it is
   * where a GB costs 4 a month and an hour of somebody's waiting 40.
   */
  readonly budget?: number | string | AdaptiveBudget;
  /** Share of preloads that may be wasted, 0..1. Default 0.1. Or a target that has learned elsewhere; a snapshot takes its place. */
  readonly waste?: number | WasteTarget;
  /** False: forecasts and counts what it would have saved, but loads nothing ahead. Default true. */
  readonly preload?: boolean;
  /**
   * Capacity and workers of each lane, and how many may load `atOnce` in all of them together. Default 10, 20 and 50 waiting, 3
   * workers each, and one load fewer than the machine has cores, at least one: what nobody waits for yet leaves a core to what
   * is served meanwhile. More for loads that wait for a network and not for the processor.
   */
  readonly lanes?: Readonly<Partial<Record<Lane, Partial<LaneLimits>>>> & { readonly atOnce?: number };
  /** Confidence that leads to each lane. Default 0.9, 0.7, 0.3. */
  readonly routing?: Partial<Routing>;
  /** Learns and forecasts. Default: a new `Blend`. */
  readonly predictor?: Predictor;
  /**
   * A trained model that advises the predictor: an ONNX file as `foreload train` writes them, or your own (docs/MODEL.md),
   * by path, file URL or as bytes; or anything that answers like one. It opens in the background; forecasts don't wait for it.
   */
  readonly forecastModel?: string | URL | Uint8Array | ForecastModel;
  /**
   * What {@link Foreload.snapshot} gave before a restart: forecasts and what is loaded and kept for them go on where they
   * were, measured sizes and load times are known, and what is usual at this time of day is loaded at once. What it holds of components that are no more is passed over.
   * A damaged one is refused. Default: nothing is known.
   */
  readonly snapshot?: Uint8Array;
  /**
   * Where history, what was learned and what loads cost survive restarts and crashes: a folder, which is made if it is not
   * there, with what may be kept in it; or a store of your own. A store that can't be used is told as `store-failed`, and all goes on without
   * it. It takes the place of `snapshot`, which is for those who keep what was learned themselves. Default: nothing is kept.
   */
  readonly store?: string | StoreConfig | Store;
  /**
   * Whether a snapshot leads to loads at the start, before any command: the components most worth it that are usually
   * demanded within the hour, as far as they fit. A number, 0..1: they may fill this share of the budget. Default true, all
   * of it: they leave for whatever is demanded or forecast.
   */
  readonly warming?: boolean | number;
  /**
   * Lets idle components go although the budget would hold them: when keeping one is expected to cost more than it saves.
   * `mbHourMs` is what one MB held for an hour is worth, in ms of waiting. At 50, a component of 200 MB that loads in 4 s is
   * kept while a demand is to be expected within 24 minutes: 4000 / (50 x 200) hours. What is loaded ahead must be worth as much,
   * and the price takes the place of `routing.background` as its floor; `waste` limits it as ever. Default: kept until memory is needed.
   */
  readonly keep?: { readonly mbHourMs: number };
  /**
   * What leaves first when memory is needed: the name of a policy, or your own. Default `worth`, with a say for the
   * forecasts; a policy that is named goes by its own rule alone.
   */
  readonly policy?: PolicyName | EvictionPolicy;
  /** Ms after which a load is given up. Default 30000. */
  readonly loadTimeoutMs?: number;
  /** Ms after which an unload is given up: its memory stays charged then, told as `memory-lost`. Default 10000. */
  readonly unloadTimeoutMs?: number;
  /**
   * What happens when a load for a demand fails: it is tried again so many `times` (default 3), `afterMs` after the first
   * (default 200), each time twice as long but no longer than `longestMs` (default 10000), half of it drawn at random. A load
   * ahead of any demand is not tried again; a demand that joined it gets a load of its own.
   */
  readonly retry?: { readonly times?: number; readonly afterMs?: number; readonly longestMs?: number };
  /**
   * After so many `failures` of a component in a row (default 5; crashes soon after a load count) its demands are refused at
   * once, as `circuit-open`, for `openMs` (default 30000). Then one load may try; each that fails doubles the time, up to
   * `longestMs` (default 300000). False: never.
   */
  readonly breaker?: false | { readonly failures?: number; readonly openMs?: number; readonly longestMs?: number };
  /**
   * Whether loads that nobody waits for leave the machine to others: none begins while a demand loads, those on the main
   * thread begin while the event loop is idle, workers and child processes load at a lower priority where the platform can
   * raise it again, and child processes are stopped while a demand is served, for two seconds and half of the time at most.
   * Default true.
   */
  readonly polite?: boolean;
  /**
   * Ms that a demand waits for the release of what it conflicts with, or of its group; then it is refused as
   * `conflict-timeout`, naming who has it and since when. Default 60000.
   */
  readonly conflictTimeoutMs?: number;
  /**
   * Where memory pressure is read, or false to read it nowhere. Default: what the platform tells of the machine, the
   * control group and the JavaScript heap, once a second, four times while memory is short. A probe that fails is told as
   * `probe-failed`, and the default is read instead.
   */
  readonly pressure?: Probe | false;
  /**
   * Writes down where every lease was acquired, which costs 4-11 us each, so that one that is forgotten is told with its
   * place. Default false: one in 256 is, and all of a component that has leaked before.
   */
  readonly traceLeases?: boolean;
  /** Draws the times of retries. Default: at random. */
  readonly rng?: Rng;
  readonly clock?: Clock;
  readonly timers?: Timers;
}
