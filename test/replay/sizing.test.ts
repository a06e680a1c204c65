import { describe, expect, test } from 'vitest';
import { type Bytes, bytes, type ComponentId, ms, type UserId } from '../../src/model/ids.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import { compare, type PolicyFigures } from '../../src/replay/compare.ts';
import { newWorkload, parseBudget, type Workload } from '../../src/replay/workload.ts';
import { MissCurve } from '../../src/residency/miss-curve.ts';
import { seededRng } from '../../src/time/clock.ts';

const MB = 2 ** 20;
const minute = 60_000;

/** One demand a minute, of these components in turn, sized 1 to 3 MB; a load takes `loadMs`. */
function workloadOf(demanded: readonly number[], budget: string, loadMs = 0): Workload {
  const count = Math.max(...demanded) + 1;
  const trace = {
    name: 'test',
    rows: demanded.length,
    ts: Float64Array.from(demanded, (_, row) => row * minute),
    user: new Int32Array(demanded.length),
    users: ['u' as UserId],
    needs: Int32Array.from(demanded),
    firstNeed: Int32Array.from([...demanded.keys(), demanded.length]),
    components: Array.from({ length: count }, (_, i) => `c${i}` as ComponentId),
    texts: null,
  };
  const of = trace.components.map((_, i) => ({ bytes: sizeOf(i), loadMs: ms(loadMs) }));
  const costs = { of, source: 'test', given: true };
  return newWorkload({ trace, costs, budget: parseBudget(budget), scope: 'shared', scoreFrom: 0, lead: 0 });
}

const sizeOf = (component: number): Bytes => bytes((1 + (component % 3)) * MB);

async function lru(workload: Workload): Promise<PolicyFigures> {
  const options = { policies: ['lru'], noSpeculation: false, makePredictor: () => new Markov2(), waste: 0.1 };
  return (await compare(workload, options)).results['lru'];
}

describe('a miss curve beside the replay', () => {
  const rng = seededRng(5);
  const demanded = Array.from({ length: 3000 }, () => Math.floor(40 * rng.next() ** 2));

  test.each(['3MB', '10MB', '25MB', '60MB', '200MB'])('foretells exactly what LRU misses with %s', async (budget) => {
    const workload = workloadOf(demanded, budget);
    const curve = new MissCurve({ fadeMs: Number.POSITIVE_INFINITY });
    demanded.forEach((component, row) => curve.demand(component, sizeOf(component), 1, row * minute));
    const { warmRate } = await lru(workload);
    expect(1 - (warmRate ?? Number.NaN)).toBeCloseTo(curve.missShare(workload.budgets[0])!, 12);
  });
});

describe('a budget between bounds', () => {
  /** Six in turn for ten hours, then two. 12 MB, then 3 MB. */
  const demanded = [...Array.from({ length: 600 }, (_, i) => i % 6), ...Array.from({ length: 2400 }, (_, i) => i % 2)];

  test('holds less than its largest where that saves nothing, and is as warm', async () => {
    const plain = await lru(workloadOf(demanded, '60MB', 1000));
    const moving = await lru(workloadOf(demanded, '3MB..60MB@3000', 1000));
    expect(moving.warmRate).toBe(plain.warmRate);
    expect(plain.residentMeanBytes).toBeGreaterThan(11 * MB);
    expect(moving.residentMeanBytes).toBeLessThan(8 * MB);
  });

  test('goes to its smallest where memory is dear', async () => {
    const moving = await lru(workloadOf(demanded, '3MB..60MB@100000', 1000));
    expect(moving.residentMeanBytes).toBeLessThan(4 * MB);
  });

  test('is two sizes, the smaller first, and perhaps a price', () => {
    expect(parseBudget('200MB..2GB')).toEqual({ kind: 'range', min: 200 * MB, max: 2048 * MB, worthMs: 0.5 });
    expect(parseBudget('0.5GB..1.5GB@0.1')).toEqual({ kind: 'range', min: 512 * MB, max: 1536 * MB, worthMs: 0.1 });
    for (const wrong of ['2GB..1GB', '1slots..3slots', '10%..20%', '1MB..', '..1MB', '1MB..2MB@', '1MB..2MB@-1']) {
      expect(() => parseBudget(wrong)).toThrow(/not a budget/);
    }
  });
});
