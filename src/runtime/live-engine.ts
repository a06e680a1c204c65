import { Engine } from '../engine/engine.ts';
import type { ForecastTracker } from '../metrics/forecast-tracker.ts';
import { Ledger } from '../metrics/ledger.ts';
import { MB } from '../model/bytes.ts';
import type { Millis } from '../model/ids.ts';
import { Blend } from '../predict/blend/blend.ts';
import { Rhythm } from '../predict/rhythm.ts';
import { policyNamed } from '../residency/policies.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import type { ParsedConfig } from './parse-config.ts';

/**
 * The engine that a configuration asks for, with all that it learned before a restart; memory is measured from `now` on.
 * @throws ForeloadError `over-budget`, or `invalid-snapshot`
 */
export function liveEngine(
  config: ForeloadConfig<Readonly<Record<string, ComponentConfig>>>,
  parsed: ParsedConfig,
  tracker: ForecastTracker,
  now: Millis,
): Engine {
  const predictor = config.predictor ?? new Blend();
  const engine = new Engine({
    components: parsed.specs,
    graph: parsed.graph,
    budget: parsed.budget,
    ...(parsed.sizing ? { sizing: parsed.sizing } : {}),
    policy: typeof config.policy === 'object' ? config.policy : policyNamed(config.policy ?? 'worth'),
    predictor,
    infer: config.forecastModel !== undefined,
    waste: parsed.waste,
    foresight: config.policy === undefined,
    ledger: new Ledger(),
    tracker,
    speculation: config.preload === false ? 'observe' : 'load',
    ...(config.keep ? { keepPrice: config.keep.mbHourMs / MB } : {}),
    lanes: parsed.lanes,
    routing: parsed.routing,
    rhythm: new Rhythm(parsed.graph.ids),
    warmingShare: parsed.warmingShare,
    ...(config.snapshot ? { snapshot: config.snapshot } : {}),
    faults: parsed.faults,
    yields: parsed.polite,
    notices: true,
  });
  // What a snapshot brought has taken the place of all that the predictor knew.
  predictor.register?.(parsed.specs);
  engine.measureFrom(now);
  return engine;
}
