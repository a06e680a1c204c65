// What Foreload keeps warm on recorded traces, beside LRU and the clairvoyant bound; second half scored.
// Usage: npm run bench:replay [-- --data DIR] [--parts warm,costs,memory] [--only TRACE] [--waste 0.05,0.1,0.2,0.4] [--lead 0,500] [--json]
// Parts: warm (equal slots; with several waste targets their curve), costs (what demands wait, sizes and load times of the
// measured catalogue), memory (how much of it keeps 90, 95, 99 % warm); costs and memory take the first waste target.
// Defaults: part warm, waste target 0.1, each trace's own lead (bench/replay/runs.mjs). Traces that may not be shipped
// (sgd-test, abb-vs, unix-purdue, alibaba-genai-2026) are skipped aloud unless DIR has them.
import { parseArgs } from 'node:util';
import { print } from './machine.mjs';
import { costLines, measureCosts } from './replay/costs.mjs';
import { measureMemory, memoryLines } from './replay/memory.mjs';
import { costed, runs } from './replay/runs.mjs';
import { measureWarm, warmLines } from './replay/warm.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    parts: { type: 'string', default: 'warm' },
    only: { type: 'string' },
    waste: { type: 'string', default: '0.1' },
    lead: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const parts = {
  warm: { measure: measureWarm, lines: warmLines },
  costs: { measure: measureCosts, lines: costLines },
  memory: { measure: measureMemory, lines: memoryLines },
};

if (values.only !== undefined && ![...runs, ...costed].some(({ trace }) => trace === values.only)) {
  fail(`no trace ${values.only}: there are ${[...new Set(runs.map(({ trace }) => trace))].join(', ')}`);
}
const numbers = (list) => list?.split(',').map(Number);
const options = { only: values.only, wastes: numbers(values.waste), leads: numbers(values.lead) };
const results = {};
const lines = [];
for (const part of values.parts.split(',')) {
  const { measure, lines: linesOf } =
    parts[part] ?? fail(`no part ${part}: there are ${Object.keys(parts).join(', ')}`);
  results[part] = measure(options);
  lines.push('', `${part}:`, '', ...linesOf(results[part], options.wastes));
}
print('replay', 1, results, lines);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
