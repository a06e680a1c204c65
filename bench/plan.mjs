// How long loads take together when they begin in the order of a plan, against proved optima: the mean and worst ratio of
// the makespan over all graphs and numbers of workers of the task graphs, beside Promise.all by level, a first-come ready list and plain critical path first.
// Then with load times known only to +-30 % (seeded): a plan's order kept, and planned anew at the end of every load.
// Data: a folder with optimal.csv (file,processors,optimal,...) and task graphs of the Standard Task Graph Set (Tobita & Kasahara 2002);
// the optima are those of github.com/thelonesailor/MSP. Rows without a proved optimum are left out.
// Usage: npm run bench:plan -- --data DIR [--json] [--effort 100000]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { linksFrom, turned } from '../dist/graph/links.js';
import { ListSchedule } from '../dist/graph/list-schedule.js';
import { chainsOf } from '../dist/graph/improve.js';
import { plan } from '../dist/graph/plan.js';
import { seededRng } from '../dist/time/clock.js';
import { print } from './machine.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.FORELOAD_DATA },
    effort: { type: 'string', default: '100000' },
    json: { type: 'boolean' },
  },
});
const seed = 1;
const error = 0.3;
const effort = Number(options.effort);
const folder = options.data ?? '';
if (!existsSync(join(folder, 'optimal.csv'))) {
  process.stderr.write(`bench:plan: no optimal.csv in ${folder || 'a folder'}; give --data DIR or FORELOAD_DATA\n`);
  process.exit(2);
}

/** Line 1 is n; then `id duration count predecessors...`, 0 and n + 1 being empty ends; `#` begins a comment. */
function readGraph(path) {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tasks = lines.slice(1);
  const dependencies = linksFrom(tasks.map(([, , count, ...before]) => before.slice(0, count)));
  return {
    dependencies,
    dependants: turned(dependencies),
    took: Float64Array.from(tasks, ([, took]) => took),
    bytes: new Float64Array(tasks.length),
    nameOf: String,
  };
}

const nodesOf = (loads) => [...loads.took.keys()];

/** The makespan when loads begin by rank, whenever a worker is free. */
function byRank(loads, workers, rank) {
  const work = { ...loads, workers, running: [], others: [], room: Number.POSITIVE_INFINITY };
  return new ListSchedule(work).run(rank);
}

const criticalPath = (loads, workers, known = loads.took) =>
  byRank(
    loads,
    workers,
    chainsOf({ ...loads, took: known }).map((chain) => -chain),
  );

/** What can begin waits in one queue, first come first served. */
function firstCome(loads, workers) {
  const missing = nodesOf(loads).map((node) => loads.dependencies.starts[node + 1] - loads.dependencies.starts[node]);
  const queue = nodesOf(loads).filter((node) => missing[node] === 0);
  const active = [];
  let now = 0;
  for (;;) {
    while (queue.length > 0 && active.length < workers) {
      const node = queue.shift();
      active.push({ node, end: now + loads.took[node] });
    }
    if (active.length === 0) return now;
    active.sort((a, b) => a.end - b.end);
    now = active[0].end;
    while (active.length > 0 && active[0].end === now) {
      for (const next of above(loads, active.shift().node)) if (--missing[next] === 0) queue.push(next);
    }
  }
}

const above = ({ dependants: { starts, ends } }, node) => ends.subarray(starts[node], starts[node + 1]);

/** `await Promise.all` of one level after the other, with so many workers in each. */
function byLevel(loads, workers) {
  const levels = new Int32Array(loads.took.length);
  // Tasks are numbered after what they wait for.
  for (const node of nodesOf(loads))
    for (const next of above(loads, node)) levels[next] = Math.max(levels[next], levels[node] + 1);
  let span = 0;
  for (let level = 0; level <= Math.max(...levels); level++) {
    const free = new Float64Array(workers);
    for (const node of nodesOf(loads)) {
      if (levels[node] !== level) continue;
      const first = free.indexOf(Math.min(...free));
      free[first] += loads.took[node];
    }
    span += Math.max(...free);
  }
  return span;
}

