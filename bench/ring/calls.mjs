// A call of a function of a worker component and its answer: by messages, as the package does it, and by two rings.
import { Worker } from 'node:worker_threads';
import { worker } from '../../dist/loaders/worker.js';
import { createRing } from '../../dist/ring/open.js';
import { quantile } from '../machine.mjs';
import { push, receive } from './texts.mjs';

const alone = 500;
const together = 64;
const batches = 60;
const module = new URL('called.mjs', import.meta.url);

export async function calls(rounds) {
  const loader = worker({ module });
  const bridge = await loader.load({ id: 'called', signal: new AbortController().signal });
  const rings = [createRing(1024), createRing(1024)];
  const thread = new Worker(module, { workerData: { rings: rings.map(({ memory }) => memory) } });
  const waiting = new Map();
  void receive(rings[1], (text) => {
    const [id, value] = JSON.parse(text);
    waiting.get(id)(value);
    waiting.delete(id);
  });
  let last = 0;
  const ways = {
    messages: (name, ...args) => bridge.call(name, ...args),
    rings: (name, ...args) =>
      new Promise((resolve) => {
        waiting.set(++last, resolve);
        push(rings[0], JSON.stringify([last, name, args]));
      }),
  };
  const results = Object.fromEntries(Object.keys(ways).map((way) => [way, { times: [], each: [], cpu: [] }]));
  for (let round = -1; round < rounds; round++) {
    for (const [way, call] of Object.entries(ways)) {
      const times = [];
      for (let n = 0; n < alone; n++) {
        const began = process.hrtime.bigint();
        if ((await call('add', n, 1)) !== n + 1) throw new Error('a wrong answer');
        times.push(Number(process.hrtime.bigint() - began) / 1000);
      }
      const cpu = process.cpuUsage();
      const began = process.hrtime.bigint();
      for (let n = 0; n < batches; n++) {
        await Promise.all(Array.from({ length: together }, () => call('tell', 'what is told in a few words')));
      }
      if (round < 0) continue;
      const used = process.cpuUsage(cpu);
      results[way].times.push(...times);
      results[way].each.push(Number(process.hrtime.bigint() - began) / 1000 / together / batches);
      results[way].cpu.push((used.user + used.system) / together / batches);
    }
  }
  for (const ring of rings) ring.close();
  await thread.terminate();
  await bridge.stop();
  return Object.fromEntries(
    Object.entries(results).map(([way, { times, each, cpu }]) => [
      way,
      { p50: quantile(times, 0.5), p99: quantile(times, 0.99), each: quantile(each, 0.5), cpu: quantile(cpu, 0.5) },
    ]),
  );
}
