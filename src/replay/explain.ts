import { type ComponentId, type Millis, ms, type UserId } from '../model/ids.ts';
import { type Prediction, type Step, steps } from '../model/prediction.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Trace } from '../trace/trace.ts';
import { catalogueOf } from './catalogue.ts';

/** What a predictor expected of one user at one point of a trace, and what came. */
export interface Explanation {
  readonly user: UserId;
  /** Rows that were learned: of all users, and of this one. */
  readonly learned: { readonly rows: number; readonly own: number };
  /** Words of the coming command that the forecast was made with; null: none were known. */
  readonly text: string | null;
  readonly forecast: readonly ExplainedPrediction[];
  /** What the user's next commands demanded, as far as the trace goes. */
  readonly came: readonly Came[];
}

export interface ExplainedPrediction extends Prediction {
  /** Whether it came; null: the trace ends before. */
  readonly came: boolean | null;
}

/** A command that came `step` commands later. */
export interface Came {
  readonly step: Step;
  /** Its row, the trace's first being 0. */
  readonly row: number;
  readonly components: readonly ComponentId[];
}

export interface ExplainOptions {
  readonly predictor: Predictor;
  /** Rows before this one are learned: 0 to all of them. */
  readonly row: number;
  readonly user: UserId;
  /** Words of the coming command; null: they are not known. */
  readonly text: string | null;
  /** Components for each step, at most. */
  readonly limit: number;
  /** Called now and then with the share of rows done; awaited, so that a caller may pause or throw. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

const rowsBetweenReports = 2048;

/**
 * Lets a predictor learn a trace up to a row, each row a command whose words come before its demands as they do live, and
 * asks it what it expects of a user then. Commands that demand nothing are no step, neither ahead nor in what came.
 */
export async function explain(trace: Trace, options: ExplainOptions): Promise<Explanation> {
  const { predictor, row: end, user, text, limit } = options;
  predictor.register?.(catalogueOf(trace));
  let own = 0;
  for (let row = 0; row < end; row++) {
    if (row % rowsBetweenReports === 0) await options.onProgress?.(row / end);
    learn(predictor, trace, row);
    if (userOf(trace, row) === user) own++;
  }
  const now = timeAt(trace, end);
  if (text !== null) {
    predictor.command(user, now);
    predictor.text(user, text);
  }
  const came = comingAfter(trace, end, user);
  const forecast = predictor.forecast(user, now, limit).map((prediction) => {
    const then = came.find(({ step }) => step === prediction.step);
    return { ...prediction, came: then ? then.components.includes(prediction.component) : null };
  });
  return { user, learned: { rows: end, own }, text, forecast, came };
}

/** The words of a row; null if it has none. */
export const textOf = (trace: Trace, row: number): string | null => trace.texts?.[row] || null;

export const userOf = (trace: Trace, row: number): UserId => trace.users[trace.user[row]!]!;

function learn(predictor: Predictor, trace: Trace, row: number): void {
  const user = userOf(trace, row);
  const now = timeAt(trace, row);
  predictor.command(user, now);
  const text = textOf(trace, row);
  if (text !== null) predictor.text(user, text);
  for (const component of demandsOf(trace, row)) predictor.demand(user, component, now);
}

/** The next commands of a user, from a row on, that demanded something. */
function comingAfter(trace: Trace, from: number, user: UserId): Came[] {
  const came: Came[] = [];
  for (let row = from; row < trace.rows && came.length < steps.length; row++) {
    const components = demandsOf(trace, row);
    if (userOf(trace, row) === user && components.length > 0) came.push({ step: steps[came.length]!, row, components });
  }
  return came;
}

function demandsOf(trace: Trace, row: number): ComponentId[] {
  const needs = trace.needs.subarray(trace.firstNeed[row], trace.firstNeed[row + 1]);
  return Array.from(needs, (need) => trace.components[need]!);
}

/** The time of a row; after the last one, its time. */
const timeAt = (trace: Trace, row: number): Millis => ms(trace.ts[Math.min(row, trace.rows - 1)]!);
