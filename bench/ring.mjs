// What a descriptor costs from one thread to another: the ring beside MessageChannel, ringbuf.js and, where g++ is there, the same
// queue and rigtorp's in C++; and a round trip beside piscina. What commands and calls cost by ring and by messages; and what scores
// of a catalogue cost with SIMD. Kinds take turns in one run; medians, and their ratios. Threads are pinned to two cores where `taskset`
// is there. The figures are of the machine they are printed on: on ARM64 too.
// Usage: npm run bench:ring [-- --json] [--rounds 9] [--items 400000]
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createRing } from '../dist/ring/open.js';
import { print, quantile } from './machine.mjs';
import { newBuffer } from './ring/ringbuf.mjs';
import { calls } from './ring/calls.mjs';
import { scoring } from './ring/simd.mjs';
import { roundTrips } from './ring/round-trip.mjs';
import { telling } from './ring/telling.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '9' },
    items: { type: 'string', default: '400000' },
  },
});
const rounds = Number(options.rounds);
const capacity = 1024;
const warmUps = 2;

/** Prepares what both sides get. */
const places = {
  'ring, one by one': () => ringPlace(),
  'ring on Atomics, one by one': () => ringPlace(),
  'ring, packed': () => ringPlace(),
  'ring on Atomics, packed': () => ringPlace(),
  'ringbuf.js, one by one': () => {
    const sab = newBuffer(capacity);
    return { send: [{ sab }, []], take: [{ sab }, []] };
  },
  'postMessage, an object each': () => channelPlace(),
  'postMessage, 64 transferred': () => channelPlace(),
};

function ringPlace() {
  const ring = createRing(capacity);
  ring.detach();
  return { send: [{ memory: ring.memory }, []], take: [{ memory: ring.memory }, []] };
}

function channelPlace() {
  const { port1, port2 } = new MessageChannel();
  return { send: [{ port: port1 }, [port1]], take: [{ port: port2 }, [port2]] };
}

/** Two threads for each way: what one way taught V8 does not slow another. They sleep while others run. */
const pairs = new Map();
let pinned = true;
for (const [way, place] of Object.entries(places)) {
  const signal = new SharedArrayBuffer(16);
  const at = place();
  const sides = ['send', 'take'].map((role) => {
    const [where, transferList] = at[role];
    const workerData = { signal, way, role, ...where };
    return new Worker(new URL('ring/side.mjs', import.meta.url), { workerData, transferList });
  });
  for (const [answer] of await Promise.all(sides.map((side) => once(side, 'message')))) pinned &&= answer.pinned;
  pairs.set(way, { sides, signal });
}
if (!pinned) process.stderr.write('threads are not pinned to cores (no taskset, or no right to it)\n');

async function throughput(way) {
  const items = way.startsWith('postMessage, an') ? Math.min(60_000, Number(options.items)) : Number(options.items);
  const { sides, signal } = pairs.get(way);
  new Int32Array(signal).fill(0);
  const answers = sides.map((side) => once(side, 'message'));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  for (const side of sides) side.postMessage({ items });
  const [, [{ ns, sum }]] = await Promise.all(answers);
  let expected = 0;
  for (let n = 0; n < items; n++) expected = (expected + 4 * n + 6) | 0;
  if (sum !== expected) throw new Error(`${way}: what came is not what was sent`);
  return ns / items;
}

const folder = mkdtempSync(join(tmpdir(), 'foreload-bench-'));
const native = join(folder, 'native');
const source = fileURLToPath(new URL('ring/native.cpp', import.meta.url));
const compiled = spawnSync('g++', ['-O3', '-std=c++17', '-pthread', source, '-o', native], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const others =
  compiled.status === 0
    ? { 'C++ Vyukov': 'v', 'C++ Vyukov, sequentially consistent as WASM is': 's', 'C++ turns (rigtorp)': 't' }
    : {};
if (compiled.status !== 0) process.stderr.write('skipped: no C++ compiler (g++)\n');

const times = new Map();
for (let round = 0; round < rounds + warmUps; round++) {
  process.stderr.write(`round ${round + 1} of ${rounds + warmUps}\r`);
  for (const way of Object.keys(places)) note(way, await throughput(way), round);
  for (const [way, flag] of Object.entries(others)) {
    note(way, Number(execFileSync(native, [flag, options.items], { encoding: 'utf8' })), round);
  }
}
function note(way, ns, round) {
  if (round < warmUps) return;
  times.set(way, [...(times.get(way) ?? []), ns]);
}
await Promise.all([...pairs.values()].flatMap(({ sides }) => sides.map((side) => side.terminate())));
rmSync(folder, { recursive: true });

const median = Object.fromEntries([...times].map(([way, all]) => [way, quantile(all, 0.5)]));
const trips = await roundTrips(rounds);
const told = await telling(rounds);
const scored = scoring(rounds);
const called = await calls(rounds);
const ratio = (a, b, aim, most = false) => {
  if (median[a] === undefined || median[b] === undefined) return null;
  return { of: `${a} / ${b}`, ratio: median[a] / median[b], aim, most };
};
const ratios = [
  ratio('postMessage, an object each', 'ring, one by one', 30),
  ratio('postMessage, 64 transferred', 'ring, packed', 4),
  ratio('ringbuf.js, one by one', 'ring, one by one', 2.5),
  ratio('ring, one by one', 'C++ Vyukov', 1.15, true),
  ratio('ring, one by one', 'C++ Vyukov, sequentially consistent as WASM is', 1.15, true),
  ratio('ring, one by one', 'C++ turns (rigtorp)', 1.1, true),
  { of: 'round trip: piscina / ring', ratio: trips.piscina.p50 / trips.ring.p50, aim: 1.5, most: false },
  { of: 'scoring 1,000 x 64: plain loop / SIMD', ratio: scored.plain / scored.wasm, aim: 10, most: false },
  { of: 'scoring 1,000 x 64: four sums / SIMD', ratio: scored['four sums'] / scored.wasm, aim: 6, most: false },
].filter((one) => one !== null);

print('ring', 1, { pinned, ns: median, trips, told, scored, called, ratios }, [
  `ns a descriptor of 16 bytes, median of ${rounds} rounds, one thread to another:`,
  ...Object.entries(median).map(([way, ns]) => `${way.padEnd(46)} ${ns.toFixed(1)}`),
  '',
  ...ratios.map(
    ({ of, ratio: value, aim, most }) =>
      `${of.padEnd(66)} ${value.toFixed(2)} (aim ${most ? 'at most' : 'at least'} ${aim})`,
  ),
  '',
  `round trip p50/p99 us: ring ${trips.ring.p50.toFixed(1)}/${trips.ring.p99.toFixed(1)}, piscina ${trips.piscina.p50.toFixed(1)}/${trips.piscina.p99.toFixed(1)}`,
  '',
  'commands from a worker until the engine has acted on them:',
  ...Object.entries(told).map(
    ([way, { us, cpu, p50, p99 }]) =>
      `${way.padEnd(10)} ${us.toFixed(1)} us each when many come, of which the main thread ran ${cpu.toFixed(1)}; one alone p50/p99 ${p50.toFixed(1)}/${p99.toFixed(1)} us`,
  ),
  '',
  'calls of a function of a worker component, until its answer:',
  ...Object.entries(called).map(
    ([way, { each, p50, p99 }]) =>
      `${way.padEnd(10)} ${each.toFixed(1)} us each when 64 are under way; one alone p50/p99 ${p50.toFixed(1)}/${p99.toFixed(1)} us`,
  ),
]);
