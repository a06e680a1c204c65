import { Engine } from '../engine/engine.ts';
import type { ForecastTracker } from '../metrics/forecast-tracker.ts';
import { Ledger } from '../metrics/ledger.ts';
import { MB } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';
import type { Millis } from '../model/ids.ts';
import { Blend } from '../predict/blend/blend.ts';
import { Rhythm } from '../predict/rhythm.ts';
import { policyNamed } from '../residency/policies.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { ParsedConfig } from './parse-config.ts';

type Config = ForeloadConfig<Readonly<Record<string, ComponentConfig>>>;

/** What an engine is made from. */
export interface LiveParts {
  readonly config: Config;
  readonly parsed: ParsedConfig;
  readonly tracker: ForecastTracker;
  readonly keeper: HistoryKeeper | null;
  readonly board: NoticeBoard;
}

/**
 * The engine that a configuration asks for, with all that it learned before a restart; memory is measured from `now` on.
 * @throws ForeloadError `over-budget`, or `invalid-snapshot`
 */
export function liveEngine(parts: LiveParts, now: Millis): Engine {
  const { config, keeper } = parts;
  const engine = keeper ? storedEngine(parts, keeper) : newEngine(parts, config.snapshot);
  engine.measureFrom(now);
  return engine;
}

/** An engine that knows what a store holds. A snapshot that can't be used is as good as none. */
function storedEngine(parts: LiveParts, keeper: HistoryKeeper): Engine {
  const { snapshot } = keeper;
  let refused: ForeloadError | null = null;
  let engine: Engine | null = null;
  try {
    engine = newEngine(parts, snapshot ?? undefined);
  } catch (error) {
    if (!(error instanceof ForeloadError) || error.code !== 'invalid-snapshot') throw error;
    refused = error;
  }
  const begun = engine ?? newEngine(parts, undefined);
  keeper.begin((entries) => begun.recall(entries), refused);
  return begun;
}

function newEngine({ config, parsed, tracker, keeper, board }: LiveParts, snapshot: Uint8Array | undefined): Engine {
  const predictor = config.predictor ?? new Blend();
  const engine = new Engine({
    components: parsed.specs,
    graph: parsed.graph,
    conflictTimeoutMs: parsed.conflictTimeoutMs,
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
    ...(snapshot ? { snapshot } : {}),
    faults: parsed.faults,
    yields: parsed.polite,
    notices: true,
    hearsDemands: keeper?.writes ? () => true : () => board.hears('demanded'),
  });
  // What a snapshot brought has taken the place of all that the predictor knew.
  predictor.register?.(parsed.specs);
  return engine;
}
