// What a restart costs, and what a snapshot and warming give back: a trace is cut in its second half, and everything but the
// snapshot is lost. Budget 3000 MB for all users together, costs from the measured catalogue, waste target 10 %.
// Usage: npm run bench:warming -- [--data DIR] [--traces a,b] [--cuts 5] [--lead 60] [--json]
// Traces that DIR does not have are skipped aloud. docs/METRICS.md says what each figure means.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Blend } from '../dist/predict/blend/blend.js';
import { costsFor, foundCodes, needsUntilWarm, newWorkload, parseBudget, parsePolicy } from '../dist/replay/index.js';
import { readCosts, readTrace, run } from '../dist/replay/index.js';
import { tracePath } from './data.mjs';
import { print } from './machine.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    traces: { type: 'string', default: 'alibaba-genai-2026,abb-vs,slurp-test' },
    cuts: { type: 'string', default: '5' },
    lead: { type: 'string', default: '60' },
    budget: { type: 'string', default: '3000MB' },
    json: { type: 'boolean', default: false },
  },
});
const firstRows = { 'abb-vs': 40_000 };
const cutCount = Number(values.cuts);
const leadMs = Number(values.lead) * 1000;
/** Rows that are served after a restart. */
const rowsAfter = 1000;
const warm = foundCodes.indexOf('warm');
const catalogue = await readCosts(fileURLToPath(new URL('../data/components.csv', import.meta.url)));
const lru = parsePolicy('lru');
const foreload = parsePolicy('foreload');
const options = { makePredictor: () => new Blend(), waste: 0.1 };

/** What is compared: the policy, whether it has the snapshot, whether it warms, and how long before the first command. */
const variants = [
  { name: 'LRU', policy: lru, lead: 0 },
  { name: 'foreload, nothing kept', policy: foreload, lead: 0 },
  { name: 'snapshot, no warming', policy: foreload, snapshot: true, lead: 0 },
  { name: 'snapshot and warming, 0 s before', policy: foreload, snapshot: true, warming: true, lead: 0 },
  {
    name: `snapshot and warming, ${leadMs / 1000} s before`,
    policy: foreload,
    snapshot: true,
    warming: true,
    lead: leadMs,
  },
];

/**
 * The second half in equal stretches; of each the row after its longest pause (a machine that is switched on again), and
 * the one in its middle (a crash).
 */
function cutsOf({ rows, ts }) {
  const half = Math.ceil(rows / 2);
  const stretch = Math.floor((rows - half - rowsAfter) / cutCount);
  if (stretch < 2) throw new Error(`${rows} rows are too few for ${cutCount} cuts with ${rowsAfter} rows after each`);
  return Array.from({ length: cutCount }, (_, at) => {
    const first = half + at * stretch;
    let pause = first;
    for (let row = first; row < first + stretch; row++) {
      if (ts[row] - ts[row - 1] > ts[pause] - ts[pause - 1]) pause = row;
    }
    return [
      { kind: 'pause', row: pause },
      { kind: 'crash', row: first + (stretch >> 1) },
    ];
  }).flat();
}

async function measure(name) {
  const path = tracePath(name);
  if (!path) return null;
  const trace = await readTrace(path, firstRows[name]);
  const costs = costsFor(trace, null, catalogue, false);
  const budget = parseBudget(values.budget);
  const workload = newWorkload({ trace, costs, budget, scope: 'shared', scoreFrom: 0, lead: 0 });
  const cuts = cutsOf(trace);
  const snapshots = new Map();
  const before = new Set(cuts.map(({ row }) => row - 1));
  process.stderr.write(`${name}: ${trace.rows} rows, without a restart\n`);
  const unbroken = {
    lru: await run(workload, lru, options),
    foreload: await run(workload, foreload, {
      ...options,
      snapshots: { rows: before, taken: (row, snapshot) => snapshots.set(row + 1, snapshot) },
    }),
  };
  const results = [];
  for (const cut of cuts) {
    process.stderr.write(`${name}: ${cut.kind} at row ${cut.row}\n`);
    for (const variant of variants)
      results.push(await restart(workload, cut, variant, snapshots.get(cut.row), unbroken));
  }
  const { components, rows } = trace;
  const of = (found) => shareWarm(found.subarray(trace.firstNeed[rows >> 1]));
  const usual = { lru: of(unbroken.lru.found), foreload: of(unbroken.foreload.found) };
  return { trace: name, rows, components: components.length, footprintBytes: workload.footprintBytes, usual, results };
}

