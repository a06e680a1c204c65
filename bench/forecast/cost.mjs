// Part `cost`: what learning from one command and forecasting the next three costs, on one thread, in microseconds.
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { heapBytes } from '../../dist/cli/heap.js';
import { seededRng } from '../../dist/time/clock.js';
import { quantile } from '../machine.mjs';
import { contestant, publishedNames } from './contestants.mjs';
import { npmPeers } from './npm-peers.mjs';
import { networkModel } from './onnx-network.mjs';
import { Sequential } from './sequential.mjs';
import { stream } from './stream.mjs';
import { table } from './tables.mjs';

const users = 20;
const listed = 5;
const warmUp = 10_000;
const window = 10_000;
const inputs = 64;

export async function* cost({ predictors, seed, commands, say }) {
  for (const components of [100, 1000]) {
    const named = (name) => [name, contestant(name)];
    const peers = Object.entries(npmPeers() ?? {});
    for (const [name, make] of [...predictors, 'order-2-mixed', ...publishedNames].map(named)) {
      say(`cost: ${name}, ${components} components`);
      // Only the product has to stay as quick as it began.
      yield { name, components, ...timed(make, components, seed, predictors.includes(name) ? commands : 0) };
    }
    for (const [name, make] of peers) {
      say(`cost: ${name}, ${components} components`);
      yield { name, components, ...timed(() => new Sequential(name, make()), components, seed, 0, 2000) };
    }
    say(`cost: network, ${components} components`);
    yield { name: 'network 256-128 (onnxruntime-node)', components, ...(await networkTimed(components, seed)) };
  }
}

/** @param until commands after which it is timed again; 0: not at all */
function timed(make, components, seed, until, begin = warmUp) {
  const before = heapBytes(null);
  const predictor = make();
  const events = stream({ users, components, seed });
  const first = timeWindow(predictor, events, begin, Math.min(window, begin));
  if (until <= 0) return { micros: first, bytes: heapBytes(predictor) - before };
  const last = timeWindow(predictor, events, Math.max(0, until - begin - 2 * window), window);
  return {
    micros: first,
    later: { commands: until, p50: last.p50, ratio: last.p50 / first.p50 },
    bytes: heapBytes(predictor) - before,
  };
}

function timeWindow(predictor, events, skip, size) {
  const micros = new Float64Array(size);
  let used;
  for (let command = -skip; command < size; command++) {
    if (command === 0) used = process.cpuUsage();
    const [user, component, now] = events.next().value;
    const begin = performance.now();
    predictor.command(user, now);
    predictor.demand(user, component, now);
    predictor.forecast(user, now, listed);
    if (command >= 0) micros[command] = (performance.now() - begin) * 1000;
  }
  const { user, system } = process.cpuUsage(used);
  return { p50: quantile(micros, 0.5), p99: quantile(micros, 0.99), cpu: (user + system) / size };
}

/** One run of a session, the features given: no learning. */
async function networkTimed(components, seed) {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const rng = seededRng(seed);
  const session = await InferenceSession.create(networkModel([inputs, 256, 128, components], rng), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const micros = [];
  for (let run = -1000; run < 5000; run++) {
    const values = Float32Array.from({ length: inputs }, () => rng.next());
    const begin = performance.now();
    const { output } = await session.run({ input: new Tensor('float32', values, [1, inputs]) });
    if (output.data.length !== components) throw new Error('the network gave something else');
    if (run >= 0) micros.push((performance.now() - begin) * 1000);
  }
  await session.release();
  return { micros: { p50: quantile(micros, 0.5), p99: quantile(micros, 0.99) } };
}

export function costLines(results) {
  const micros = (value) => (value === undefined ? '–' : value.toFixed(0));
  return [
    '',
    'learning from a command and forecasting the next three, µs',
    '',
    ...table(
      ['', 'components', 'p50', 'p99', 'mean of processor time', 'p50 later', 'ratio', 'MB'],
      results.map(({ name, components, micros: { p50, p99, cpu }, later, bytes }) => [
        name,
        components,
        micros(p50),
        micros(p99),
        micros(cpu),
        micros(later?.p50),
        later ? later.ratio.toFixed(2) : '–',
        bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(1),
      ]),
    ),
  ];
}
