import { buildGraph } from '../graph/graph.ts';
import { Lanes } from '../lanes/lanes.ts';
import { pressureResponses } from '../lanes/pressure.ts';
import { MemoryMeter } from '../metrics/memory-meter.ts';
import type { Millis } from '../model/ids.ts';
import { userLimit } from '../model/limits.ts';
import { Generations } from '../predict/generations.ts';
import { Situations } from '../predict/onnx/situations.ts';
import { Duel } from '../residency/duel.ts';
import { Keeping } from '../residency/keeping.ts';
import { Outlook } from '../residency/outlook.ts';
import { Reuse } from '../residency/reuse.ts';
import { Sizing } from '../residency/sizing.ts';
import { ByLease } from './by-lease.ts';
import { Deadlines } from './deadlines.ts';
import { closureSizes, refuseTooSmall } from './fit.ts';
import { ForeseenPreloads } from './foreseen.ts';
import { defaults, type EngineOptions } from './options.ts';
import { newSlot } from './slot.ts';
import type { EngineState } from './state.ts';
import { Warmed } from './warmed.ts';

/** What an engine knows before the first event. @throws ForeloadError `over-budget`, or what {@link buildGraph} throws. */
export function newState(options: EngineOptions): EngineState {
  const graph = options.graph ?? buildGraph(options.components, options.groups);
  const smallest = options.sizing?.min ?? options.budget;
  if (!options.allowOutside) refuseTooSmall(graph, options.components, smallest);
  const sizes = closureSizes(graph, options.components);
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
    hearsDemands: options.hearsDemands ?? always,
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
    undisturbed: null,
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

const always = (): boolean => true;
