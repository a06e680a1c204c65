import type { Prediction } from '../model/prediction.ts';
import type { Situation } from '../model/situation.ts';
import { askerOf, batchLimit, type ForecastModel } from '../predict/onnx/forecast-model.ts';
import { Situations } from '../predict/onnx/situations.ts';
import type { Trace } from '../trace/trace.ts';
import { type Need, needsOf } from './needs.ts';

/** Takes one need in as a command of its own, and gives the situation that the model is asked about; null: none. */
export type Moment = (situations: Situations, need: Need) => Situation | null;

/** Once the need is served: what comes next? Texts of rows come after their last need, if they are learned at all. */
export const afterNeed =
  (learnText: boolean): Moment =>
  (situations, { user, component, now, text, last }) => {
    situations.command(user, now);
    if (component !== null) situations.demand(user, component);
    if (last && learnText && text !== '') situations.text(user, text);
    return component === null ? null : situations.of(user, now);
  };

/** Once the text is known: what will it demand? */
export const onText: Moment = (situations, { user, component, now, text }) => {
  situations.command(user, now);
  if (text !== '') situations.text(user, text);
  if (component === null) return null;
  const situation = situations.of(user, now);
  situations.demand(user, component);
  return situation;
};

/**
 * The needs of a trace in order, each with a trained model's advice at its moment; null without a model. A model does not
 * learn from what it is asked, so a whole batch is asked ahead of the needs it is about.
 */
export async function* advised(
  trace: Trace,
  model: ForecastModel | undefined,
  moment: Moment,
): AsyncIterable<readonly [need: Need, advice: readonly Prediction[] | null]> {
  if (!model) {
    for (const need of needsOf(trace)) yield [need, null];
    return;
  }
  const ask = askerOf(model);
  const situations = new Situations();
  for (const needs of batchesOf(needsOf(trace))) {
    const asked = needs.map((need) => moment(situations, need));
    const answers = (await ask(asked.filter((situation) => situation !== null))).values();
    for (const [index, need] of needs.entries()) {
      yield [need, asked[index] === null ? null : answers.next().value!];
    }
  }
}

function* batchesOf(needs: Iterable<Need>): Iterable<readonly Need[]> {
  let batch: Need[] = [];
  for (const need of needs) {
    batch.push(need);
    if (batch.length < batchLimit) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
