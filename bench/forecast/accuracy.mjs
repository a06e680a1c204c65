// Part `accuracy`: every predictor and baseline on every trace, and how far the predictors are from the best baseline.
import { against, usersOfNeeds } from './against.mjs';
import { measure } from './measure.mjs';
import { readCase } from './traces.mjs';

export async function* accuracy({ predictors, baselines: wanted, traces, first, seed, say }) {
  for (const name of traces) {
    const of = await readCase(name, first);
    if (!of) continue;
    const run = (contestant, options) => {
      say(`${name}: ${contestant}`);
      return measure(contestant, of, options);
    };
    // Rolling whole distributions forward costs six forecasts for one: not on the longest traces.
    const chosen = wanted.filter((baseline) => baseline !== 'order-2-spread' || of.trace.needs.length < 200_000);
    const baselines = [];
    if (!of.own) for (const baseline of chosen) baselines.push(await run(baseline));
    if (of.own) baselines.push(await run('naive-bayes'));
    const measured = [];
    for (const predictor of predictors) measured.push(await run(predictor, { texts: true }));
    if (!of.own && of.trace.texts) measured.push(await measure('naive-bayes', { ...of, own: true }));
    const users = usersOfNeeds(of);
    yield {
      trace: name,
      needs: users.length,
      users: of.trace.users.length,
      components: of.trace.components.length,
      contestants: [...measured, ...baselines].map(withoutRanks),
      against: Object.fromEntries(
        measured
          .filter(({ name }) => predictors.includes(name))
          .map((one) => [one.name, against(one, baselines, users, seed)]),
      ),
    };
  }
}

export function withoutRanks(measured) {
  const { ranks, ...result } = measured;
  return { ...result, scored: ranks.length };
}
