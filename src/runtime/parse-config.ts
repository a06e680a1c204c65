import * as v from 'valibot';
import type { FaultOptions } from '../engine/trouble.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import type { GroupLimits } from '../graph/groups.ts';
import { defaultLanes, type LaneOptions } from '../lanes/lanes.ts';
import { defaultRouting, type Routing } from '../lanes/routing.ts';
import type { Loader } from '../loaders/loader.ts';
import { formatMB, MB, parseBytes } from '../model/bytes.ts';
import { closest } from '../model/closest.ts';
import { type ComponentSpec, priorities } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';
import { type ComponentId, isComponentId, type Millis, ms } from '../model/ids.ts';
import { lanes } from '../model/reason.ts';
import { policyNames } from '../residency/policies.ts';
import { defaultWorthMs, type SizingLimits } from '../residency/sizing.ts';
import { WasteTarget } from '../residency/waste-target.ts';
import { fileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import type { ComponentConfig, ForeloadConfig, StoreConfig } from './config.ts';

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

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const duration = v.pipe(v.number(), v.finite(), v.minValue(0));
const limits = v.strictObject({
  capacity: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000))),
  workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
});
const hasFunction = (name: string): v.GenericSchema<object> =>
  v.custom(
    (input) => typeof (input as Record<string, unknown> | null)?.[name] === 'function',
    `an object with ${name}()`,
  ) as never;

const component = v.strictObject({
  loader: hasFunction('load'),
  size: v.union([v.number(), v.string()]),
  loadMs: v.optional(v.pipe(duration, v.maxValue(3_600_000))),
  dependsOn: v.optional(v.array(v.string())),
  conflictsWith: v.optional(v.array(v.string())),
  group: v.optional(v.pipe(v.string(), v.nonEmpty())),
  priority: v.optional(v.picklist(priorities)),
  idleMs: v.optional(duration),
  minIdleMs: v.optional(duration),
  concurrency: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  checkMs: v.optional(v.union([v.literal(false), v.pipe(duration, v.minValue(1))])),
  description: v.optional(v.string()),
  keywords: v.optional(v.array(v.string())),
});

const group = v.strictObject({ atMost: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)) });

const size = v.union([v.number(), v.string()]);
const adaptive = v.strictObject({
  min: size,
  max: size,
  worthMs: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
});

const storeConfig = v.strictObject({
  path: v.pipe(v.string(), v.nonEmpty()),
  text: v.optional(v.boolean()),
  days: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  size: v.optional(size),
});

const schema = v.strictObject({
  components: v.record(v.string(), v.unknown()),
  groups: v.optional(v.record(v.string(), v.unknown())),
  budget: v.optional(v.unknown()),
  waste: v.optional(v.union([share, v.instance(WasteTarget)])),
  preload: v.optional(v.boolean()),
  lanes: v.optional(
    v.strictObject({ immediate: v.optional(limits), delayed: v.optional(limits), background: v.optional(limits) }),
  ),
  routing: v.optional(
    v.strictObject({ immediate: v.optional(share), delayed: v.optional(share), background: v.optional(share) }),
  ),
  predictor: v.optional(hasFunction('forecast')),
  forecastModel: v.optional(
    v.union([v.pipe(v.string(), v.nonEmpty()), v.instance(URL), v.instance(Uint8Array), hasFunction('run')]),
  ),
  snapshot: v.optional(v.instance(Uint8Array)),
  store: v.optional(v.unknown()),
  warming: v.optional(v.union([v.boolean(), share])),
  keep: v.optional(v.strictObject({ mbHourMs: v.pipe(v.number(), v.finite(), v.minValue(0)) })),
  policy: v.optional(v.union([v.picklist(policyNames), hasFunction('victims')])),
  loadTimeoutMs: v.optional(v.pipe(v.number(), v.minValue(1))),
  conflictTimeoutMs: v.optional(v.pipe(v.number(), v.finite(), v.minValue(1))),
  unloadTimeoutMs: v.optional(v.pipe(v.number(), v.minValue(1))),
  retry: v.optional(
    v.strictObject({
      times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100))),
      afterMs: v.optional(duration),
      longestMs: v.optional(duration),
    }),
  ),
  breaker: v.optional(
    v.union([
      v.literal(false),
      v.strictObject({
        failures: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
        openMs: v.optional(duration),
        longestMs: v.optional(duration),
      }),
    ]),
  ),
  polite: v.optional(v.boolean()),
  rng: v.optional(hasFunction('next')),
  pressure: v.optional(v.union([v.literal(false), hasFunction('read')])),
  traceLeases: v.optional(v.boolean()),
  clock: v.optional(hasFunction('now')),
  timers: v.optional(hasFunction('start')),
});

