import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { Markov2 } from '../../src/predict/markov2.ts';
import { compare } from '../../src/replay/compare.ts';
import { type Budget, newWorkload, type Scope } from '../../src/replay/workload.ts';
import type { ComponentId, UserId } from '../../src/model/ids.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { Files, replay } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

it('belady is optimal for equal sizes: the example of every textbook', async () => {
  // Three frames: 12 faults under LRU, 9 at best, of 20 references.
  const references = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];
  const path = files.trace(references.map((page, i) => `${i},u,,p${page}`));
  const { results } = await replay([path, '--budget', '3slots', '--policies', 'lru,belady']);
  expect(results['lru'].warmRate).toBeCloseTo((20 - 12) / 20, 12);
  expect(results['belady'].warmRate).toBeCloseTo((20 - 9) / 20, 12);
});

interface Row {
  readonly gap: number;
  readonly user: number;
  readonly text: string;
  readonly needs: readonly number[];
}

const componentCount = 5;
const row: fc.Arbitrary<Row> = fc.record({
  gap: fc.constantFrom(0, 0, 1, 20, 70),
  user: fc.nat(2),
  text: fc.constantFrom('', 'build it', 'send mail'),
  needs: fc.uniqueArray(fc.nat(componentCount - 1), { maxLength: 3 }),
});
const cost = fc.record({ bytes: fc.integer({ min: 1, max: 9 }), loadMs: fc.constantFrom(0, 5, 50) });
const budget: fc.Arbitrary<Budget> = fc.oneof(
  fc.record({ kind: fc.constant('share' as const), share: fc.double({ min: 0.05, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('bytes' as const), bytes: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('slots' as const), slots: fc.integer({ min: 1, max: componentCount }) }),
);

/** Rows repeated a few times over, so that there is something to learn. */
function traceOf(rows: readonly Row[], times: number): Trace {
  const all = Array.from({ length: times }, () => rows).flat();
  let now = 0;
  const firstNeed = [0];
  for (const { needs } of all) firstNeed.push(firstNeed.at(-1)! + needs.length);
  return {
    name: 'random',
    rows: all.length,
    ts: Float64Array.from(all, ({ gap }) => (now += gap)),
    user: Int32Array.from(all, ({ user }) => user),
    users: ['u', 'v', 'w'] as unknown as UserId[],
    needs: Int32Array.from(all.flatMap(({ needs }) => needs)),
    firstNeed: Int32Array.from(firstNeed),
    components: Array.from({ length: componentCount }, (_, i) => `c${i}` as ComponentId),
    texts: all.map(({ text }) => text),
  };
}

it('no policy ever beats clairvoyant, in warm needs or in response', async () => {
  const policies = ['foreload', 'lru', 'lfu', 'keepalive:30ms', 'belady', 'clairvoyant'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 8 }),
      fc.array(cost, { minLength: componentCount, maxLength: componentCount }),
      budget,
      fc.constantFrom<Scope>('user', 'shared'),
      fc.constantFrom(0, 10, 1000),
      fc.constantFrom(0, 0.5),
      fc.boolean(),
      async (rows, times, of, budget, scope, lead, scoreFrom, given) => {
        const trace = traceOf(rows, times);
        const workload = newWorkload({ trace, costs: { of, source: 'test', given }, budget, scope, lead, scoreFrom });
        const makePredictor = (): Markov2 => new Markov2();
        const { results } = await compare(workload, {
          policies,
          noSpeculation: false,
          makePredictor,
          waste: 0.5,
          check: true,
        });
        const bound = results['clairvoyant'];
        for (const result of Object.values(results)) {
          expect(result.warmRate ?? 0).toBeLessThanOrEqual(bound.warmRate ?? 0);
          expect(result.responseMs.mean ?? 0).toBeGreaterThanOrEqual((bound.responseMs.mean ?? 0) - 1e-9);
          expect(result.residentPeakBytes ?? 0).toBeLessThanOrEqual(Math.max(...workload.budgets));
          expect(result.covered ?? 0).toBeLessThanOrEqual(bound.covered ?? 0);
          const { preloads, wastedShare } = result;
          const used = preloads.timely + preloads.late;
          expect(wastedShare).toBe(used + preloads.wasted > 0 ? preloads.wasted / (used + preloads.wasted) : null);
        }
      },
    ),
    { numRuns: 150 },
  );
});
