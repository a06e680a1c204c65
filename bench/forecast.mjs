// How good the forecasts are, beside baselines, published predictors and npm peers; and what they cost.
// Usage: npm run bench:forecast -- [--data DIR] [--parts accuracy,...] [--predictors blend,markov2] [--traces a,b]
//        [--first ROWS] [--seed N] [--report FILE.svg] [--json]
// Traces that DIR does not have are skipped aloud. docs/METRICS.md says what each figure means.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { accuracy } from './forecast/accuracy.mjs';
import { defaultPredictors } from './forecast/contestants.mjs';
import { accuracyLines } from './forecast/tables.mjs';
import { traceNames } from './forecast/traces.mjs';
import { print } from './machine.mjs';

const parts = {
  accuracy: { run: accuracy, lines: accuracyLines },
};

const list = (text) => text.split(',').map((name) => name.trim());
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    parts: { type: 'string', default: 'accuracy' },
    predictors: { type: 'string', default: defaultPredictors.join() },
    traces: { type: 'string', default: traceNames.join() },
    first: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const options = {
  predictors: list(values.predictors),
  traces: list(values.traces),
  first: values.first === undefined ? undefined : Number(values.first),
  seed,
  say: (what) => process.stderr.write(`${what}\n`),
};
const wanted = values.parts === 'all' ? Object.keys(parts) : list(values.parts);
const results = {};
const lines = [];
for (const name of wanted) {
  results[name] = await parts[name].run(options);
  lines.push(...parts[name].lines(results[name]));
}
print('forecast', seed, results, lines);