/** Plans with estimates, and again whenever a load has ended; each load then takes as long as it really does. */
function replanned(loads, workers, known, effort) {
  const warm = [];
  const active = new Map();
  let now = 0;
  while (warm.length < loads.took.length) {
    const running = [...active].map(([node, start]) => ({
      node,
      // What is late is taken to be nearly there.
      remaining: Math.max(known[node] - (now - start), 0.05 * known[node]),
    }));
    const { order, starts } = plan(
      { ...loads, took: known },
      { targets: nodesOf(loads), warm, running, workers, effort },
    );
    for (let at = 0; at < order.length && active.size < workers; at++) {
      if (starts[at] === 0 && !active.has(order[at])) active.set(order[at], now);
    }
    const end = Math.min(...[...active].map(([node, start]) => start + loads.took[node]));
    now = end;
    for (const [node, start] of active) {
      if (start + loads.took[node] > end) continue;
      active.delete(node);
      warm.push(node);
    }
  }
  return now;
}

const rng = seededRng(seed);
const methods = {
  'Promise.all by level': (loads, workers) => byLevel(loads, workers),
  'first come, first served': (loads, workers) => firstCome(loads, workers),
  'critical path first': (loads, workers) => criticalPath(loads, workers),
  plan: (loads, workers) => plan(loads, { targets: nodesOf(loads), workers, effort }).makespan,
  '+-30 %: critical path first': (loads, workers, known) => criticalPath(loads, workers, known),
  '+-30 %: order of one plan': (loads, workers, known) => {
    const { order, starts } = plan({ ...loads, took: known }, { targets: nodesOf(loads), workers, effort });
    const rank = new Float64Array(order.length);
    order.forEach((node, at) => {
      rank[node] = starts[at] + at * 1e-9;
    });
    return byRank(loads, workers, rank);
  },
  '+-30 %: planned anew at each end': (loads, workers, known) => replanned(loads, workers, known, effort / 50),
};

const rows = readFileSync(join(folder, 'optimal.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter(([, , optimal]) => optimal !== '');
const graphs = new Map();
const found = Object.fromEntries(Object.keys(methods).map((name) => [name, { ratios: [], ms: [] }]));
for (const [file, processors, optimal] of rows) {
  if (!graphs.has(file)) graphs.set(file, readGraph(join(folder, file)));
  const loads = graphs.get(file);
  const known = loads.took.map((took) => took * (1 + error * (2 * rng.next() - 1)));
  for (const [name, method] of Object.entries(methods)) {
    const before = process.cpuUsage();
    found[name].ratios.push(method(loads, Number(processors), known) / Number(optimal));
    const { user, system } = process.cpuUsage(before);
    found[name].ms.push((user + system) / 1000);
  }
}

const results = Object.fromEntries(
  Object.entries(found).map(([name, { ratios, ms }]) => [
    name,
    {
      mean: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
      worst: Math.max(...ratios),
      optimal: ratios.filter((ratio) => ratio === 1).length,
      rows: ratios.length,
      msMean: ms.reduce((sum, value) => sum + value, 0) / ms.length,
      msWorst: Math.max(...ms),
    },
  ]),
);
const lines = Object.entries(results).map(([name, { mean, worst, optimal, rows, msMean, msWorst }]) =>
  [
    name.padEnd(34),
    mean.toFixed(5),
    worst.toFixed(4),
    `${optimal}/${rows}`.padStart(8),
    `${msMean.toFixed(2)} ms`.padStart(10),
    `${msWorst.toFixed(1)} ms`.padStart(10),
  ].join('  '),
);
print('plan', seed, results, [
  `${'makespan / proved optimum'.padEnd(34)}  mean     worst    optimal    CPU mean      worst`,
  ...lines,
]);
