// What loading ahead costs those who are served meanwhile: how late timers come (99th percentile) and the response of warm
// demands (95th), while heavy components load in workers, modules in processes of their own, or programs, beside the same
// process when nothing loads. Rounds without loads, with polite loads, with loads that are not, and with loads that another
// process makes on the other cores (what no host can be without: the caches and the memory bus are shared) are interleaved.
// What loads is bench/politeness/heavy.mjs, anew each time, three at once. One request every 10 ms has
// a component in a worker compute for about a millisecond. `--ballast` makes the host as large as one that holds models.
// Bars: delay at most 1.5 times that of idle, response at most 5 % above.
// Usage: npm run bench:politeness [-- --rounds 6] [--seconds 4] [--kinds worker,module,program] [--ballast MB] [--json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createForeload } from '../dist/index.js';
import { childProcess } from '../dist/loaders/child-process.js';
import { confinement } from '../dist/loaders/cores.js';
import { whenLine } from '../dist/loaders/readiness.js';
import { worker } from '../dist/loaders/worker.js';
import { print, quantile } from './machine.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '4' },
    kinds: { type: 'string', default: 'worker,module,program' },
    ballast: { type: 'string', default: '0' },
    json: { type: 'boolean' },
  },
});
const rounds = Number(values.rounds);
const lasts = Number(values.seconds) * 1000;
// Touched, so that it is resident.
globalThis.ballast = Buffer.alloc(Number(values.ballast) * 1e6, 1);
const heavy = new URL('politeness/heavy.mjs', import.meta.url);
const served = worker({ module: new URL('politeness/served.mjs', import.meta.url) });

const loaders = {
  worker: () => worker({ module: heavy }),
  module: () => worker({ module: heavy, runtime: 'child_process' }),
  program: () =>
    childProcess({
      command: process.execPath,
      args: [heavy.pathname, '--stay'],
      ready: whenLine(/ready/),
      graceMs: 100,
    }),
};

/** What starts a program where polite ones run. */
const aside = ['nice', '-n', '10', ...(confinement()?.start({ command: process.execPath }) ?? [])];

const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];

const results = {};
for (const kind of values.kinds.split(',')) {
  const all = { idle: [], polite: [], impolite: [], elsewhere: [] };
  for (let round = 0; round < rounds; round++) {
    for (const mode of rotated(Object.keys(all), round)) {
      all[mode].push(await measured(kind, mode));
      process.stderr.write(`${kind}, round ${round + 1}, ${mode}: ${JSON.stringify(all[mode].at(-1))}\n`);
    }
  }
  results[kind] = Object.fromEntries(Object.entries(all).map(([mode, list]) => [mode, summary(list)]));
}
print('politeness', null, results, Object.entries(results).flatMap(linesOf));

/** One Foreload, one kind of load: what timers and requests measured, in ms. */
async function measured(kind, mode) {
  const components = { served: { loader: served, size: '20MB' } };
  for (let nth = 0; nth < 3; nth++) components[`heavy${nth}`] = { loader: loaders[kind](), size: '100MB' };
  const foreload = createForeload({ components, polite: mode === 'polite', pressure: false, warming: false });
  const lease = await foreload.acquire('served');
  await lease.value.call('work');
  const other = mode === 'elsewhere' ? await loadingElsewhere() : undefined;
  const end = performance.now() + lasts;
  let loads = 0;
  foreload.events.on('notice', (notice) => {
    if (notice.kind === 'load-ended') loads++;
  });
  const preloading = (async () => {
    if (mode === 'idle' || mode === 'elsewhere') return;
    while (performance.now() < end) {
      for (const { id, state } of foreload.status().components) {
        if (id === 'served') continue;
        if (state === 'warm') foreload.unload(id);
        if (state === 'cold') foreload.schedulePreload(id, 'immediate');
      }
      await delay(20);
    }
  })();
  const lateness = looks(end);
  const responses = [];
  for (let due = performance.now(); performance.now() < end; due = Math.max(due + 10, performance.now())) {
    await delay(Math.max(0, due - performance.now()));
    const began = performance.now();
    const warm = await foreload.acquire('served');
    await warm.value.call('work');
    responses.push(performance.now() - began);
    warm.release();
  }
  await preloading;
  if (other) loads = await other.end();
  const late = await lateness;
  lease.release();
  await foreload.close();
  return { late: quantile(late, 0.99), response: quantile(responses, 0.95), loads };
}

/** Another process that loads the same programs; `end` resolves to how many. */
async function loadingElsewhere() {
  const [command, ...args] = [
    ...aside,
    process.execPath,
    new URL('politeness/elsewhere.mjs', import.meta.url).pathname,
  ];
  const other = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  other.stdout.on('data', (chunk) => (told += chunk));
  await once(other, 'spawn');
  return {
    end: async () => {
      other.kill();
      await once(other, 'close');
      return told.split('\n').length - 1;
    },
  };
}

/** How late each look at the event loop comes, one every 5 ms. */
async function looks(end) {
  const late = [];
  while (performance.now() < end) {
    const due = performance.now() + 5;
    await delay(5);
    late.push(Math.max(0, performance.now() - due));
  }
  return late;
}

function summary(list) {
  const median = (of) => quantile(list.map(of), 0.5);
  return {
    lateP99Ms: median(({ late }) => late),
    responseP95Ms: median(({ response }) => response),
    loads: list.reduce((sum, { loads }) => sum + loads, 0),
    rounds: list,
  };
}

function linesOf([kind, { idle, polite, impolite, elsewhere }]) {
  const line = (name, { lateP99Ms, responseP95Ms, loads }) =>
    `  ${name.padEnd(9)} event loop p99 ${lateP99Ms.toFixed(2)} ms (${(lateP99Ms / idle.lateP99Ms).toFixed(2)} x idle), ` +
    `response p95 ${responseP95Ms.toFixed(2)} ms (${((responseP95Ms / idle.responseP95Ms - 1) * 100).toFixed(1)} %), ${loads} loads`;
  return [
    `${kind}, median of ${rounds} rounds of ${lasts / 1000} s`,
    line('idle', idle),
    line('polite', polite),
    line('impolite', impolite),
    line('elsewhere', elsewhere),
  ];
}
