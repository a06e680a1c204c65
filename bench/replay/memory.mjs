// How much memory keeps 90, 95 and 99 % of the needs warm, and what each budget keeps warm.
import { heading, megabytes, named, percent, row } from './cells.mjs';
import { replay } from './cli.mjs';
import { leadsOf, sized } from './runs.mjs';

export function measureMemory({ only, leads, wastes }) {
  const [waste] = wastes;
  return sized
    .filter(({ trace }) => only === undefined || trace === only)
    .flatMap((run) => leadsOf(run, leads).map((lead) => ({ run, lead })))
    .flatMap(({ run, lead }) => {
      const json = replay(run, { lead, waste }, ['--budget-curve']);
      if (json === null) return [];
      const { footprintBytes, budgetCurve, memoryNeeded } = json;
      return [{ ...run, leads: undefined, lead, waste, footprintBytes, memoryNeeded, budgetCurve }];
    });
}

const targets = ['0.9', '0.95', '0.99'];

export const memoryLines = (results) => [...neededLines(results), ...results.flatMap(curveLines)];

const neededLines = (results) => [
  ...heading([
    'trace',
    'lead',
    'all of it',
    ...targets.flatMap((t) => [`${t * 100} % warm: foreload`, 'LRU', 'bound']),
  ]),
  ...results.map(({ memoryNeeded: { foreload, lru, clairvoyant }, ...run }) =>
    row([
      named(run),
      `${run.lead} ms`,
      megabytes(run.footprintBytes),
      ...targets.flatMap((target) =>
        [foreload, lru, clairvoyant].map((of) => megabytes(of[target]?.budgetBytes ?? null)),
      ),
    ]),
  ),
];

const curveLines = ({ trace, budgetCurve }) => [
  '',
  ...heading([`${trace}: budget`, ...budgetCurve.map(({ budgetBytes }) => megabytes(budgetBytes))]),
  ...['foreload', 'lru', 'clairvoyant'].map((policy) =>
    row([policy, ...budgetCurve.map(({ results }) => percent(results[policy].warmRate))]),
  ),
];
