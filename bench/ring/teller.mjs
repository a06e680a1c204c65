// A worker that tells a Foreload of commands: through its port, or by messages.
import { parentPort, workerData } from 'node:worker_threads';
import { attachPort } from '../../dist/ring/worker.js';

const port = attachPort(workerData.port);
const cells = new Int32Array(workerData.signal);
const command = (n) => ({ user: `user${n % 10}`, text: `open the report of ${n % 50}`, tags: ['desk'] });
const tell = {
  port: (n) => port.observe(command(n)),
  messages: (n) => {
    parentPort.postMessage(command(n));
    return true;
  },
};

parentPort.on('message', ({ way, count, one }) => {
  for (let n = 0; n < count; n++) {
    const began = process.hrtime.bigint();
    while (!tell[way](n)) Atomics.wait(cells, 1, 0, 0.05);
    // One by one: until the main thread has taken it up.
    if (one) {
      while (Atomics.load(cells, 0) <= n);
      times.push(Number(process.hrtime.bigint() - began) / 1000);
    }
  }
  parentPort.postMessage({ told: count, times: times.splice(0) });
});
const times = [];
