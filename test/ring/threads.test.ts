import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { reap } from '../../src/ring/reap.ts';
import { createRing } from '../../src/ring/open.ts';
import { moreToCome } from '../../src/ring/waiting.ts';
import { dismissAll, hire, type Job, stress, told } from './crew.ts';

afterEach(dismissAll);
beforeAll(() => build(), 120_000);

/** Of each producer. Fewer where a CPU is emulated (scripts/arm64.mjs). */
const items = Number(process.env['RING_ITEMS'] ?? 4000);

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
    expect(await stress({ ...setting, items })).toEqual([]);
  });

  test.each(['wasm', 'atomics'] as const)(
    'no wake-up is lost on %s: room for one, and sleep without end',
    async (kind) => {
      const setting = { limit: 1, start: 0, kinds: [kind], items };
      expect(await stress({ ...setting, sleepMs: Number.POSITIVE_INFINITY })).toEqual([]);
    },
  );

  test('a thread that is ended anywhere blocks nobody once its place is cleared', async () => {
    const ring = createRing(4, { kind: 'atomics', start: 2 ** 32 - 40 });
    const into = new Int32Array(64 * 28);
    let last = -1;
    for (let round = 0; round < 12; round++) {
      const victim = hire(ring, {
        kind: round % 2 ? 'wasm' : 'atomics',
        role: 'producer',
        id: round,
        items: 1e9,
        most: 15,
      });
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
