// From a worker's `observe` to the engine having taken it up, by a port and by messages: commands a second when many
// come, and the time of one when none are waiting. On Linux also what the main thread ran for each: on a busy machine the
// clock on the wall says more of who else wanted a core.
import { existsSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { createForeload } from '../../dist/index.js';
import { quantile } from '../machine.mjs';

const many = 5000;
const single = 300;

/** Time that the main thread has run, in microseconds. */
const ran = () => (existsSync(schedstat) ? Number(readFileSync(schedstat, 'utf8').split(' ')[0]) / 1000 : Number.NaN);
const schedstat = '/proc/self/schedstat';

export async function telling(rounds) {
  const component = { loader: { load: () => 'loaded' }, size: '1MB' };
  const foreload = createForeload({ components: { a: component, b: component }, pressure: false, budget: '10MB' });
  const signal = new SharedArrayBuffer(8);
  const cells = new Int32Array(signal);
  const port = foreload.port();
  const worker = new Worker(new URL('teller.mjs', import.meta.url), { workerData: { port, signal } });
  port.of(worker);
  let taken = () => undefined;
  // Both ways end here.
  const observe = foreload.observe.bind(foreload);
  foreload.observe = (command) => {
    const observed = observe(command);
    taken();
    return observed;
  };
  let done = () => undefined;
  worker.on('message', (message) => {
    if (message.told) done(message.times);
    else foreload.observe(message);
  });

  const run = async (way, count, one) => {
    cells[0] = 0;
    const before = ran();
    const began = process.hrtime.bigint();
    const all = new Promise((resolve) => {
      taken = () => {
        if (Atomics.add(cells, 0, 1) + 1 === count) resolve();
      };
    });
    const times = new Promise((resolve) => {
      done = resolve;
    });
    worker.postMessage({ way, count, one });
    await all;
    const us = Number(process.hrtime.bigint() - began) / 1000 / count;
    const cpu = (ran() - before) / count;
    return { us, cpu, times: await times };
  };

  const results = { port: { us: [], cpu: [], times: [] }, messages: { us: [], cpu: [], times: [] } };
  for (let round = -1; round < rounds; round++) {
    for (const way of ['port', 'messages']) {
      const { us, cpu } = await run(way, many, false);
      const { times } = await run(way, single, true);
      if (round < 0) continue;
      results[way].us.push(us);
      results[way].cpu.push(cpu);
      results[way].times.push(...times);
    }
  }
  await worker.terminate();
  await foreload.close();
  const figures = ({ us, cpu, times }) => ({
    us: quantile(us, 0.5),
    cpu: quantile(cpu, 0.5),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  });
  return { port: figures(results.port), messages: figures(results.messages) };
}
