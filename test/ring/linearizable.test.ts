import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { createRing } from '../../src/ring/open.ts';

interface Call {
  readonly role: 'push' | 'pop';
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Whether the calls can be put into an order of a plain queue in which none comes before one that had ended before it began
 * (Herlihy & Wing 1990; searched as by Wing & Gong 1993).
 */
function linearizable(calls: readonly Call[]): boolean {
  const search = (done: number, queue: readonly number[]): boolean => {
    if (done === 2 ** calls.length - 1) return true;
    const left = calls.filter((_, at) => !(done & (1 << at)));
    const earliest = Math.min(...left.map(({ to }) => to));
    for (const [at, { role, value, from }] of calls.entries()) {
      if (done & (1 << at) || from > earliest) continue;
      if (role === 'pop' && queue[0] !== value) continue;
      if (search(done | (1 << at), role === 'push' ? [...queue, value] : queue.slice(1))) return true;
    }
    return false;
  };
  return search(0, []);
}

const dist = pathToFileURL(fileURLToPath(new URL('../../dist', import.meta.url))).href;
beforeAll(() => build(), 120_000);

describe('what threads see of each other', () => {
  test('the check itself tells a queue from what is none', () => {
    const call = (role: Call['role'], value: number, from: number, to: number): Call => ({ role, value, from, to });
    expect(
      linearizable([call('push', 1, 0, 1), call('push', 2, 2, 3), call('pop', 1, 4, 5), call('pop', 2, 6, 7)]),
    ).toBe(true);
    expect(
      linearizable([call('push', 1, 0, 1), call('push', 2, 2, 3), call('pop', 2, 4, 5), call('pop', 1, 6, 7)]),
    ).toBe(false);
    expect(
      linearizable([call('push', 1, 0, 3), call('push', 2, 1, 2), call('pop', 2, 4, 5), call('pop', 1, 6, 7)]),
    ).toBe(true);
    expect(linearizable([call('pop', 1, 0, 1), call('push', 1, 2, 3)])).toBe(false);
  });

  test.each([
    ['wasm', 'wasm'],
    ['wasm', 'atomics'],
  ])('is a queue: %s and %s, two of each push and pop', async (one, other) => {
    const ring = createRing(2, { start: 2 ** 32 - 100 });
    const control = new SharedArrayBuffer(64);
    const [rounds, each, threads] = [150, 3, 4];
    const histories = await Promise.all(
      [0, 1, 2, 3].map(async (id) => {
        const role = id < 2 ? 'push' : 'pop';
        const kind = id % 2 ? one : other;
        const workerData = { dist, memory: ring.memory, control, kind, role, id, rounds, each, threads };
        const worker = new Worker(new URL('historian.mjs', import.meta.url), { workerData });
        const [history] = (await once(worker, 'message')) as [Call[][]];
        await worker.terminate();
        return history;
      }),
    );
    for (let round = 0; round < rounds; round++) {
      const calls = histories.flatMap((history) => history[round] ?? []);
      expect(calls).toHaveLength(12);
      expect(linearizable(calls), JSON.stringify(calls)).toBe(true);
    }
  });
});
