// What a lease costs its caller: `acquire` and `release` of a warm component, in microseconds, beside a pool (generic-pool) and a cache
// that joins fetches (lru-cache) in the same run; and how many loads 10,000 demands at once cause.
// Bars: p50 <= 2 us; one load. Rounds of the contestants alternate, and the median of the rounds' quantiles is told.
// Usage: npm run bench:leases [-- --json]
import { performance } from 'node:perf_hooks';
import { createPool } from 'generic-pool';
import { LRUCache } from 'lru-cache';
import { createForeload } from '../dist/index.js';
import { print, quantile } from './machine.mjs';

const rounds = 7;
const pairs = 100_000;
const demands = 10_000;
const bars = { p50: 2, loads: 1 };

/** How long each of many turns takes, in us, the reading of the clock included. */
async function timed(turn) {
  const times = new Float64Array(pairs);
  for (let n = 0; n < pairs; n++) {
    const begin = performance.now();
    await turn();
    times[n] = (performance.now() - begin) * 1000;
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

function foreloadWith(options = {}, load = () => ({})) {
  return createForeload({ components: { one: { loader: { load }, size: '1MB' } }, pressure: false, ...options });
}

async function leases(options) {
  const foreload = foreloadWith(options);
  const command = foreload.observe({ text: 'use one' });
  const turn = async () => (await command.acquire('one')).release();
  await turn();
  return { turn, close: () => foreload.close() };
}

async function pool() {
  const resources = createPool({ create: async () => ({}), destroy: async () => {} }, { min: 1, max: 1 });
  const turn = async () => resources.release(await resources.acquire());
  await turn();
  return { turn, close: () => resources.drain().then(() => resources.clear()) };
}

async function cache() {
  const values = new LRUCache({ max: 10, fetchMethod: async () => ({}) });
  const turn = () => values.fetch('one');
  await turn();
  return { turn, close: async () => values.clear() };
}

const contestants = {
  empty: async () => ({ turn: async () => {}, close: async () => {} }),
  foreload: () => leases(),
  'foreload, every place written down': () => leases({ traceLeases: true }),
  'generic-pool': pool,
  'lru-cache fetch': cache,
};

/** Demands of a cold component, all at once: loads that begin, and ms until the last has its lease. */
async function joined(demand) {
  let loads = 0;
  const load = async () => {
    loads++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return {};
  };
  const begin = performance.now();
  await demand(load);
  return { loads, ms: performance.now() - begin };
}

async function joinedLeases(load) {
  const foreload = foreloadWith({}, load);
  const taken = await Promise.all(Array.from({ length: demands }, () => foreload.acquire('one')));
  for (const lease of taken) lease.release();
  await foreload.close();
}

async function joinedFetches(load) {
  const values = new LRUCache({ max: 10, fetchMethod: load });
  await Promise.all(Array.from({ length: demands }, () => values.fetch('one')));
}

const results = {};
for (let round = 0; round < rounds; round++) {
  for (const [name, make] of Object.entries(contestants)) {
    const { turn, close } = await make();
    (results[name] ??= []).push(await timed(turn));
    await close();
  }
}
const warm = Object.fromEntries(
  Object.entries(results).map(([name, all]) => {
    const median = (key) =>
      quantile(
        all.map((one) => one[key]),
        0.5,
      );
    return [name, { p50: median('p50'), p99: median('p99'), best: Math.min(...all.map(({ p50 }) => p50)) }];
  }),
);
const together = { foreload: await joined(joinedLeases), 'lru-cache fetch': await joined(joinedFetches) };

const us = (value) => value.toFixed(2).padStart(6);
const ratio = (name) => (warm[name].p50 / warm.foreload.p50).toFixed(2);
const met = (holds) => (holds ? 'met' : 'MISSED');
print('leases', 1, { warm, together, bars }, [
  `acquire + release of a warm component, us, ${pairs} pairs x ${rounds} rounds: median p50, best p50, median p99`,
  ...Object.entries(warm).map(
    ([name, { p50, best, p99 }]) =>
      `  ${name.padEnd(36)} ${us(p50)} ${us(best)} ${us(p99)}  x ${ratio(name)} of foreload`,
  ),
  `  bar: p50 of foreload <= ${bars.p50} us: ${met(warm.foreload.p50 <= bars.p50)}`,
  `${demands} demands of a cold component at once (its load takes 20 ms): loads, ms`,
  ...Object.entries(together).map(([name, { loads, ms }]) => `  ${name.padEnd(36)} ${loads} load, ${ms.toFixed(0)} ms`),
  `  bar: one load: ${met(together.foreload.loads === bars.loads)}`,
]);
