// A question to a thread that sleeps, and its answer on the event loop: two rings and `Atomics.waitAsync`, beside piscina.
import { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { createRing } from '../../dist/ring/open.js';
import { moreToCome } from '../../dist/ring/waiting.js';
import { quantile } from '../machine.mjs';

const trips = 400;

export async function roundTrips(rounds) {
  const [out, back] = [createRing(64), createRing(64)];
  const echo = new Worker(new URL('echo.mjs', import.meta.url), { workerData: { out: out.memory, back: back.memory } });
  const pool = new Piscina({ filename: new URL('task.mjs', import.meta.url).href, minThreads: 1, maxThreads: 1 });
  const into = new Int32Array(28);
  const byRing = async (n) => {
    out.tryPush(n, 0, 0, 0);
    while (back.popMany(into, 1) === 0) await moreToCome(back.memory);
  };
  const ring = [];
  const piscina = [];
  for (let round = -1; round < rounds; round++) {
    for (const [ask, times] of [
      [byRing, ring],
      [(n) => pool.run(n), piscina],
    ]) {
      for (let n = 0; n < trips; n++) {
        const began = process.hrtime.bigint();
        await ask(n);
        if (round >= 0) times.push(Number(process.hrtime.bigint() - began) / 1000);
      }
    }
  }
  out.close();
  await echo.terminate();
  await pool.destroy();
  const figures = (times) => ({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
  return { ring: figures(ring), piscina: figures(piscina) };
}