/** What {@link parseConfig} checks the parts of a configuration by. */
export const configSchemas: Readonly<
  Record<'config' | 'component' | 'group' | 'size' | 'adaptive' | 'store', v.GenericSchema>
> = {
  config: schema,
  component,
  group,
  size,
  adaptive,
  store: storeConfig,
};

/** Checks a configuration in full, before anything is started. @throws ForeloadError saying what is wrong, and where. */
export function parseConfig(config: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>): ParsedConfig {
  const checked = v.safeParse(schema, config);
  if (!checked.success) throw configError(checked.issues[0], schema);
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
    const { issues } = v.safeParse(component, given);
    if (issues) throw configError(issues[0], component, `components.${id}.`);
  }
  const specs = entries.map(([id, given]) => specOf(id, given));
  const routing = { ...defaultRouting, ...config.routing };
  const waste = config.waste ?? 0.1;
  return {
    specs,
    graph: buildGraph(specs, groupLimits(config)),
    loaders: new Map(entries.map(([id, given]) => [id as ComponentId, given.loader])),
    budget,
    sizing,
    lanes: laneOptions(config),
    routing,
    waste: typeof waste === 'number' ? new WasteTarget(waste, routing.background) : waste,
    loadTimeoutMs: config.loadTimeoutMs ?? 30_000,
    conflictTimeoutMs: ms(config.conflictTimeoutMs ?? 60_000),
    unloadTimeoutMs: config.unloadTimeoutMs ?? 10_000,
    faults: faultOptions(config),
    polite: config.polite ?? true,
    warmingShare: Number(config.warming ?? true),
    store: storeOf(config),
  };
}

function storeOf({ store, snapshot }: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>): Store | null {
  if (store === undefined) return null;
  if (snapshot !== undefined) {
    throw new ForeloadError('invalid-config', {
      what: 'a store holds a snapshot of its own',
      where: 'snapshot',
      found: 'both',
      remedy: 'give the store alone, or keep the snapshot yourself',
    });
  }
  if (typeof store === 'object' && 'open' in store && typeof store.open === 'function') return store;
  const given = typeof store === 'string' ? { path: store } : store;
  const { issues } = v.safeParse(storeConfig, given);
  if (issues) throw configError(issues[0], storeConfig, 'store.');
  const { path, ...options } = given as StoreConfig;
  return fileStore(path, options);
}

/** A plain budget, or one that moves and begins with all that it may hold: what is of no use is given back. */
function parseBudget(
  given: NonNullable<ForeloadConfig<Readonly<Record<string, ComponentConfig>>>['budget']>,
): Pick<ParsedConfig, 'budget' | 'sizing'> {
  if (typeof given !== 'object') {
    const { issues } = v.safeParse(size, given);
    if (issues) throw configError(issues[0], size, 'budget.');
    return { budget: parseBytes(given, 'the budget'), sizing: undefined };
  }
  const { issues } = v.safeParse(adaptive, given);
  if (issues) throw configError(issues[0], adaptive, 'budget.');
  const min = parseBytes(given.min, 'the smallest budget');
  const max = parseBytes(given.max, 'the largest budget');
  if (min <= max) return { budget: max, sizing: { min, max, price: (given.worthMs ?? defaultWorthMs) / MB } };
  throw new ForeloadError('invalid-config', {
    what: 'the smallest budget is larger than the largest',
    where: 'budget',
    found: `min ${formatMB(min)}, max ${formatMB(max)}`,
    remedy: 'exchange them',
  });
}

