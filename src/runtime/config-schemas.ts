import * as v from 'valibot';
import { priorities } from '../model/component.ts';
import { policyNames } from '../residency/policies.ts';
import { WasteTarget } from '../residency/waste-target.ts';

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

const store = v.strictObject({
  path: v.pipe(v.string(), v.nonEmpty()),
  text: v.optional(v.boolean()),
  days: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  size: v.optional(size),
});

const config = v.strictObject({
  components: v.record(v.string(), v.unknown()),
  groups: v.optional(v.record(v.string(), v.unknown())),
  budget: v.optional(v.unknown()),
  waste: v.optional(v.union([share, v.instance(WasteTarget)])),
  preload: v.optional(v.boolean()),
  lanes: v.optional(
    v.strictObject({
      immediate: v.optional(limits),
      delayed: v.optional(limits),
      background: v.optional(limits),
      atOnce: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
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
> = { config, component, group, size, adaptive, store };
