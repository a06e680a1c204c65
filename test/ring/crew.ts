import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createRing } from '../../src/ring/open.ts';
import type { Ring } from '../../src/ring/ring.ts';

/** Threads can't run TypeScript on every Node: they run what was built. */
const built: string = pathToFileURL(fileURLToPath(new URL('../../dist', import.meta.url))).href;

export interface Job {
  readonly kind: 'wasm' | 'atomics';
  readonly role: 'producer' | 'consumer';
  readonly id: number;
  readonly items: number;
  /** Descriptors that are pushed at once, at most. */
  readonly most: number;
  /** How long one that finds nothing sleeps at most. Default 50. */
  readonly sleepMs?: number;
  /** Where the ring's code is, if not where it was built. */
  readonly dist?: string;
}

const workers: Worker[] = [];

export function hire(ring: Ring, job: Job): Worker {
  const workerData = { dist: built, sleepMs: 50, ...job, memory: ring.memory, seed: job.id * 7919 + 1 };
  const worker = new Worker(new URL('crew.mjs', import.meta.url), { workerData });
  workers.push(worker);
  return worker;
}

export async function dismissAll(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
}

/** The first message of a thread that has this. */
export function told<T>(worker: Worker, what: keyof T): Promise<T> {
  return new Promise((resolve) => {
    worker.on('message', (message: T) => {
      if (message[what] !== undefined) resolve(message);
    });
  });
}

interface Found {
  readonly faults: readonly string[];
  readonly got: Float64Array;
}

export interface Stress {
  readonly limit: number;
  readonly start: number;
  /** Of each producer, and of as many consumers. */
  readonly kinds: readonly Job['kind'][];
  readonly items: number;
  readonly sleepMs?: number;
  readonly dist?: string;
}

/** Everybody at work at once: what was torn, out of order, lost or doubled. */
export async function stress({ limit, start, kinds, items, sleepMs = 50, dist }: Stress): Promise<string[]> {
  const ring = createRing(limit, { start });
  const where = { sleepMs, ...(dist === undefined ? {} : { dist }) };
  const producers = kinds.map((kind, id) => hire(ring, { kind, role: 'producer', id, items, most: 20, ...where }));
  const consumers = kinds.map((kind, id) =>
    hire(ring, { kind, role: 'consumer', id: id + 9, items: 0, most: 0, ...where }),
  );
  const found = consumers.map((consumer) => told<Found>(consumer, 'got'));
  const first = Promise.race(
    found.map(async (one) => ((await one).faults.length > 0 ? true : new Promise(() => undefined))),
  );
  const done = Promise.all(producers.map((producer) => told(producer, 'done' as never)));
  if ((await Promise.race([first, done])) === true) {
    const [fault] = await Promise.race(found.map(async (one) => (await one).faults));
    return [fault ?? 'a fault'];
  }
  ring.close();
  const results = await Promise.all(found);
  const faults = results.flatMap((result) => result.faults);
  const times = new Map<number, number>();
  for (const { got } of results) for (const item of got) times.set(item, (times.get(item) ?? 0) + 1);
  for (let id = 0; id < producers.length; id++) {
    for (let value = 0; value < items; value++) {
      const came = times.get(id * 2 ** 24 + value) ?? 0;
      if (came !== 1) faults.push(`${value} of ${id} came ${came} times`);
    }
  }
  return faults.slice(0, 5);
}
