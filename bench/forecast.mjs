// How good the forecasts are, beside baselines, published predictors and npm peers; and what they cost.
// Usage: npm run bench:forecast -- [--data DIR] [--parts accuracy,published,npm,trained,cost,memory,windows,ablation | all]
//        [--predictors blend,markov2] [--baselines a,b] [--traces a,b] [--first ROWS] [--commands N] [--ablate] [--report FILE.svg]
//        [--seed N] [--json]
// Traces that DIR does not have are skipped aloud. docs/METRICS.md says what each figure means.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ablation, ablationLines } from './forecast/ablation.mjs';
import { accuracy } from './forecast/accuracy.mjs';
import { baselineNames, defaultPredictors } from './forecast/contestants.mjs';
import { fromNpm, published, trained } from './forecast/contests.mjs';
import { cost, costLines } from './forecast/cost.mjs';
import { memory, memoryLines } from './forecast/memory.mjs';
import { reliabilitySvg } from './forecast/reliability-svg.mjs';
import { accuracyLines } from './forecast/tables.mjs';
import { traceNames } from './forecast/traces.mjs';
import { windowed, windowLines } from './forecast/windows.mjs';
import { print } from './machine.mjs';

/** `whole`: its results make one table; the others are shown trace by trace, as they come. */
const parts = {
  accuracy: { run: accuracy, lines: accuracyLines },
  published: { run: published, lines: accuracyLines },
  npm: { run: fromNpm, lines: accuracyLines },
  trained: { run: trained, lines: accuracyLines },
  cost: { run: cost, lines: costLines, whole: true },
  memory: { run: memory, lines: memoryLines, whole: true },
  windows: { run: windowed, lines: windowLines, whole: true },
  ablation: { run: ablation, lines: ablationLines, whole: true },
};

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    parts: { type: 'string', default: 'accuracy' },
    predictors: { type: 'string', default: defaultPredictors.join() },
    baselines: { type: 'string', default: baselineNames.join() },
    traces: { type: 'string', default: traceNames.join() },
    first: { type: 'string', default: 'Infinity' },
    commands: { type: 'string', default: '1000000' },
    ablate: { type: 'boolean', default: false },
    report: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const list = (text, known) =>
  text.split(',').map((name) => {
    if (known && !known.includes(name)) throw new Error(`no such name: ${name}; use some of ${known.join(', ')}`);
    return name;
  });
const options = {
  predictors: list(values.predictors),
  baselines: list(values.baselines, baselineNames),
  traces: list(values.traces, traceNames),
  first: Number(values.first),
  commands: Number(values.commands),
  seed: Number(values.seed),
  say: (what) => process.stderr.write(`${what}\n`),
};
const wanted = values.parts === 'all' ? Object.keys(parts) : list(values.parts, Object.keys(parts));
if (values.ablate && !wanted.includes('ablation')) wanted.push('ablation');
const results = {};
const show = (lines) => {
  if (!values.json) process.stdout.write(`${lines.join('\n')}\n`);
};
for (const name of wanted) {
  const { run, lines, whole } = parts[name];
  const found = [];
  if (wanted.length > 1) show(['', `## ${name}`]);
  for await (const result of run(options)) {
    found.push(result);
    if (!whole) show(lines([result]));
  }
  if (whole) show(lines(found));
  results[name] = found;
}
if (values.report !== undefined && results.accuracy) {
  writeFileSync(values.report, reliabilitySvg(results.accuracy, options.predictors));
}
print('forecast', options.seed, results, []);
