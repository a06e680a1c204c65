import { CalibrationScore } from '../metrics/calibration-score.ts';
import { TopScore } from '../metrics/top-score.ts';
import type { TopShares } from '../model/accuracy.ts';
import type { ComponentId, UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';
import type { ForecastModel } from '../predict/onnx/forecast-model.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Clock } from '../time/clock.ts';
import type { Trace } from '../trace/trace.ts';
import { advised, afterNeed, onText } from './advice.ts';
import { catalogueOf } from './catalogue.ts';
import { bitsOf } from './forecast-score.ts';
import { needsByUser, needsOf, observe } from './needs.ts';
import { apartFrom } from './training.ts';

/** How well one predictor foresaw a trace, as METRICS.md defines it. */
export interface PredictorAccuracy {
  /** By step: `"1"` is the next need. */
  readonly steps: Readonly<Record<string, TopShares>>;
  readonly ece: number | null;
  readonly bitsPerNeed: number | null;
  /** Mean time to learn from one need and to forecast the next. */
  readonly microsPerNeed: number | null;
  /** How much the heap grew from before the predictor existed to the end of the trace. */
  readonly bytes: number;
}

/** One scored need: where what came stood in one of the forecasts that foretold it. */
export interface ScoredNeed {
  readonly row: number;
  /** How many needs before it the forecast was made: 1 to 3. */
  readonly step: number;
  /** Place of what came, the likeliest 0; -1: not listed. Of the later steps five places are kept. */
  readonly rank: number;
  /** What was foretold for this step, the likeliest first. */
  readonly forecast: readonly Prediction[];
}

export interface AccuracyOptions {
  readonly makePredictor: () => Predictor;
  /** A trained model that advises the predictor after each need. */
  readonly model?: ForecastModel;
  /** Learned from first, in the order given; their users and clocks are kept apart from the trace's. */
  readonly train: readonly Trace[];
  /** Steps to score, from 1 up to this one. */
  readonly steps: number;
  /** Whether the texts of rows are learned. */
  readonly text: boolean;
  /** Rows before this share of the trace are not scored. */
  readonly scoreFrom: number;
  readonly clock: Clock;
  /** Bytes of heap in use, garbage left out as far as possible; `alive` is no garbage. */
  readonly heapBytes: (alive: unknown) => number;
  /** Called now and then with the share of work done; awaited, so that a caller may pause or throw. */
  readonly onProgress?: (done: number) => void | Promise<void>;
  /** Called for each scored need, once a step. */
  readonly onNeed?: (need: ScoredNeed) => void;
}

/** Most components that a forecast lists for a step. */
const listed = 32;
/** Of the later steps only the places that are scored are kept while they wait for what comes. */
const scoredPlaces = 5;
const needsBetweenReports = 2048;

/**
 * Measures a predictor need by need: each need of a row is a command of its own, forecast before it is learned. The
 * forecast made after a user's need i - k is scored at step k of need i; the one made before the user's first need
 * counts as made after need -1. A row's text is given after the row's last need, so that it serves later rows only.
 */
export async function measureAccuracy(trace: Trace, options: AccuracyOptions): Promise<PredictorAccuracy> {
  const heapBefore = options.heapBytes(null);
  const predictor = options.makePredictor();
  predictor.register?.(catalogueOf(trace));
  const progress = reporter([...options.train, trace], options.onProgress);
  for (const known of apartFrom(trace, options.train)) {
    for (const need of needsOf(known)) {
      await progress();
      observe(predictor, need, options.text);
    }
  }
  const scoredFrom = Math.ceil(options.scoreFrom * trace.rows);
  const tops = Array.from({ length: options.steps }, () => new TopScore());
  const calibration = new CalibrationScore();
  const trails = new Map<UserId, Trail>();
  const left = needsByUser(trace);
  let bits = 0;
  let took = 0;
  for await (const [need, advice] of advised(trace, options.model, afterNeed(options.text))) {
    await progress();
    const { user, component, now } = need;
    if (component === null) {
      observe(predictor, need, options.text);
      continue;
    }
    const began = options.clock.now();
    const trail = trails.get(user) ?? [byStep(predictor.forecast(user, now, listed), options.steps)];
    if (need.row >= scoredFrom) {
      const ranks = trail.map((forecast, back) => rankOf(forecast[back]!, component));
      ranks.forEach((rank, back) => {
        tops[back]!.add(rank);
        options.onNeed?.({ row: need.row, step: back + 1, rank, forecast: trail[back]![back]! });
      });
      const [first] = trail[0]!;
      bits += bitsOf(first!, ranks[0]!, trace.components.length);
      if (first![0]) calibration.add(first![0].probability, ranks[0] === 0);
    }
    observe(predictor, need, options.text);
    if (advice) predictor.advise?.(user, advice);
    const after = byStep(predictor.forecast(user, now, listed), options.steps);
    took += options.clock.now() - began;
    const more = left.get(user)! - 1;
    if (more > 0) {
      left.set(user, more);
      trails.set(user, [after, ...trail.slice(0, options.steps - 1)]);
    } else {
      left.delete(user);
      trails.delete(user);
    }
  }
  const scored = tops[0]!.needs;
  return {
    steps: Object.fromEntries(tops.map((top, back) => [String(back + 1), top.shares()])),
    ece: calibration.error(),
    bitsPerNeed: scored > 0 ? bits / scored : null,
    microsPerNeed: trace.needs.length > 0 ? (took * 1000) / trace.needs.length : null,
    bytes: Math.max(0, options.heapBytes(predictor) - heapBefore),
  };
}

/**
 * Measures what texts are worth: each need is forecast from its row's own text, the row's earlier needs and all that
 * came before. Null where no row has a text.
 */
export async function measureText(
  trace: Trace,
  options: Pick<AccuracyOptions, 'makePredictor' | 'model' | 'train' | 'scoreFrom' | 'onProgress' | 'onNeed'>,
): Promise<TopShares | null> {
  if (!trace.texts) return null;
  const predictor = options.makePredictor();
  predictor.register?.(catalogueOf(trace));
  const progress = reporter([...options.train, trace], options.onProgress);
  const scoredFrom = Math.ceil(options.scoreFrom * trace.rows);
  const top = new TopScore();
  for (const known of [...apartFrom(trace, options.train), trace]) {
    const model = known === trace ? options.model : undefined;
    for await (const [{ row, user, component, now, text }, advice] of advised(known, model, onText)) {
      await progress();
      predictor.command(user, now);
      if (text !== '') predictor.text(user, text);
      if (component === null) continue;
      if (known === trace && row >= scoredFrom) {
        if (advice) predictor.advise?.(user, advice);
        const forecast = byStep(predictor.forecast(user, now, scoredPlaces), 1)[0]!;
        const rank = rankOf(forecast, component);
        top.add(rank);
        options.onNeed?.({ row, step: 1, rank, forecast });
      }
      predictor.demand(user, component, now);
    }
  }
  return top.shares();
}

/** A user's forecasts that still wait for what they foretold, the latest first; each is a list by step. */
type Trail = readonly (readonly (readonly Prediction[])[])[];

function byStep(forecast: readonly Prediction[], steps: number): Prediction[][] {
  const lists: Prediction[][] = Array.from({ length: steps }, () => []);
  for (const prediction of forecast) {
    const list = lists[prediction.step - 1];
    if (list && (prediction.step === 1 || list.length < scoredPlaces)) list.push(prediction);
  }
  return lists;
}

const rankOf = (forecast: readonly Prediction[], component: ComponentId): number =>
  forecast.findIndex((prediction) => prediction.component === component);

function reporter(traces: readonly Trace[], onProgress: AccuracyOptions['onProgress']): () => void | Promise<void> {
  const total = traces.reduce((sum, trace) => sum + trace.needs.length, 0);
  let done = 0;
  return () => {
    if (onProgress && done++ % needsBetweenReports === 0) return onProgress(Math.min(1, done / Math.max(1, total)));
  };
}
