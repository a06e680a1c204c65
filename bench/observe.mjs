// What one command costs its caller: `observe` with a text, and the look ahead after it was served, in microseconds.
// The stream is made up (seeded): users walk through 100 or 1,000 components, mostly along habits. Loads are instant.
// Usage: npm run bench:observe [-- --json]
import { performance } from 'node:perf_hooks';
import { createForeload } from '../dist/index.js';
import { seededRng } from '../dist/time/clock.js';
import { print, quantile } from './machine.mjs';

const seed = 1;
const commands = 12_000;
const warmUp = 2_000;

async function measure(count) {
  const rng = seededRng(seed);
  const components = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`c${i}`, { loader: { load: () => i + 1 }, size: '1MB' }]),
  );
  const foreload = createForeload({ components, budget: `${Math.round(count / 4)}MB`, pressure: false });
  const observe = [];
  const served = [];
  const at = new Map();
  for (let n = 0; n < commands; n++) {
    const user = `u${Math.floor(rng.next() * 20)}`;
    const last = at.get(user) ?? 0;
    const next = rng.next() < 0.7 ? (last * 7 + 3) % count : Math.floor(rng.next() ** 2 * count);
    at.set(user, next);
    const begin = performance.now();
    const command = foreload.observe({ text: `please open item ${next % 37} of group ${next % 11}`, user });
    const observed = performance.now();
    const lease = await command.acquire(`c${next}`);
    const release = performance.now();
    lease.release();
    const end = performance.now();
    if (n < warmUp) continue;
    observe.push((observed - begin) * 1000);
    served.push((end - release) * 1000);
  }
  await foreload.close();
  const of = (values) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) });
  return { components: count, observeMicros: of(observe), servedMicros: of(served) };
}

const results = [await measure(100), await measure(1000)];
const row = ({ components, observeMicros: o, servedMicros: s }) =>
  `${String(components).padStart(5)} components: observe p50 ${o.p50.toFixed(0)} us, p99 ${o.p99.toFixed(0)} us; ` +
  `release and look ahead p50 ${s.p50.toFixed(0)} us, p99 ${s.p99.toFixed(0)} us`;
print('observe', seed, results, results.map(row));
