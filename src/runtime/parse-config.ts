import { availableParallelism } from 'node:os';
import * as v from 'valibot';
import { wasteTarget } from '../engine/options.ts';
import type { FaultOptions } from '../engine/trouble.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import type { GroupLimits } from '../graph/groups.ts';
import { defaultLanes, type LaneOptions, workersOf } from '../lanes/lanes.ts';
import { defaultRouting, type Routing } from '../lanes/routing.ts';
import type { Loader } from '../loaders/loader.ts';
import { formatBytes, MB, parseBytes } from '../model/bytes.ts';
import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';
import { type ComponentId, type Millis, ms } from '../model/ids.ts';
import { lanes } from '../model/reason.ts';
import { defaultWorthMs, type SizingLimits } from '../residency/sizing.ts';
import type { WasteTarget } from '../residency/waste-target.ts';
import { fileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import { specOf } from './component-spec.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import { configError } from './config-error.ts';
import { configSchemas as schemas } from './config-schemas.ts';

type Config = ForeloadConfig<Readonly<Record<string, ComponentConfig>>>;

/** A configuration that has been checked: what the engine and the runtime are built from. */
export interface ParsedConfig {
  readonly specs: readonly ComponentSpec[];
  readonly graph: Graph;
  readonly loaders: ReadonlyMap<ComponentId, Loader>;
  readonly budget: number;
  /** Between which sizes the budget moves. Undefined: it stays. */
  readonly sizing: SizingLimits | undefined;
  readonly lanes: LaneOptions;
  readonly routing: Routing;
  readonly waste: WasteTarget;
  readonly loadTimeoutMs: number;
  readonly conflictTimeoutMs: Millis;
  readonly unloadTimeoutMs: number;
  readonly faults: FaultOptions;
  /** Whether loads that nobody waits for leave the machine to others. */
  readonly polite: boolean;
  /** Share of the budget that may be filled at the start. */
  readonly warmingShare: number;
  /** Null: nothing is kept. */
  readonly store: Store | null;
}

/** Checks a configuration in full, before anything is started. @throws ForeloadError saying what is wrong, and where. */
export function parseConfig(config: Config): ParsedConfig {
  const checked = v.safeParse(schemas.config, config);
  if (!checked.success) throw configError(checked.issues[0], schemas.config);
  const { budget, sizing } = parseBudget(config.budget === undefined ? '3000MB' : config.budget);
  if (config.forecastModel !== undefined && config.predictor && !config.predictor.advise) {
    throw new ForeloadError('invalid-config', {
      what: 'a forecast model needs a predictor that takes advice',
      where: 'predictor',
      found: `${config.predictor.name} without advise()`,
      remedy: 'leave the predictor out, or give one with advise()',
    });
  }
  const entries = Object.entries(config.components);
  // One by one: a record of valibot leaves out keys such as `constructor`.
  for (const [id, given] of entries) {
    const { issues } = v.safeParse(schemas.component, given);
    if (issues) throw configError(issues[0], schemas.component, `components.${id}.`);
  }
  const specs = entries.map(([id, given]) => specOf(id, given));
  const routing = { ...defaultRouting, ...config.routing };
  return {
    specs,
    graph: buildGraph(specs, groupLimits(config)),
    loaders: new Map(entries.map(([id, given]) => [id as ComponentId, given.loader])),
    budget,
    sizing,
    lanes: laneOptions(config),
    routing,
    waste: wasteTarget(config.waste ?? 0.1, config.keep !== undefined, routing),
    loadTimeoutMs: config.loadTimeoutMs ?? 30_000,
    conflictTimeoutMs: ms(config.conflictTimeoutMs ?? 60_000),
    unloadTimeoutMs: config.unloadTimeoutMs ?? 10_000,
    faults: faultOptions(config),
    polite: config.polite ?? true,
    warmingShare: Number(config.warming ?? true),
    store: storeOf(config),
  };
}

function storeOf({ store, snapshot }: Config): Store | null {
  if (store === undefined) return null;
  if (snapshot !== undefined) {
    throw new ForeloadError('invalid-config', {
      what: 'a store holds a snapshot of its own',
      where: 'snapshot',
      found: 'both',
      remedy: 'give the store alone, or keep the snapshot yourself',
    });
  }
  if (isStore(store)) return store;
  const given = typeof store === 'string' ? { path: store } : store;
  const { issues } = v.safeParse(schemas.store, given);
  if (issues) throw configError(issues[0], schemas.store, 'store.');
  const { path, ...options } = given;
  return fileStore(path, options);
}

/** One that does its own work; a description of one only names a folder. */
const isStore = (given: unknown): given is Store => typeof (given as Partial<Store> | null)?.open === 'function';

/** A plain budget, or one that moves and begins with all that it may hold: what is of no use is given back. */
function parseBudget(given: NonNullable<Config['budget']>): Pick<ParsedConfig, 'budget' | 'sizing'> {
  if (typeof given !== 'object') {
    const { issues } = v.safeParse(schemas.size, given);
    if (issues) throw configError(issues[0], schemas.size, 'budget.');
    return { budget: parseBytes(given, 'the budget'), sizing: undefined };
  }
  const { issues } = v.safeParse(schemas.adaptive, given);
  if (issues) throw configError(issues[0], schemas.adaptive, 'budget.');
  const min = parseBytes(given.min, 'the smallest budget');
  const max = parseBytes(given.max, 'the largest budget');
  if (min <= max) return { budget: max, sizing: { min, max, price: (given.worthMs ?? defaultWorthMs) / MB } };
  throw new ForeloadError('invalid-config', {
    what: 'the smallest budget is larger than the largest',
    where: 'budget',
    found: `min ${formatBytes(min)}, max ${formatBytes(max)}`,
    remedy: 'exchange them',
  });
}

function groupLimits(config: Config): GroupLimits {
  const groups = Object.entries(config.groups ?? {});
  for (const [name, given] of groups) {
    const { issues } = v.safeParse(schemas.group, given);
    if (issues) throw configError(issues[0], schemas.group, `groups.${name}.`);
  }
  return Object.fromEntries(groups.map(([name, { atMost }]) => [name, atMost]));
}

function faultOptions({ retry = {}, breaker = {}, rng }: Config): FaultOptions {
  const { failures, openMs, longestMs } = breaker === false ? { failures: Number.POSITIVE_INFINITY } : breaker;
  return {
    retries: retry.times ?? 3,
    backoffMs: retry.afterMs ?? 200,
    longestBackoffMs: retry.longestMs ?? 10_000,
    openAfter: failures ?? 5,
    openMs: openMs ?? 30_000,
    longestOpenMs: longestMs ?? 300_000,
    rng: rng ?? { next: () => Math.random() },
  };
}

function laneOptions(config: Config): LaneOptions {
  return { atOnce: Math.max(1, availableParallelism() - 1), ...writtenLanes(config) };
}

/** How many loads at once a configuration itself allows, on whatever machine. */
export const workersIn = (config: Config): number => workersOf(writtenLanes(config));

function writtenLanes({ lanes: given }: Config): LaneOptions {
  const of = (lane: (typeof lanes)[number]): LaneOptions['immediate'] => ({ ...defaultLanes[lane], ...given?.[lane] });
  const { atOnce } = given ?? {};
  return {
    immediate: of('immediate'),
    delayed: of('delayed'),
    background: of('background'),
    ...(atOnce === undefined ? {} : { atOnce }),
  };
}
