import type { Graph } from '../graph/graph.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { PressureResponse } from '../lanes/pressure.ts';
import type { Routing } from '../lanes/routing.ts';
import type { ForecastTracker } from '../metrics/forecast-tracker.ts';
import type { Ledger } from '../metrics/ledger.ts';
import type { MemoryMeter } from '../metrics/memory-meter.ts';
import type { Effect } from '../model/effect.ts';
import type { CommandId, LoadId, Millis, UserId } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { PressureLevel } from '../model/reason.ts';
import type { Generations } from '../predict/generations.ts';
import type { Situations } from '../predict/onnx/situations.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Rhythm } from '../predict/rhythm.ts';
import type { Duel } from '../residency/duel.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import type { Keeping } from '../residency/keeping.ts';
import type { Outlook } from '../residency/outlook.ts';
import type { ReuseFeatures } from '../residency/reuse-model.ts';
import type { Reuse } from '../residency/reuse.ts';
import type { Sizing } from '../residency/sizing.ts';
import type { WasteTarget } from '../residency/waste-target.ts';
import type { ByLease } from './by-lease.ts';
import type { Deadlines } from './deadlines.ts';
import type { ForeseenPreloads } from './foreseen.ts';
import type { Speculation } from './options.ts';
import type { Claim, Slot } from './slot.ts';
import type { FaultOptions } from './trouble.ts';
import type { Warmed, WarmPlan } from './warmed.ts';

/** A user's latest command, and how much of it the engine has seen. */
export interface OpenCommand {
  readonly command: CommandId;
  /** The how-manieth of its user. */
  readonly nth: number;
  demands: number;
  /** Nothing it demanded is under way, as far as its driver has told. */
  served: boolean;
}

/** A component whose next use is waited for, to learn from it. */
export interface Followed {
  readonly features: ReuseFeatures;
  /** Loads, counted from the start, after which it is too late. */
  readonly until: number;
}

/** A preload that was turned away, followed on paper. */
export interface Paper {
  /** That it would be used, 0..1. */
  readonly chance: number;
  /** Loads, counted from the start, after which it would have been evicted. */
  readonly until: number;
  /** When it would have been let go, where memory has a price. */
  readonly keptUntil: Millis;
}

/** What is known of memory pressure, and of what loading ahead does to the foreground. */
export interface Strain {
  /** Whether the level was told at all. */
  told: boolean;
  /** Bytes to be given back at this level and not unloading yet; null: nobody told how many. */
  excess: number | null;
  /** Bytes that may be taken by what is loaded ahead, and by demands: by the latest reading, less what was taken since. */
  room: number;
  demandRoom: number;
  /** The latest reading asked for bytes back. */
  owes: boolean;
  /** Share of the workers that may load ahead without disturbing the foreground, 0..1. */
  workerShare: number;
  /** More than the budget is in use and can't leave, and that was told. */
  overdrawn: boolean;
}

/** Everything that an engine knows. Only the functions of this folder change it, and only inside `handle`. */
export interface EngineState {
  readonly graph: Graph;
  readonly slots: readonly Slot[];
  /** Those that are pinned once they are in memory. */
  readonly core: readonly Slot[];
  readonly policy: EvictionPolicy;
  readonly predictor: Predictor | null;
  /** What a trained model is asked about; null: there is none. */
  readonly situations: Situations | null;
  readonly waste: WasteTarget | null;
  readonly ledger: Ledger;
  readonly tracker: ForecastTracker | null;
  readonly meter: MemoryMeter;
  readonly lanes: Lanes;
  routing: Routing;
  speculation: Speculation;
  readonly speculativeShare: number;
  readonly displacementMargin: number;
  readonly rhythm: Rhythm | null;
  readonly warmingShare: number;
  readonly idleMs: Millis | undefined;
  readonly conflictTimeoutMs: Millis | undefined;
  /** Learns how long what is idle is worth its memory; null: no price is asked for that. */
  keeping: Keeping | null;
  keepPrice: number;
  /** What follows from failed loads; null: their demands are refused at once. */
  readonly faults: FaultOptions | null;
  /** Whether nothing new is loaded ahead while a demand loads. */
  readonly yields: boolean;
  readonly notices: boolean;
  readonly hearsDemands: () => boolean;
  readonly ranked: boolean;
  /** Whether any component has a minimum idle time. */
  readonly rested: boolean;
  /** Whether any component keeps its memory when it is unloaded. */
  readonly keeps: boolean;
  budget: number;
  /** Moves the budget; null: it stays. */
  readonly sizing: Sizing | null;
  /** Bytes over budget that could not be avoided: a load measured larger than it was said to be, a budget lowered. */
  excused: boolean;
  level: PressureLevel;
  response: PressureResponse;
  readonly strain: Strain;
  closing: boolean;
  /** Probabilities of the preloads that closing ended: nobody knows whether they would have been used. */
  readonly unfinished: number[];
  /** The command of the latest demand, if nothing has happened since but releases. */
  undisturbed: OpenCommand | null;
  /** Between the first and the last of demands that follow each other at once. */
  burst: boolean;
  now: Millis;
  lastLoad: number;
  wakeAt: Millis | null;
  readonly claims: ByLease<Claim>;
  /** Demanded components whose load could not begin yet, first come first served. */
  readonly pending: Slot[];
  /** Some of these wait only for what is leaving: nothing is loaded ahead until they begin. */
  roomAwaited: boolean;
  /** When demands go on that wait for another try. */
  readonly retries: Deadlines;
  /** Queued or loading, and wanted by a demand. */
  readonly urgent: Set<Slot>;
  /** When idle components are to be checked. */
  readonly checks: Deadlines;
  /** Bytes that failed unloads may have left in memory. */
  lost: number;
  /** Preloads that have a worker and wait for the room that others are leaving. Their components are still cold. */
  readonly awaiting: Slot[];
  /** What the start still has to load; null: nothing. */
  warmPlan: WarmPlan | null;
  readonly warmed: Warmed;
  /** Bytes of components that are unloading. */
  coming: number;
  /** The latest command of each user, of those active last. */
  readonly commands: Generations<UserId, OpenCommand>;
  /** The standing forecasts of all users; null: there are none. */
  readonly outlook: Outlook | null;
  readonly reuse: Reuse;
  readonly foresight: boolean;
  /** The policy's order of eviction against that of forecasts. */
  readonly duel: Duel;
  /** Demands so far, and those before the latest forecast was acted on. */
  uses: number;
  foretold: number;
  /** Commands of the user who gave the latest one. */
  latestNth: number;
  /** Components that memory is charged for. */
  residents: number;
  /** Loads for demands so far. */
  loads: number;
  /** Until when the application expects a component to be demanded. */
  readonly hints: Deadlines;
  /** When idle components' times are up, or earlier; at least of all that have a limit. */
  readonly idleEnds: Deadlines;
  readonly foreseen: ForeseenPreloads;
  /** What a forecast had loaded and nobody has demanded yet, with the count of loads at which that is looked at; in that order. */
  readonly unused: Map<number, number>;
  /** By component index, the earliest to expire first: used before memory has turned over? Before two more loads? */
  readonly staying: Map<number, Followed>;
  readonly imminent: Map<number, Followed>;
  readonly paper: Map<number, Paper>;
  readonly observed: { saved: number; savedMs: number; wasted: number };
  out: Effect[];
}

export function nextLoad(state: EngineState): LoadId {
  return ++state.lastLoad as LoadId;
}

export function tell(state: EngineState, notice: Notice): void {
  if (state.notices) state.out.push({ kind: 'notice', notice });
}