async function restart(workload, { kind, row }, variant, snapshot, unbroken) {
  const { trace } = workload;
  const rows = Math.min(rowsAfter, trace.rows - row);
  const warmed = { begun: 0, timely: 0, late: 0, wasted: 0, bytes: 0 };
  const open = new Set();
  const watch = (notice) => {
    if (notice.kind === 'load-started' && notice.origin === 'warming') {
      warmed.begun++;
      warmed.bytes += notice.bytes;
      open.add(notice.component);
    }
    if (notice.kind === 'preload-ended' && open.delete(notice.component)) warmed[notice.outcome]++;
  };
  const result = await run(workload, variant.policy, {
    ...options,
    restart: {
      row,
      rows,
      snapshot: variant.snapshot ? snapshot : null,
      lead: variant.lead,
      warming: variant.warming === true,
    },
    watch: { device: 0, notice: watch },
  });
  const needs = [trace.firstNeed[row], trace.firstNeed[row + rows]];
  const here = warmOf(result.found.subarray(...needs));
  const there = warmOf(unbroken[variant.policy.name].found.subarray(...needs));
  const reached = needsUntilWarm(here, there);
  const then = reached === null ? row + rows - 1 : workload.rowOf[needs[0] + reached];
  return {
    kind,
    row,
    variant: variant.name,
    first10: mean(here.subarray(0, 10)),
    first50: mean(here.subarray(0, 50)),
    first200: mean(here.subarray(0, 200)),
    usual200: mean(there.subarray(0, 200)),
    reached: reached !== null,
    commands: then - row,
    seconds: (trace.ts[then] - trace.ts[row]) / 1000,
    warmed,
  };
}

const warmOf = (found) => found.map((code) => (code === warm ? 1 : 0));
const shareWarm = (found) => mean(warmOf(found));
const mean = (list) => (list.length === 0 ? null : list.reduce((sum, value) => sum + value, 0) / list.length);
const spread = (list) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));

const percent = (list) => `${(mean(list) * 100).toFixed(0)} ± ${(spread(list) * 100).toFixed(0)} %`;
const plain = (list) => `${mean(list).toFixed(0)} ± ${spread(list).toFixed(0)}`;

function linesOf({ trace, rows, components, footprintBytes, usual, results }) {
  const lines = [
    '',
    `${trace}: ${rows} rows, ${components} components of ${Math.round(footprintBytes / 2 ** 20)} MB; warm in the second half ` +
      `without a restart: foreload ${(usual.foreload * 100).toFixed(1)} %, LRU ${(usual.lru * 100).toFixed(1)} %`,
    '| restart | what is kept | warm of the first 10 | 50 | 200 (usual) | commands to 90 % warm | seconds | warmed: used, unused |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const kind of ['pause', 'crash']) {
    for (const { name } of variants) {
      const of = results.filter((result) => result.kind === kind && result.variant === name);
      const all = (field) => of.map((result) => result[field]);
      const missed = of.filter(({ reached }) => !reached).length;
      const used = of.map(({ warmed }) => warmed.timely + warmed.late);
      const unused = of.map(({ warmed }) => warmed.begun - warmed.timely - warmed.late);
      const cells = [
        kind,
        name,
        percent(all('first10')),
        percent(all('first50')),
        `${percent(all('first200'))} (${percent(all('usual200'))})`,
        `${plain(all('commands'))}${missed > 0 ? `, ${missed} never` : ''}`,
        plain(all('seconds')),
        mean(used) + mean(unused) > 0 ? `${mean(used).toFixed(1)}, ${mean(unused).toFixed(1)}` : '',
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines;
}

const results = [];
for (const name of values.traces.split(',')) {
  const result = await measure(name);
  if (result) results.push(result);
}
print('warming', 1, results, results.flatMap(linesOf));
