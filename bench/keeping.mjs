// What is kept warm by time alone, without a budget: cold starts against idle component-hours; whole trace, and second half.
// Usage: npm run bench:keeping [-- --data DIR] [--json]
// Takes some ten minutes. Equal sizes and instant loads: only the decisions count. Prices are swept; the figures between two prices are interpolated.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tracePath } from './data.mjs';
import { print } from './machine.mjs';

const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const prices = [0.2, 1, 3, 4, 5];
const keepAlive = ['keepalive:5m', 'keepalive:10m', 'keepalive:20m', 'keepalive:1h'];
const runs = [['alibaba-genai-2026', '--scope', 'shared', '--budget', '1000slots']];
/** What forecasts may do: nothing, prolong stays, load ahead within the waste target, and with no target at all. */
const ours = [
  ['keep, no forecast', 'keep:', '--no-speculation'],
  ['keep', 'keep:'],
  ['foreload, waste 10 %', 'foreload:keep=', '--waste', '0.1'],
  ['foreload, any waste', 'foreload:keep=', '--waste', '1'],
];

function replay(path, options, policies) {
  const args = ['replay', path, ...options, '--policies', policies.join(), '--json'];
  const text = execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return Object.entries(JSON.parse(text).results).map(([policy, figures]) => ({
    policy,
    cold: 1 - figures.warmRate,
    idleHours: figures.idleHours,
    wastedShare: figures.wastedShare,
  }));
}

/** Cold share and wasted share at so many idle hours, between the two prices that enclose them. */
function at(points, idleHours) {
  const sorted = points.toSorted((a, b) => a.idleHours - b.idleHours);
  const above = sorted.findIndex((point) => point.idleHours >= idleHours);
  if (above < 1) return null;
  const [low, high] = [sorted[above - 1], sorted[above]];
  const share = (idleHours - low.idleHours) / (high.idleHours - low.idleHours);
  return { cold: low.cold + share * (high.cold - low.cold), wastedShare: high.wastedShare };
}

const results = [];
for (const [trace, ...options] of runs) {
  const path = tracePath(trace);
  if (!path) continue;
  for (const scoreFrom of ['0', '0.5']) {
    const scored = [...options, '--score-from', scoreFrom];
    const fixed = replay(path, scored, [...keepAlive, 'hybrid']);
    const swept = ours.map(([name, policy, ...more]) => ({
      name,
      points: replay(path, [...scored, ...more], prices.map((price) => `${policy}${price}`)), // biome-ignore format: one line
    }));
    results.push({ trace, options: scored.join(' '), fixed, swept });
  }
}

const percent = (ratio) => (ratio === null || ratio === undefined ? '–' : `${(ratio * 100).toFixed(2)} %`);
const lines = [
  `| trace | scored from | policy | idle hours | cold | ${ours.map(([name]) => `${name}: cold at as many (wasted)`).join(' | ')} |`,
  `|---|---|---|---|---|${ours.map(() => '---|').join('')}`,
  ...results.flatMap(({ trace, options, fixed, swept }) =>
    fixed.map(({ policy, cold, idleHours }) => {
      const beside = swept.map(({ points }) => {
        const point = at(points, idleHours);
        return point ? `${percent(point.cold)} (${percent(point.wastedShare)})` : 'beyond the prices';
      });
      return `| ${[trace, options.split(' ').at(-1), policy, Math.round(idleHours), percent(cold), ...beside].join(' | ')} |`;
    }),
  ),
];
print('keeping', 1, results, lines);
