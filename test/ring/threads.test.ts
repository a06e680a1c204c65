import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { reap } from '../../src/ring/reap.ts';
import { createRing, type Ring } from '../../src/ring/ring.ts';
import { moreToCome } from '../../src/ring/waiting.ts';

const dist = pathToFileURL(fileURLToPath(new URL('../../dist', import.meta.url))).href;
const crew = new URL('crew.mjs', import.meta.url);

interface Job {
  readonly kind: 'wasm' | 'atomics';
  readonly role: 'producer' | 'consumer';
  readonly id: number;
  readonly items: number;
  readonly most: number;
}

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function hire(ring: Ring, job: Job): Worker {
  const worker = new Worker(crew, { workerData: { ...job, dist, memory: ring.memory, seed: job.id * 7919 + 1 } });
  workers.push(worker);
  return worker;
}

/** The message that has this, of a thread. */
async function told<T>(worker: Worker, what: keyof T): Promise<T> {
  for (;;) {
    const [message] = (await once(worker, 'message')) as [T];
    if (message[what] !== undefined) return message;
  }
}

interface Found {
  readonly faults: readonly string[];
  readonly got: Float64Array;
}

beforeAll(() => build());

const cases = [2, 4, 64].flatMap((limit) =>
  [
    { start: 0, kinds: ['wasm', 'wasm'] },
    { start: 2 ** 31 - 50, kinds: ['wasm', 'atomics'] },
    { start: 2 ** 32 - 60, kinds: ['atomics', 'wasm'] },
    { start: 2 ** 32 - 60, kinds: ['atomics', 'atomics'] },
  ].map(({ start, kinds }) => ({ limit, start, kinds: kinds as Job['kind'][] })),
);

describe('many threads on one ring', () => {
  test.each(cases)('lose nothing, double nothing, keep order: $limit slots from $start, $kinds', async (setting) => {
    const ring = createRing(setting.limit, { start: setting.start });
    const items = 4000;
    const producers = setting.kinds.map((kind, id) => hire(ring, { kind, role: 'producer', id, items, most: 20 }));
    const consumers = setting.kinds.map((kind, id) => hire(ring, { kind, role: 'consumer', id: id + 9, items: 0, most: 0 }));
    const found = consumers.map((consumer) => told<Found>(consumer, 'got'));
    await Promise.all(producers.map((producer) => told(producer, 'done' as never)));
    ring.close();
    const results = await Promise.all(found);
    expect(results.flatMap(({ faults }) => faults)).toEqual([]);
    const all = results.flatMap(({ got }) => [...got]).toSorted((a, b) => a - b);
    expect(all).toEqual(
      producers.flatMap((_, id) => Array.from({ length: items }, (_, value) => id * 2 ** 24 + value)),
    );
  });

  test('a thread that is ended anywhere blocks nobody once its place is cleared', async () => {
    const ring = createRing(4, { kind: 'atomics', start: 2 ** 32 - 40 });
    const into = new Int32Array(64 * 28);
    let last = -1;
    for (let round = 0; round < 12; round++) {
      const victim = hire(ring, { kind: round % 2 ? 'wasm' : 'atomics', role: 'producer', id: round, items: 1e9, most: 15 });
      const { party } = await told<{ party: number }>(victim, 'party');
      const end = Date.now() + 10 + round;
      while (Date.now() < end) ring.popMany(into);
      await victim.terminate();
      expect(reap(ring.memory, [party]).undecided).toBe(0);
      // What it had published still comes, then what is pushed now, and nothing is stuck between.
      while (ring.popMany(into) > 0);
      expect(ring.pending).toBe(0);
      expect(ring.tryPush(round, 0, 0, 0)).toBe('pushed');
      expect(ring.popMany(into)).toBe(1);
      expect(into[0]).toBe(round);
      last = round;
    }
    expect(last).toBe(11);
  });

  test('one that sleeps is woken by a push, and by the end, and not before', async () => {
    const ring = createRing(8);
    const keep = setInterval(() => undefined, 1000);
    try {
      expect(await moreToCome(ring.memory, 5)).toBe(false);
      const woken = moreToCome(ring.memory);
      ring.tryPush(1, 2, 3, 4);
      expect(await woken).toBe(true);
      expect(await moreToCome(ring.memory)).toBe(true);
      ring.popMany(new Int32Array(28));
      const ended = moreToCome(ring.memory);
      ring.close();
      expect(await ended).toBe(true);
    } finally {
      clearInterval(keep);
    }
  });
});
