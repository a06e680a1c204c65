// One thread at work on a ring: pushes numbered descriptors that tell whether they are whole, or pops and checks them.
import { parentPort, workerData } from 'node:worker_threads';

const { dist, memory, kind, role, id, items, most, seed, sleepMs } = workerData;
const { attachRing } = await import(`${dist}/ring/open.js`);
const { waitForMore } = await import(`${dist}/ring/waiting.js`);
const ring = attachRing(memory, { kind });
parentPort.postMessage({ party: ring.party });

let state = seed;
const random = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
};

if (role === 'producer') {
  const batch = new Int32Array(64 * 4);
  for (let next = 0; next < items; ) {
    const count = Math.min(items - next, 1 + random(most));
    for (let at = 0; at < count; at++) {
      const value = next + at;
      batch.set([value, ~value, value ^ 0x5bd1e995, id], at * 4);
    }
    const pushed =
      count === 1
        ? Number(ring.tryPush(batch[0], batch[1], batch[2], batch[3]) === 'pushed')
        : ring.pushMany(batch, count);
    next += Math.max(0, pushed);
  }
  parentPort.postMessage({ done: true });
} else {
  const into = new Int32Array(64 * 7 * 4);
  const seen = new Map();
  const faults = [];
  const got = [];
  for (;;) {
    const count = ring.popMany(into, 1 + random(8));
    for (let at = 0; at < count * 4; at += 4) {
      const value = into[at];
      const by = into[at + 3];
      if (into[at + 1] !== ~value || into[at + 2] !== (value ^ 0x5bd1e995)) faults.push(`torn: ${value} of ${by}`);
      else if (value <= (seen.get(by) ?? -1)) faults.push(`order: ${value} of ${by} after ${seen.get(by)}`);
      seen.set(by, value);
      got.push(by * 2 ** 24 + value);
    }
    // The first fault says enough; a broken ring may never end.
    if (faults.length > 0) break;
    if (count > 0) continue;
    if (ring.closed && ring.pending === 0) break;
    if (random(2)) waitForMore(memory, sleepMs);
  }
  parentPort.postMessage({ faults: faults.slice(0, 5), got: Float64Array.from(got) });
}
