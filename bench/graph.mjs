// What a large graph costs, in ms of CPU time: building it from the names of its nodes, putting dependencies first, finding its
// strongly connected parts. 100,000 nodes and 500,000 random edges without circles (seeded), beside graphology in the same run,
// in turn; medians of the rounds. With --data DIR also all of a package graph (debian-packages.jsonl.gz, from Debian's index:
// one {name, dependsOn, conflictsWith, sizeKb} a line): every closure, every circle, every conflict.
// Usage: npm run bench:graph [-- --data DIR] [--json] [--nodes 100000] [--edges 500000] [--rounds 3]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import graphology from 'graphology';
import graphologyComponents from 'graphology-components';
import graphologyDag from 'graphology-dag';
import { cycleIn } from '../dist/graph/cycles.js';
import { dependenciesFirst, linksFrom, linksOf, Reach, turned } from '../dist/graph/links.js';
import { plan } from '../dist/graph/plan.js';
import { strongParts } from '../dist/graph/strong-parts.js';
import { seededRng } from '../dist/time/clock.js';
import { print, quantile } from './machine.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.FORELOAD_DATA },
    nodes: { type: 'string', default: '100000' },
    edges: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean' },
  },
});
const seed = 1;
const count = Number(options.nodes);

/** Names, and pairs of names: each node needs some that come before it, no pair twice. */
function randomGraph() {
  const rng = seededRng(seed);
  const names = Array.from({ length: count }, (_, node) => `component-${node}`);
  const seen = new Set();
  const pairs = [];
  while (pairs.length < Number(options.edges)) {
    const tail = 1 + Math.floor(rng.next() * (count - 1));
    const head = Math.floor(rng.next() * tail);
    if (seen.has(tail * count + head)) continue;
    seen.add(tail * count + head);
    pairs.push([names[tail], names[head]]);
  }
  return { names, pairs };
}

function cpu(run) {
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: (user + system) / 1000 };
}

const contestants = {
  foreload: {
    build: ({ names, pairs }) => {
      const numberOf = new Map();
      for (let node = 0; node < names.length; node++) numberOf.set(names[node], node);
      const tails = new Int32Array(pairs.length);
      const heads = new Int32Array(pairs.length);
      for (let edge = 0; edge < pairs.length; edge++) {
        tails[edge] = numberOf.get(pairs[edge][0]);
        heads[edge] = numberOf.get(pairs[edge][1]);
      }
      const dependencies = linksOf(names.length, tails, heads);
      return { dependencies, dependants: turned(dependencies) };
    },
    sort: ({ dependencies, dependants }) => dependenciesFirst(dependencies, dependants).length,
    parts: ({ dependencies }) => strongParts(dependencies).count,
  },
  graphology: {
    build: ({ names, pairs }) => {
      const graph = new graphology.DirectedGraph();
      for (const name of names) graph.addNode(name);
      for (const [tail, head] of pairs) graph.addEdge(tail, head);
      return graph;
    },
    sort: (graph) => graphologyDag.topologicalSort(graph).length,
    parts: (graph) => graphologyComponents.stronglyConnectedComponents(graph).length,
  },
};

function races() {
  const input = randomGraph();
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, { build: [], sort: [], parts: [] }]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, { build, sort, parts }] of Object.entries(contestants)) {
      const built = cpu(() => build(input));
      const sorted = cpu(() => sort(built.value));
      const found = cpu(() => parts(built.value));
      if (sorted.value !== count || found.value !== count) throw new Error(`${name} is wrong about the graph`);
      times[name].build.push(built.ms);
      times[name].sort.push(sorted.ms);
      times[name].parts.push(found.ms);
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, steps]) => {
      const [build, sort, parts] = [steps.build, steps.sort, steps.parts].map((values) => quantile(values, 0.5));
      return [name, { build, sort, parts, all: build + sort + parts }];
    }),
  );
}

