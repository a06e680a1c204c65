// What is kept warm at one waste target, or over several: one replay for each trace, lead and target.
import { againstAim, curveCell, heading, mostCovered, ms, named, percent, points, row } from './cells.mjs';
import { replay } from './cli.mjs';
import { leadsOf, runs } from './runs.mjs';

/** Every run with its results by waste target. */
export function measureWarm({ only, leads, wastes }) {
  return runs
    .filter(({ trace }) => only === undefined || trace === only)
    .flatMap((run) => leadsOf(run, leads).map((lead) => ({ run, lead })))
    .flatMap(({ run, lead }) => {
      const results = wastes.map((waste) => ({ waste, json: replay(run, { lead, waste }) }));
      if (results.some(({ json }) => json === null)) return [];
      const targets = results.map(({ waste, json }) => ({ waste, policies: json.results }));
      return [{ ...run, leads: undefined, lead, targets }];
    });
}

/** One waste target: everything of it that fits in a line. Several: the curve, and what it reaches. */
export const warmLines = (results, wastes) =>
  wastes.length === 1 ? results.reduce(plainLine, plainHeading()) : results.reduce(curveLine, curveHeading(wastes));

const place = (run) => [
  named(run),
  `${run.budget.replace('slots', ' slots')}, ${run.scope === 'user' ? 'each user' : 'shared'}`,
  `${run.lead} ms`,
];

const places = ['trace', 'budget', 'lead'];

const plainHeading = () =>
  heading([
    ...places,
    'warm: foreload',
    'LRU',
    'bound',
    'covered',
    'wasted',
    'pollution',
    'p50/p95/p99 ms: foreload',
    'LRU',
  ]);

function plainLine(lines, result) {
  const { foreload, lru, clairvoyant } = result.targets[0].policies;
  const timed = !result.budget.endsWith('slots');
  const warm = [foreload.warmRate, lru.warmRate, clairvoyant.warmRate];
  const shares = [...warm, foreload.covered, foreload.wastedShare, foreload.pollution].map(percent);
  return [
    ...lines,
    row([...place(result), ...shares, ...[foreload, lru].map((of) => (timed ? ms(of.responseMs) : ''))]),
  ];
}

const curveHeading = (wastes) =>
  heading([
    ...places,
    'LRU: warm',
    'bound: covered; warm',
    ...wastes.map((waste) => `target ${Number((waste * 100).toFixed(2))} %`),
    'at most 10 % wasted: covered, of aim',
    'at most 40 %',
  ]);

function curveLine(lines, result) {
  const { lru, clairvoyant } = result.targets[0].policies;
  const all = result.targets.map(({ policies }) => policies.foreload);
  return [
    ...lines,
    row([
      ...place(result),
      points(lru.warmRate),
      `${points(clairvoyant.covered)}; ${points(clairvoyant.warmRate)}`,
      ...all.map(curveCell),
      againstAim(mostCovered(all, 0.1), result.aims?.[0]),
      againstAim(mostCovered(all, 0.4), result.aims?.[1]),
    ]),
  ];
}
