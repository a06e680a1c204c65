// What Foreload keeps warm on recorded traces, beside LRU and the clairvoyant bound; second half scored, waste target 10 %.
// Usage: npm run bench:replay [-- --data DIR] [--json]
// Traces that may not be shipped (abb-vs, unix-purdue, alibaba-genai-2026) are skipped aloud unless DIR has them.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tracePath } from './data.mjs';
import { print } from './machine.mjs';

const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const runs = [
  ['slurp-test', '--scope', 'shared', '--budget', '50%', '--lead', '1000'],
  ['tau-airline', '--budget', '5slots'],
  ['sgd-test-4000', '--budget', '3slots'],
  ['bfcl-multiturn', '--budget', '3slots'],
  ['livemcpbench', '--budget', '3slots'],
  ['alibaba-genai-2026', '--scope', 'shared', '--budget', '4slots'],
  ['alibaba-genai-2026', '--scope', 'shared', '--budget', '8slots'],
  ['alibaba-genai-2026', '--scope', 'shared', '--budget', '4slots', '--lead', '500'],
  ['unix-purdue', '--budget', '5slots', '--first', '40000'],
  ['abb-vs', '--budget', '5slots', '--first', '40000'],
];

const results = [];
for (const [trace, ...options] of runs) {
  const path = tracePath(trace);
  if (!path) continue;
  const args = ['replay', path, ...options, '--score-from', '0.5', '--json'];
  const { results: policies } = JSON.parse(
    execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  );
  results.push({ trace, options: options.join(' '), policies });
}

const percent = (ratio) => (ratio === null ? '–' : `${(ratio * 100).toFixed(1)} %`);
const ms = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => Math.round(value ?? 0)).join('/');
const lines = [
  '| trace | options | warm: foreload | LRU | bound | covered | wasted | pollution | p50/p95/p99 ms: foreload | LRU |',
  '|---|---|---|---|---|---|---|---|---|---|',
  ...results.map(({ trace, options, policies: { foreload, lru, clairvoyant } }) =>
    [
      '',
      trace,
      options,
      percent(foreload.warmRate),
      percent(lru.warmRate),
      percent(clairvoyant.warmRate),
      percent(foreload.covered),
      percent(foreload.wastedShare),
      percent(foreload.pollution),
      options.includes('slots') ? '' : ms(foreload.responseMs),
      options.includes('slots') ? '' : ms(lru.responseMs),
      '',
    ]
      .join(' | ')
      .trim(),
  ),
];
print('replay', 1, results, lines);
