import { workerData } from 'node:worker_threads';
import { attachRing } from '../../dist/ring/open.js';
import { waitForMore } from '../../dist/ring/waiting.js';

const out = attachRing(workerData.out);
const back = attachRing(workerData.back);
const into = new Int32Array(28);
while (!out.closed) {
  waitForMore(workerData.out);
  if (out.popMany(into, 1) > 0) back.tryPush(into[0], 0, 0, 0);
}
