// What is kept warm by time alone, without a budget: cold starts against idle component-hours.
// Usage: npm run bench:keeping [-- --data DIR] [--prices 0.7,2,4] [--waste 0.1,1] [--fixed keepalive:10m] [--score-from 0.5] [--json]
// Equal sizes and instant loads: only the decisions count. Prices are swept; the figures between two prices are
// interpolated, which overstates cold starts where the prices lie far apart. Loading ahead is run at few prices only, about
// keep-alive 10 min, for each of the waste targets: how many cold starts are left at as many idle hours is bought with loads
// that nobody uses, so both are shown. Each run with forecasts takes some 12 s. Told on stderr as they end.
// `--waste 0.1,1` runs some of the targets, `--fixed keepalive:10m` some of the baselines.
import { fileURLToPath } from 'node:url';
import { idleHours, warmRate, wastedShare } from '../dist/metrics/figures.js';
import { Blend } from '../dist/predict/blend/blend.js';
import { costsFor, newWorkload, parseBudget, parsePolicy, readCosts, readTrace, run } from '../dist/replay/index.js';
import { hybrid } from '../dist/replay/hybrid.js';
import { tracePath } from './data.mjs';
import { print } from './machine.mjs';

const flag = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const asked = flag('--prices', null)?.split(',').map(Number);
const scoreFrom = Number(flag('--score-from', '0'));
const baselines = flag('--fixed', 'keepalive:5m,keepalive:10m,keepalive:20m,keepalive:1h,hybrid').split(',');
const wastes = flag('--waste', '0.1,0.4,0.6,0.8,1').split(',').map(Number);
/** What forecasts may do: nothing, prolong stays, and load ahead what is worth its memory within a waste target; at 100 % there is none. */
const ours = [
  {
    name: 'own past alone',
    policy: 'keep:',
    changes: { forecast: false },
    prices: [0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8],
  },
  { name: 'keep', policy: 'keep:', prices: [0.1, 0.15, 0.3, 0.7, 1.2, 2, 2.5, 4] },
  ...wastes.map((waste) => ({
    name: `foreload, waste ${Math.round(waste * 100)} %`,
    policy: 'foreload:keep=',
    waste,
    prices: [2, 2.5, 3],
  })),
];

async function figures(workload, policy, { changes = {}, waste = 0.1 } = {}) {
  const began = performance.now();
  const spec = { ...parsePolicy(policy), ...changes };
  const result =
    spec.eviction === 'hybrid'
      ? hybrid(workload)
      : await run(workload, spec, { makePredictor: () => new Blend(), waste });
  const { counts, idleMs } = result;
  const found = {
    policy,
    cold: 1 - warmRate(counts),
    idleHours: idleHours(idleMs),
    wastedShare: wastedShare(counts),
    preloads: preloadsOf(counts),
  };
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stderr.write(
    `${policy}${changes.forecast === false ? ' without forecasts' : ''}, waste ${waste}: ${percent(found.cold)} cold, ${Math.round(found.idleHours)} idle hours (${seconds} s)\n`,
  );
  return found;
}

const preloadsOf = ({ preloads: { timely, late, wasted, open } }) => timely + late + wasted + (open ?? 0);

/** Cold share, preloads and wasted share at so many idle hours, between the two prices that enclose them. */
function at(points, hours) {
  const sorted = points.toSorted((a, b) => a.idleHours - b.idleHours);
  const above = sorted.findIndex((point) => point.idleHours >= hours);
  if (above < 1) return null;
  const [low, high] = [sorted[above - 1], sorted[above]];
  const share = (hours - low.idleHours) / (high.idleHours - low.idleHours);
  const between = (field) => low[field] + share * (high[field] - low[field]);
  const wasted = low.wastedShare === null || high.wastedShare === null ? high.wastedShare : between('wastedShare');
  return { cold: between('cold'), preloads: between('preloads'), wastedShare: wasted };
}

const percent = (ratio) => (ratio === null || ratio === undefined ? '–' : `${(ratio * 100).toFixed(2)} %`);

const results = [];
const name = 'alibaba-genai-2026';
const path = tracePath(name);
if (path) {
  const trace = await readTrace(path);
  const budget = parseBudget('1000slots');
  const measured = await readCosts(fileURLToPath(new URL('../data/components.csv', import.meta.url)));
  const costs = costsFor(trace, null, measured, false);
  const workload = newWorkload({ trace, costs, scope: 'shared', scoreFrom, lead: 0, budget });
  const fixed = [];
  for (const policy of baselines) fixed.push(await figures(workload, policy));
  const swept = [];
  for (const { name, policy, prices, ...options } of ours) {
    const points = [];
    for (const price of asked ?? prices) points.push(await figures(workload, `${policy}${price}`, options));
    swept.push({ name, points });
  }
  results.push({ trace: name, scoreFrom, fixed, swept });
}

const lines = [
  `| trace | scored from | policy | idle hours | cold | ${ours.map(({ name }) => `${name}: cold at as many (preloads, wasted)`).join(' | ')} |`,
  `|---|---|---|---|---|${ours.map(() => '---|').join('')}`,
  ...results.flatMap(({ trace, scoreFrom, fixed, swept }) =>
    fixed.map(({ policy, cold, idleHours }) => {
      const beside = swept.map(({ points }) => {
        const point = at(points, idleHours);
        return point
          ? `${percent(point.cold)} (${Math.round(point.preloads)}, ${percent(point.wastedShare)})`
          : 'beyond the prices';
      });
      return `| ${[trace, scoreFrom, policy, Math.round(idleHours), percent(cold), ...beside].join(' | ')} |`;
    }),
  ),
];
print('keeping', 1, results, lines);
