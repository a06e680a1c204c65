// One thread of bench:ring: sends or takes `items` descriptors of 16 bytes by the way it is there for, every field written and
// read; tells how long it took from the start signal, in ns. It attaches once, as a thread of an application does: V8
// makes a direct call of what is one function, and a slow one where there have been several.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Queue } from './ringbuf.mjs';
import { attachRing } from '../../dist/ring/open.js';
import { pin } from './pin.mjs';

const { signal, way, role, ...where } = workerData;
const cells = new Int32Array(signal);
const pinned = pin(role === 'send' ? 0 : 1);

/**
 * What all do when there is nothing to do: try again for 3 us, then sleep for 50. By time, not by number of tries: a try takes 3 ns
 * in C++ and 100 over `Atomics`.
 */
const patience = (sleep) => {
  let tries = 0;
  let until = 0;
  return {
    rest() {
      if (++tries % 16 > 0) return;
      const now = performance.now();
      if (tries === 16) until = now + 0.003;
      else if (now > until) {
        tries = 0;
        sleep();
      }
    },
    ready() {
      tries = 0;
    },
  };
};
const nap = () => Atomics.wait(cells, 3, 0, 0.05);

let ring;
const attached = (memory, kind) => (ring ??= attachRing(memory, { kind }));

/** Takes what comes in up to so many slots at a time, and reads every field. */
const taking =
  (kind, slots) =>
  ({ memory }, items) => {
    const ring = attached(memory, kind);
    const { buffer } = ring;
    const wait = patience(nap);
    let sum = 0;
    for (let n = 0; n < items; ) {
      const count = ring.popMany(buffer, slots);
      if (count === 0) {
        wait.rest();
        continue;
      }
      for (let at = 0; at < count * 4; at += 4) {
        sum = (sum + buffer[at] + buffer[at + 1] + buffer[at + 2] + buffer[at + 3]) | 0;
      }
      n += count;
      wait.ready();
    }
    return sum;
  };

const single = (kind) => ({
  send({ memory }, items) {
    const ring = attached(memory, kind);
    const wait = patience(nap);
    for (let n = 0; n < items; ) {
      if (ring.tryPush(n, n + 1, n + 2, n + 3) === 'pushed') {
        n++;
        wait.ready();
      } else wait.rest();
    }
  },
  take: taking(kind, 1),
});

const packed = (kind) => ({
  send({ memory }, items) {
    const ring = attached(memory, kind);
    const { buffer } = ring;
    const wait = patience(nap);
    for (let n = 0; n < items; ) {
      const count = Math.min(56, items - n);
      for (let at = 0; at < count; at++) {
        const value = n + at;
        buffer[at * 4] = value;
        buffer[at * 4 + 1] = value + 1;
        buffer[at * 4 + 2] = value + 2;
        buffer[at * 4 + 3] = value + 3;
      }
      let pushed;
      while ((pushed = ring.pushMany(buffer, count, true)) === 0) wait.rest();
      n += pushed;
      wait.ready();
    }
  },
  take: taking(kind, 8),
});

const ringbuf = {
  send({ sab }, items) {
    const ring = new Queue(sab);
    const one = new Int32Array(4);
    const wait = patience(nap);
    for (let n = 0; n < items; ) {
      one[0] = n;
      one[1] = n + 1;
      one[2] = n + 2;
      one[3] = n + 3;
      while (ring.available_write() < 4) wait.rest();
      ring.push(one);
      n++;
      wait.ready();
    }
  },
  take({ sab }, items) {
    const ring = new Queue(sab);
    const one = new Int32Array(4);
    const wait = patience(nap);
    let sum = 0;
    for (let n = 0; n < items; ) {
      if (ring.available_read() < 4) {
        wait.rest();
        continue;
      }
      ring.pop(one);
      sum = (sum + one[0] + one[1] + one[2] + one[3]) | 0;
      n++;
      wait.ready();
    }
    return sum;
  },
};

const messages = {
  send({ port }, items) {
    for (let n = 0; n < items; n++) port.postMessage({ a: n, b: n + 1, c: n + 2, d: n + 3 });
  },
  take({ port }, items) {
    let sum = 0;
    for (let n = 0; n < items; ) {
      const got = receiveMessageOnPort(port);
      if (!got) continue;
      const { a, b, c, d } = got.message;
      sum = (sum + a + b + c + d) | 0;
      n++;
    }
    return sum;
  },
};

const transfers = {
  send({ port }, items) {
    for (let n = 0; n < items; n += 64) {
      const count = Math.min(64, items - n);
      const batch = new Int32Array(count * 4);
      for (let at = 0; at < count; at++) {
        const value = n + at;
        batch[at * 4] = value;
        batch[at * 4 + 1] = value + 1;
        batch[at * 4 + 2] = value + 2;
        batch[at * 4 + 3] = value + 3;
      }
      port.postMessage(batch, [batch.buffer]);
    }
  },
  take({ port }, items) {
    let sum = 0;
    for (let n = 0; n < items; ) {
      const got = receiveMessageOnPort(port);
      if (!got) continue;
      const batch = got.message;
      for (let at = 0; at < batch.length; at += 4) {
        sum = (sum + batch[at] + batch[at + 1] + batch[at + 2] + batch[at + 3]) | 0;
      }
      n += batch.length / 4;
    }
    return sum;
  },
};

const ways = {
  'ring, one by one': single('wasm'),
  'ring on Atomics, one by one': single('atomics'),
  'ring, packed': packed('wasm'),
  'ring on Atomics, packed': packed('atomics'),
  'ringbuf.js, one by one': ringbuf,
  'postMessage, an object each': messages,
  'postMessage, 64 transferred': transfers,
};

const act = ways[way][role];
parentPort.postMessage({ pinned });
parentPort.on('message', ({ items }) => {
  // Both sides begin together.
  Atomics.add(cells, 0, 1);
  while (Atomics.load(cells, 0) < 2);
  const began = process.hrtime.bigint();
  const sum = act(where, items);
  parentPort.postMessage({ ns: Number(process.hrtime.bigint() - began), sum });
});
