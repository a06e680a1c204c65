// One thread that pushes or pops a few values a round, and writes down when each call began and ended, by a shared count.
import { parentPort, workerData } from 'node:worker_threads';

const { dist, memory, control, kind, role, id, rounds, each, threads } = workerData;
const { attachRing } = await import(`${dist}/ring/open.js`);
const ring = attachRing(memory, { kind });
const [clock, round, finished, popped] = [0, 1, 2, 3];
const cells = new Int32Array(control);
const into = new Int32Array(28);
const history = [];

for (let at = 0; at < rounds; at++) {
  while (Atomics.load(cells, round) < at) Atomics.wait(cells, round, at - 1, 50);
  const calls = [];
  if (role === 'push') {
    for (let n = 0; n < each; ) {
      const value = (at * threads + id) * each + n;
      const from = Atomics.add(cells, clock, 1);
      const done = ring.tryPush(value, 0, 0, 0) === 'pushed';
      const to = Atomics.add(cells, clock, 1);
      if (!done) continue;
      calls.push({ role, value, from, to });
      n++;
    }
  } else {
    const all = (each * threads) / 2;
    while (Atomics.load(cells, popped) < all * (at + 1)) {
      const from = Atomics.add(cells, clock, 1);
      const count = ring.popMany(into, 1);
      const to = Atomics.add(cells, clock, 1);
      if (count === 0) continue;
      Atomics.add(cells, popped, 1);
      calls.push({ role, value: into[0], from, to });
    }
  }
  history.push(calls);
  // The last to finish lets the next round begin.
  if (Atomics.add(cells, finished, 1) + 1 === threads * (at + 1)) {
    Atomics.store(cells, round, at + 1);
    Atomics.notify(cells, round);
  }
}
parentPort.postMessage(history);
