// `npm run bench:weights -- --data DIR`: learns the weights that a new blend begins with, and writes them to
// src/predict/blend/packed-weights.ts. The parts of traces that are used here are left out where figures are reported:
// ABB rows 70,001-140,000, Purdue rows 45,001-110,000, MSNBC rows 80,001-180,000, the first half of Alibaba's, SGD's
// development part, the first 3,500 of CLINC150's training part and SLURP's development part.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Blend } from '../dist/predict/blend/blend.js';
import { packWeights } from '../dist/predict/blend/starting-weights.js';
import { at, levels, Weights } from '../dist/predict/blend/weights.js';
import { needsOf } from '../dist/replay/needs.js';
import { seededRng } from '../dist/time/clock.js';
import { readTrace } from '../dist/trace/read-trace.js';
import { tracePath } from './data.mjs';

const passes = 3;
const pace = { weights: 0.08, gains: 0.003, leanings: 0.05 };
const lastPace = { ...pace, weights: 0.04 };
const rng = seededRng(12_345);

const needs = async (name, dots = false) => {
  const path = tracePath(name);
  if (!path) process.exit(1);
  const all = [...needsOf(await readTrace(path))].filter(({ component }) => component !== null);
  return dots ? all.filter(({ component }) => component.includes('.')) : all;
};
const rows = (list, from, to) => list.filter(({ row }) => row >= from && row < to);
/** Pieces of `size` needs, one begun every `every`: what a new installation meets. */
const pieces = (list, size, every) =>
  Array.from({ length: Math.max(0, Math.ceil((list.length - size + 1) / every)) }, (_, i) =>
    list.slice(i * every, i * every + size),
  );
/** The needs of whole users in random order, half a minute apart: their order in the source means nothing. */
function shuffled(list, size) {
  const users = [...grouped(list)];
  for (let i = users.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [users[i], users[j]] = [users[j], users[i]];
  }
  return users
    .flat()
    .slice(0, size)
    .map((need, i) => ({ ...need, now: 1_577_836_800_000 + i * 30_000 }));
}
function grouped(list) {
  const users = new Map();
  for (const need of list) if (!users.get(need.user)?.push(need)) users.set(need.user, [need]);
  return users.values();
}

const abb = await needs('abb-vs');
const unix = await needs('unix-purdue');
const msnbc = await needs('msnbc');
const alibaba = await needs('alibaba-genai-2026').then((all) => all.slice(0, all.length / 2));
const sgd = await needs('sgd-dev');
const methods = await needs('sgd-dev', true);

const long = [
  rows(abb, 70_000, 120_000),
  rows(unix, 60_000, 100_000),
  methods.slice(0, 8000),
  sgd.slice(0, 12_000),
  rows(msnbc, 80_000, 110_000),
  alibaba,
  shuffled(methods, 8000),
];
const short = [
  ...pieces(rows(abb, 120_000, 140_000), 1500, 4000),
  ...pieces(rows(unix, 45_000, 60_000), 1500, 3000),
  ...pieces(rows(unix, 100_000, 110_000), 1500, 3000),
  ...pieces(methods, 1000, 3000),
  ...pieces(sgd, 800, 4000),
  ...pieces(alibaba, 1500, 4000),
  ...pieces(rows(msnbc, 110_000, 130_000), 1500, 6000),
  ...Array.from({ length: 6 }, (_, i) => shuffled(i % 2 ? methods : sgd, 1200)),
  ...Array.from({ length: 4 }, () => shuffled(rows(msnbc, 110_000, 180_000), 1500)),
];
const told = [
  (await needs('clinc150-train')).slice(0, 3500),
  await needs('slurp-devel'),
  methods.slice(0, 3000),
  sgd.slice(2000, 5000),
  ...[2500, 600, 600].flatMap((size) => [shuffled(methods, size), shuffled(sgd, size)]),
];

const weights = [1, 2, 3].map(() => new Weights());
for (const { values } of weights) {
  // A text's or a model's own probability is believed from the start, about.
  for (let level = 0; level < levels; level++) values[at.text + level] = values[at.advice + level] = -0.15 * level;
}

function live(list, withText, blend) {
  blend.register(
    [...new Set(list.map(({ component }) => component))].toSorted((a, b) => (a < b ? -1 : 1)).map((id) => ({ id })),
  );
  for (const { user, component, now, text } of list) {
    blend.command(user, now);
    if (withText && text) blend.text(user, text);
    blend.demand(user, component, now);
  }
}

for (let pass = 1; pass <= passes; pass++) {
  process.stderr.write(`pass ${pass} of ${passes}\n`);
  const make = () => new Blend({ weights, pace: pass === passes ? lastPace : pace });
  for (const list of told) live(list, true, make());
  const all = [...short, ...short];
  const gap = Math.ceil(all.length / long.length);
  for (let i = 0; i < all.length; i++) {
    live(all[(i * 7) % all.length], false, make());
    if (i % gap === 0 && long[i / gap]) live(long[i / gap], false, make());
  }
}

const lines = weights
  .map(packWeights)
  .map(({ values, gains }) => `  {\n    values:\n      '${values}',\n    gains:\n      '${gains}',\n  },\n`);
writeFileSync(
  fileURLToPath(new URL('../src/predict/blend/packed-weights.ts', import.meta.url)),
  `/** Written by \`npm run bench:weights\`; see there. By step. */\nexport const packed: readonly { readonly values: string; readonly gains: string }[] = [\n${lines.join('')}];\n`,
);
