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
import type { CommandId, ComponentId, LeaseId, LoadId, Millis, UserId } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { PressureLevel } from '../model/reason.ts';
import { Situations } from '../predict/onnx/situations.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import type { WasteTarget } from '../residency/waste-target.ts';
import { defaults, type EngineOptions, type Speculation } from './options.ts';
import { type Claim, newSlot, type Slot } from './slot.ts';

/** A user's latest command, and how much of it the engine has seen. */
export interface OpenCommand {
  readonly command: CommandId;
  demands: number;
  /** Nothing it demanded is under way, as far as its driver has told. */
  served: boolean;
}

/** A forecast that was turned away, followed until a preload would have been used or evicted. */
export interface Paper {
  readonly probability: number;
  /** Loads by demands until it would have been evicted. */
  loadsLeft: number;
}

/** A preload that observe-only mode would have begun. */
export interface Foreseen {
  readonly user: UserId;
  /** Commands of that user left until it counts as wasted. */
  commandsLeft: number;
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
  readonly routing: Routing;
  readonly speculation: Speculation;
  readonly speculativeShare: number;
  readonly displacementMargin: number;
  readonly idleMs: Millis | undefined;
  readonly notices: boolean;
  readonly ranked: boolean;
  /** Whether any component has a minimum idle time. */
  readonly rested: boolean;
  budget: number;
  /** Bytes over budget that could not be avoided: a load measured larger than it was said to be, a budget lowered. */
  excused: boolean;
  level: PressureLevel;
  response: PressureResponse;
  closing: boolean;
  /** Between the first and the last of demands that follow each other at once. */
  burst: boolean;
  now: Millis;
  lastLoad: number;
  wakeAt: Millis | null;
  readonly claims: Map<LeaseId, Claim>;
  /** Demanded components whose load could not begin yet, first come first served. */
  readonly pending: Slot[];
  /** Preloads that have a worker and wait for the room that others are leaving. Their components are still cold. */
  readonly awaiting: Slot[];
  /** Bytes of components that are unloading. */
  coming: number;
  readonly commands: Map<UserId, OpenCommand>;
  /** How likely, and how soon, the latest forecast expects each component, 0..1 by component index. */
  readonly likely: Map<number, number>;
  /** Until when the application expects a component to be demanded. */
  readonly hints: Map<number, Millis>;
  readonly foreseen: Map<number, Foreseen>;
  /** Forecasts that were turned away and are followed on paper, by component index. */
  readonly paper: Map<number, Paper>;
  readonly observed: { saved: number; savedMs: number; wasted: number };
  out: Effect[];
}

/** @throws ForeloadError `over-budget`, or what {@link buildGraph} throws. */
export function newState(options: EngineOptions): EngineState {
  const graph = options.graph ?? buildGraph(options.components);
  const sizes = graph.ids.map((_, index) =>
    graph.closureOf(index).reduce((sum, node) => sum + options.components[node]!.bytes, 0),
  );
  if (!options.allowOutside) refuseOversize(options, sizes);
  options.policy.budget(options.budget);
  const slots = options.components.map((spec, index) => newSlot(index, spec, sizes[index]! > options.budget));
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
    idleMs: options.idleMs,
    notices: options.notices ?? false,
    ranked: options.components.some((spec) => spec.priority !== 'normal'),
    rested: options.components.some((spec) => spec.minIdleMs !== undefined),
    budget: options.budget,
    excused: false,
    level: 'low',
    response: pressureResponses.low,
    closing: false,
    burst: false,
    now: 0 as Millis,
    lastLoad: 0,
    wakeAt: null,
    claims: new Map(),
    pending: [],
    awaiting: [],
    coming: 0,
    commands: new Map(),
    likely: new Map(),
    hints: new Map(),
    foreseen: new Map(),
    paper: new Map(),
    observed: { saved: 0, savedMs: 0, wasted: 0 },
    out: [],
  };
}

function refuseOversize(options: EngineOptions, sizes: readonly number[]): void {
  const index = sizes.findIndex((size) => size > options.budget);
  const spec = options.components[index];
  if (!spec) return;
  throw new ForeloadError('over-budget', {
    what: `component "${spec.id}" with its dependencies needs ${formatMB(sizes[index]!)}`,
    found: `a budget of ${formatMB(options.budget)}`,
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
