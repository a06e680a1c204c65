// What demands wait where components have the sizes and load times of the measured catalogue.
import { heading, megabytes, ms, named, percent, row } from './cells.mjs';
import { replay } from './cli.mjs';
import { costed, leadsOf } from './runs.mjs';

export function measureCosts({ only, leads, wastes }) {
  const [waste] = wastes;
  return costed
    .filter(({ trace }) => only === undefined || trace === only)
    .flatMap((run) => leadsOf(run, leads).map((lead) => ({ run, lead })))
    .flatMap(({ run, lead }) => {
      const json = replay(run, { lead, waste });
      if (json === null) return [];
      const { footprintBytes, budgetBytes, results: policies } = json;
      return [{ ...run, leads: undefined, lead, waste, footprintBytes, budgetBytes, policies }];
    });
}

const titles = [
  'trace',
  'budget (of)',
  'lead',
  'warm: foreload',
  'LRU',
  'bound',
  'p50/p95/p99 ms, mean: foreload',
  'LRU',
  'bound',
  'preloads timely, late, wasted',
  'overhead, mean',
];

export const costLines = (results) => [...heading(titles), ...results.map(costLine)];

const waited = ({ responseMs }) => `${ms(responseMs)}, ${responseMs.mean === null ? '–' : responseMs.mean.toFixed(0)}`;

function costLine(run) {
  const { scope, budget, budgetBytes, footprintBytes, lead } = run;
  const { foreload, lru, clairvoyant } = run.policies;
  const all = [foreload, lru, clairvoyant];
  const { timely, late, wasted } = foreload.preloads;
  return row([
    named(run),
    scope === 'shared'
      ? `${budget} shared (${megabytes(footprintBytes)})`
      : `${budget} each user, at most ${megabytes(budgetBytes)}`,
    `${lead} ms`,
    ...all.map(({ warmRate }) => percent(warmRate)),
    ...all.map(waited),
    `${timely}, ${late}, ${wasted} (${percent(foreload.wastedShare)})`,
    megabytes(foreload.overheadMeanBytes),
  ]);
}
