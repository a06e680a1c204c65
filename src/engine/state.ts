import { buildGraph, type Graph } from '../graph/graph.ts';
import { Lanes } from '../lanes/lanes.ts';
import { type PressureResponse, pressureResponses } from '../lanes/pressure.ts';
import type { Routing } from '../lanes/routing.ts';
import type { ForecastTracker } from '../metrics/forecast-tracker.ts';
import type { Ledger } from '../metrics/ledger.ts';
import { MemoryMeter } from '../metrics/memory-meter.ts';
import { formatMB } from '../model/bytes.ts';
import type { Effect } from '../model/effect.ts';
import { ForeloadError } from '../model/errors.ts';
import type { CommandId, ComponentId, LoadId, Millis, UserId } from '../model/ids.ts';
import { userLimit } from '../model/limits.ts';
import type { Notice } from '../model/notice.ts';
import type { PressureLevel } from '../model/reason.ts';
import { Generations } from '../predict/generations.ts';
import { Situations } from '../predict/onnx/situations.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Rhythm } from '../predict/rhythm.ts';
import { Duel } from '../residency/duel.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import { Keeping } from '../residency/keeping.ts';
import { Outlook } from '../residency/outlook.ts';
import { Reuse } from '../residency/reuse.ts';
import type { ReuseFeatures } from '../residency/reuse-model.ts';
import { Sizing } from '../residency/sizing.ts';
import type { WasteTarget } from '../residency/waste-target.ts';
import { ByLease } from './by-lease.ts';
import { Deadlines } from './deadlines.ts';
import type { FaultOptions } from './trouble.ts';
import { ForeseenPreloads } from './foreseen.ts';
import { defaults, type EngineOptions, type Speculation } from './options.ts';
import { type Claim, newSlot, type Slot } from './slot.ts';
import { Warmed, type WarmPlan } from './warmed.ts';

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

/** @throws ForeloadError `over-budget`, or what {@link buildGraph} throws. */
export function newState(options: EngineOptions): EngineState {
  const graph = options.graph ?? buildGraph(options.components, options.groups);
  const sizes = graph.ids.map((_, index) =>
    graph.closureOf(index).reduce((sum, node) => sum + options.components[node]!.bytes, 0),
  );
  const smallest = options.sizing?.min ?? options.budget;
  if (!options.allowOutside) refuseOversize(options, sizes, smallest);
  options.policy.budget(options.budget);
  const slots = options.components.map((spec, index) => newSlot(index, spec, sizes[index]! > smallest));
  const reuse = options.reuse ?? new Reuse();
  return {
    graph,
    slots,
    core: slots.filter((slot) => slot.spec.priority === 'core'),
    policy: options.policy,
    predictor: options.predictor,
    situations: options.infer && options.predictor?.advise ? new Situations() : null,
    waste: options.waste,
    ledger: options.ledger,
    tracker: options.tracker ?? null,
    meter: new MemoryMeter(),
    lanes: new Lanes(options.lanes ?? defaults.lanes),
    routing: options.routing ?? defaults.routing,
    speculation: options.speculation ?? 'load',
    speculativeShare: options.speculativeShare ?? defaults.speculativeShare,
    displacementMargin: options.displacementMargin ?? defaults.displacementMargin,
    rhythm: options.rhythm ?? null,
    warmingShare: options.warmingShare ?? defaults.warmingShare,
    idleMs: options.idleMs,
    conflictTimeoutMs: options.conflictTimeoutMs,
    keeping: options.keepPrice === undefined ? null : new Keeping(),
    keepPrice: options.keepPrice ?? 0,
    faults: options.faults ?? null,
    yields: options.yields ?? false,
    notices: options.notices ?? false,
    ranked: options.components.some((spec) => spec.priority !== 'normal'),
    rested: options.components.some((spec) => spec.minIdleMs !== undefined),
    keeps: options.components.some((spec) => spec.keepsMemory),
    budget: options.budget,
    sizing: options.sizing ? new Sizing(options.sizing) : null,
    excused: false,
    level: 'low',
    response: pressureResponses.low,
    strain: {
      told: false,
      excess: null,
      room: Number.POSITIVE_INFINITY,
      demandRoom: Number.POSITIVE_INFINITY,
      owes: false,
      workerShare: 1,
      overdrawn: false,
    },
    closing: false,
    unfinished: [],
    burst: false,
    now: 0 as Millis,
    lastLoad: 0,
    wakeAt: null,
    claims: new ByLease(),
    pending: [],
    roomAwaited: false,
    retries: new Deadlines(),
    urgent: new Set(),
    checks: new Deadlines(),
    lost: 0,
    awaiting: [],
    warmPlan: null,
    warmed: new Warmed(),
    coming: 0,
    commands: new Generations(userLimit),
    outlook: options.speculation === 'off' ? null : new Outlook(),
    reuse,
    foresight: options.foresight ?? false,
    duel: new Duel(reuse.forecastsOrder),
    uses: 0,
    foretold: 0,
    latestNth: 1,
    residents: 0,
    loads: 0,
    hints: new Deadlines(),
    idleEnds: new Deadlines(),
    foreseen: new ForeseenPreloads(),
    unused: new Map(),
    staying: new Map(),
    imminent: new Map(),
    paper: new Map(),
    observed: { saved: 0, savedMs: 0, wasted: 0 },
    out: [],
  };
}

function refuseOversize(options: EngineOptions, sizes: readonly number[], smallest: number): void {
  const index = sizes.findIndex((size) => size > smallest);
  const spec = options.components[index];
  if (!spec) return;
  throw new ForeloadError('over-budget', {
    what: `component "${spec.id}" with its dependencies needs ${formatMB(sizes[index]!)}`,
    found: `a budget of ${formatMB(smallest)}`,
    remedy: 'raise the budget, or correct the sizes',
  });
}

/** The slot of a component. @throws ForeloadError `unknown-component`. */
export function slotOf(state: EngineState, component: ComponentId): Slot {
  const index = state.graph.indexOf.get(component);
  const slot = index === undefined ? undefined : state.slots[index];
  if (slot) return slot;
  throw new ForeloadError('unknown-component', {
    what: `no component is named "${component}"`,
    remedy: 'register it, or correct the name',
  });
}

export function nextLoad(state: EngineState): LoadId {
  return ++state.lastLoad as LoadId;
}

export function tell(state: EngineState, notice: Notice): void {
  if (state.notices) state.out.push({ kind: 'notice', notice });
}

/** A component's closure: all it rests on, and last itself. */
export function closureOf(state: EngineState, slot: Slot): Slot[] {
  return state.graph.closureOf(slot.index).map((node) => state.slots[node]!);
}

/** A component and all that rests on it, directly or not, and is not cold; the nearest first. */
export function withDependants(state: EngineState, slot: Slot): Slot[] {
  const found = new Set([slot]);
  for (const member of found) {
    for (const node of state.graph.dependants[member.index]!) {
      if (state.slots[node]!.state !== 'cold') found.add(state.slots[node]!);
    }
  }
  return [...found];
}