/** Everything there is to find in a package graph. */
function packages(path) {
  const parsed = cpu(() =>
    gunzipSync(readFileSync(path))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  const rows = parsed.value;
  const built = cpu(() => {
    const numberOf = new Map(rows.map(({ name }, node) => [name, node]));
    const known = (names) => names.flatMap((name) => numberOf.get(name) ?? []);
    const edges = rows.map(({ dependsOn }) => known(dependsOn));
    const conflicts = rows.map(() => new Set());
    rows.forEach(({ conflictsWith }, node) => {
      for (const other of known(conflictsWith)) {
        if (other === node) continue;
        conflicts[node].add(other);
        conflicts[other].add(node);
      }
    });
    return { edges, conflicts, links: linksFrom(edges) };
  });
  const { edges, conflicts, links } = built.value;
  const sorted = cpu(() => strongParts(links));
  const circles = cpu(() => cycleIn(edges));
  const sizes = new Int32Array(rows.length);
  const closures = cpu(() => {
    const reach = new Reach(links);
    for (let node = 0; node < rows.length; node++) sizes[node] = reach.from([node]).length;
  });
  const partSizes = new Int32Array(sorted.value.count);
  for (const part of sorted.value.partOf) partSizes[part]++;
  const torn = new Map();
  const inside = cpu(() => {
    const reach = new Reach(links);
    for (let node = 0; node < rows.length; node++) {
      let pairs = 0;
      for (const member of reach.from([node])) for (const other of conflicts[member]) if (reach.has(other)) pairs++;
      if (pairs > 0) torn.set(node, pairs / 2);
    }
  });
  const nameOf = (node) => rows[node].name;
  const largest = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b).slice(0, 5);
  const reach = new Reach(links);
  return {
    packages: rows.length,
    edges: links.ends.length,
    ms: {
      parse: parsed.ms,
      build: built.ms,
      parts: sorted.ms,
      cycles: circles.ms,
      closures: closures.ms,
      conflictsInside: inside.ms,
    },
    closure: {
      mean: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
      median: quantile(sizes, 0.5),
      p99: quantile(sizes, 0.99),
    },
    largest: largest.map((node) => ({
      name: nameOf(node),
      closure: sizes[node],
      megabytes: Math.round(reach.from([node]).reduce((sum, member) => sum + rows[member].sizeKb, 0) / 1024),
      conflictPairs: torn.get(node) ?? 0,
    })),
    circularParts: partSizes.filter((size) => size > 1).length,
    inCircles: partSizes.filter((size) => size > 1).reduce((sum, size) => sum + size, 0),
    largestPart: partSizes.reduce((most, size) => Math.max(most, size), 0),
    cycles: circles.value.map((cycle) => [...cycle, cycle[0]].map(nameOf).join(' -> ')),
    conflicts: conflicts.flatMap((others, node) =>
      [...others].filter((other) => other > node).map((other) => [nameOf(node), nameOf(other)]),
    ),
    needBothOfAConflict: torn.size,
  };
}

/** A plan of every load of the same graph, on nine workers: the first pass takes all the effort there is. */
function planAll() {
  const { dependencies, dependants } = contestants.foreload.build(randomGraph());
  const rng = seededRng(seed + 1);
  const took = Float64Array.from({ length: count }, () => 1 + Math.floor(rng.next() * 100));
  const loads = { dependencies, dependants, took, bytes: new Float64Array(count), nameOf: String };
  const { value, ms } = cpu(() => plan(loads, { targets: took.keys(), workers: 9 }));
  return { ms, ratio: value.makespan / Math.max(value.total / 9, 1) };
}

const race = races();
const planned = planAll();
const times = race.graphology.all / race.foreload.all;
const lines = [
  `${count} nodes, ${options.edges} edges; ms of CPU, median of ${options.rounds}`.padEnd(48) +
    '  build   sort  parts    all',
  ...Object.entries(race).map(([name, { build, sort, parts, all }]) =>
    [name.padEnd(48), ...[build, sort, parts, all].map((ms) => ms.toFixed(0).padStart(5))].join('  '),
  ),
  `${times.toFixed(1)} times as fast`,
  `plan of all loads on 9 workers: ${planned.ms.toFixed(0)} ms, ${planned.ratio.toFixed(4)} x the work shared evenly`,
];
const path = join(options.data ?? '', 'debian-packages.jsonl.gz');
const debian = options.data !== undefined && existsSync(path) ? packages(path) : null;
if (debian) {
  const { ms, closure, largest, cycles, conflicts } = debian;
  lines.push(
    '',
    `${debian.packages} packages, ${debian.edges} dependencies; ms of CPU: ${Object.entries(ms)
      .map(([step, value]) => `${step} ${value.toFixed(0)}`)
      .join(', ')}`,
    `closures: mean ${closure.mean.toFixed(1)}, median ${closure.median}, p99 ${closure.p99}; the largest:`,
    ...largest.map(
      ({ name, closure, megabytes, conflictPairs }) =>
        `  ${name.padEnd(24)} ${closure} packages, ${megabytes} MB, ${conflictPairs} conflicts inside`,
    ),
    `${debian.circularParts} circular parts of ${debian.inCircles} packages, the largest of ${debian.largestPart}: a cycle through each`,
    ...cycles.map((cycle) => `  ${cycle}`),
    `${conflicts.length} pairs conflict; ${debian.needBothOfAConflict} packages need both of a pair (all pairs: --json)`,
  );
} else process.stderr.write('skipped: no debian-packages.jsonl.gz; give --data DIR\n');
print('graph', seed, { race, timesAsFast: times, plan: planned, debian }, lines);