function groupLimits(config: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>): GroupLimits {
  const groups = Object.entries(config.groups ?? {});
  for (const [name, given] of groups) {
    const { issues } = v.safeParse(group, given);
    if (issues) throw configError(issues[0], group, `groups.${name}.`);
  }
  return Object.fromEntries(groups.map(([name, { atMost }]) => [name, atMost]));
}

function specOf(id: string, given: ComponentConfig): ComponentSpec {
  if (!isComponentId(id)) {
    throw new ForeloadError('invalid-id', {
      what: 'a component has an unusable id',
      found: JSON.stringify(id),
      remedy: 'use any non-empty name without | and control characters',
    });
  }
  const checkMs = checkEvery(given);
  return {
    id,
    bytes: parseBytes(given.size, `component "${id}"`),
    loadMs: ms(given.loadMs ?? 1000),
    dependsOn: (given.dependsOn ?? []) as readonly ComponentId[],
    conflictsWith: (given.conflictsWith ?? []) as readonly ComponentId[],
    ...(given.group === undefined ? {} : { group: given.group }),
    priority: given.priority ?? 'normal',
    ...(given.idleMs === undefined ? {} : { idleMs: ms(given.idleMs) }),
    ...(given.minIdleMs === undefined ? {} : { minIdleMs: ms(given.minIdleMs) }),
    ...(given.concurrency === undefined ? {} : { concurrency: given.concurrency }),
    ...(checkMs === null ? {} : { checkMs: ms(checkMs) }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.keywords === undefined ? {} : { keywords: given.keywords }),
  };
}

function faultOptions({
  retry = {},
  breaker = {},
  rng,
}: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>): FaultOptions {
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

/** Ms between two checks. */
function checkEvery({ checkMs, loader }: ComponentConfig): number | null {
  if (checkMs === false || !loader.check) return null;
  return checkMs ?? 30_000;
}

function laneOptions(config: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>): LaneOptions {
  const of = (lane: (typeof lanes)[number]): LaneOptions['immediate'] => ({
    ...defaultLanes[lane],
    ...config.lanes?.[lane],
  });
  return { immediate: of('immediate'), delayed: of('delayed'), background: of('background') };
}

function configError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, above: string = ''): ForeloadError {
  const path = `${above}${issue.path?.map((item) => String(item.key)).join('.') ?? ''}`.replace(/\.$/, '');
  const where = path || 'the configuration';
  const unknown = issue.type === 'strict_object' && issue.expected === 'never';
  const name = where.split('.').at(-1)!;
  const [nearest] = unknown ? closest(name, optionsAt(schema, issue), 1) : [];
  return new ForeloadError('invalid-config', {
    what: unknown ? 'an option that does not exist' : 'an option has the wrong form',
    where,
    found: unknown ? name : issue.received,
    remedy: unknown
      ? nearest === undefined
        ? 'remove it, or correct its name'
        : `did you mean ${nearest}?`
      : `give ${expectedBy(issue)}`,
  });
}

interface Nested {
  readonly entries?: Readonly<Record<string, Nested>>;
  readonly wrapped?: Nested;
}

/** Names of the options that there are beside the one of an issue. */
function optionsAt(schema: v.GenericSchema, issue: v.BaseIssue<unknown>): string[] {
  const path: readonly v.IssuePathItem[] = issue.path ?? [];
  let at = schema as Nested | undefined;
  for (const { key } of path.slice(0, -1)) {
    at = at?.entries?.[String(key)];
    while (at?.wrapped) at = at.wrapped;
  }
  return Object.keys(at?.entries ?? {});
}

const expectedBy = (issue: v.BaseIssue<unknown>): string =>
  issue.type === 'custom' ? issue.message : (issue.expected ?? issue.message);
