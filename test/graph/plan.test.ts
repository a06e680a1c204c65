import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linksFrom, turned } from '../../src/graph/links.ts';
import { type LoadPlan, type Loads, plan, type PlanRequest } from '../../src/graph/plan.ts';
import { seededRng } from '../../src/time/clock.ts';

interface Given {
  readonly took: number;
  readonly on?: readonly number[];
  readonly bytes?: number;
}

function loadsOf(given: readonly Given[]): Loads {
  const dependencies = linksFrom(given.map(({ on = [] }) => on));
  return {
    dependencies,
    dependants: turned(dependencies),
    took: Float64Array.from(given, ({ took }) => took),
    bytes: Float64Array.from(given, ({ bytes = 1 }) => bytes),
    nameOf: (node) => `c${node}`,
  };
}

const planOf = (given: readonly Given[], request: Partial<PlanRequest> & Pick<PlanRequest, 'targets'>): LoadPlan =>
  plan(loadsOf(given), { workers: 1, ...request });

/** `node start-end worker`, in order. */
const rows = ({ order, starts, ends, worker }: LoadPlan): string[] =>
  Array.from(order, (node, at) => `${node} ${starts[at]}-${ends[at]} w${worker[at]}`);

describe('a plan', () => {
  test('begins with what the longest chain hangs on, and lets the rest load beside it', () => {
    const given = [{ took: 10 }, { took: 10, on: [0] }, { took: 10, on: [1] }, { took: 15 }, { took: 5 }];
    const found = planOf(given, { targets: [2, 3, 4], workers: 2 });
    expect(rows(found)).toEqual(['0 0-10 w0', '3 0-15 w1', '1 10-20 w0', '4 15-20 w1', '2 20-30 w1']);
    expect(found).toMatchObject({ makespan: 30, total: 50, criticalPath: [0, 1, 2], lost: [], leaves: [] });
  });

  test('loads what several targets need once, and nothing that is warm or that nobody wants', () => {
    const given = [{ took: 5 }, { took: 5, on: [0] }, { took: 5, on: [0] }, { took: 5 }];
    expect(rows(planOf(given, { targets: [1, 2], warm: [3] }))).toEqual(['0 0-5 w0', '1 5-10 w0', '2 10-15 w0']);
    expect(rows(planOf(given, { targets: [1, 2], warm: [0, 1] }))).toEqual(['2 0-5 w0']);
  });

  test('is shorter than critical path first where that is not the best', () => {
    // Critical path first begins with both of 3 and ends at 7; 3, 3 beside 2, 2, 2 end at 6.
    const given = [{ took: 3 }, { took: 3 }, { took: 2 }, { took: 2 }, { took: 2 }];
    const request = { targets: [0, 1, 2, 3, 4], workers: 2 };
    expect(planOf(given, { ...request, effort: 1 }).makespan).toBe(7);
    expect(planOf(given, request).makespan).toBe(6);
  });

  test('joins loads that run, and counts on their workers when they end', () => {
    const given = [{ took: 100 }, { took: 10, on: [0] }, { took: 10 }, { took: 100 }];
    const running = [
      { node: 0, remaining: 20 },
      { node: 3, remaining: 5 },
    ];
    const found = planOf(given, { targets: [1, 2], running, workers: 2 });
    expect(rows(found)).toEqual(['0 0-20 w1', '2 5-15 w0', '1 20-30 w1']);
    // With more running than there are workers, nothing begins before enough of them have ended.
    expect(rows(planOf(given, { targets: [1, 2], running, workers: 1 }))).toEqual([
      '0 0-20 w1',
      '1 20-30 w1',
      '2 30-40 w1',
    ]);
  });

  test('lets idle components leave as late as it can, dependants first, and never what is held', () => {
    const given = [
      { took: 1, bytes: 4 },
      { took: 1, bytes: 4, on: [0] },
      { took: 5, bytes: 3 },
      { took: 5, bytes: 3, on: [2] },
      { took: 1, bytes: 2 },
    ];
    const found = planOf(given, { targets: [3], warm: [0, 1, 4], held: [4], budget: 13 });
    expect(found.leaves).toEqual([{ node: 1, at: 5 }]);
    expect(planOf(given, { targets: [3], warm: [0, 1, 4], held: [4], budget: 9 }).leaves).toEqual([
      { node: 1, at: 0 },
      { node: 0, at: 5 },
    ]);
  });

  test('counts the memory of what runs once', () => {
    const given = [
      { took: 5, bytes: 4 },
      { took: 1, bytes: 3 },
      { took: 1, bytes: 3 },
    ];
    const running = [{ node: 0, remaining: 2 }];
    expect(planOf(given, { targets: [0, 1], warm: [2], running, workers: 2, budget: 10 }).leaves).toEqual([]);
  });

  test('waits for the memory of a load that nobody wants any more', () => {
    const given = [
      { took: 10, bytes: 6 },
      { took: 5, bytes: 6 },
      { took: 2, bytes: 3 },
    ];
    const running = [{ node: 0, remaining: 8 }];
    expect(rows(planOf(given, { targets: [1, 2], running, budget: 10, workers: 3 }))).toEqual([
      '2 0-2 w1',
      '1 8-13 w0',
    ]);
  });

  test('says what does not fit, and the largest of it', () => {
    const given = [
      { took: 1, bytes: 4 * 1_048_576 },
      { took: 1, bytes: 1_048_576, on: [0] },
    ];
    expect(() => planOf(given, { targets: [1], budget: 4 * 1_048_576 })).toThrow(
      'needs 5.0 MB at once (the largest: c0 (4.0 MB), c1 (1.0 MB)): found a budget of 4.0 MB; raise the budget',
    );
  });

  test('does without what failed, and names the targets that are lost', () => {
    const given = [{ took: 1 }, { took: 1, on: [0] }, { took: 1, on: [1] }, { took: 1 }];
    const found = planOf(given, { targets: [2, 3], failed: [0] });
    expect(rows(found)).toEqual(['3 0-1 w0']);
    expect(found.lost).toEqual([2]);
  });

  test('of nothing is nothing', () => {
    const found = planOf([{ took: 1 }], { targets: [0], warm: [0] });
    expect(found).toMatchObject({ makespan: 0, total: 0, criticalPath: [] });
  });

  test('takes loads that need no time, and equals as they were registered', () => {
    const given = [{ took: 0 }, { took: 0, on: [0] }, { took: 2, on: [1] }, { took: 2 }, { took: 2 }];
    expect(rows(planOf(given, { targets: [2, 3, 4] }))).toEqual([
      '0 0-0 w0',
      '1 0-0 w0',
      '2 0-2 w0',
      '3 2-4 w0',
      '4 4-6 w0',
    ]);
  });

  test('takes a chain of 100,000 and 100,000 side by side', () => {
    const chain = Array.from({ length: 100_000 }, (_, node) => ({ took: 1, on: node > 0 ? [node - 1] : [] }));
    expect(planOf(chain, { targets: [99_999], workers: 9 }).makespan).toBe(100_000);
    const flat = Array.from({ length: 100_000 }, () => ({ took: 1 }));
    expect(planOf(flat, { targets: flat.keys(), workers: 100 }).makespan).toBe(1000);
  });
});

/** Each rests only on some that come before it. */
const givenLoads = fc
  .array(
    fc.record({ took: fc.nat(9), bytes: fc.integer({ min: 1, max: 5 }), on: fc.array(fc.nat(99), { maxLength: 3 }) }),
    { minLength: 1, maxLength: 14 },
  )
  .map((all) =>
    all.map(({ on, ...rest }, node) => ({ ...rest, on: node > 0 ? [...new Set(on.map((to) => to % node))] : [] })),
  );
const shape = fc.record({ given: givenLoads, workers: fc.integer({ min: 1, max: 4 }), seed: fc.nat(1000) });

describe('every plan', () => {
  test('keeps dependencies, workers and memory, and is between its bounds', () => {
    fc.assert(
      fc.property(shape, ({ given, workers, seed }) => {
        const loads = loadsOf(given);
        const rng = seededRng(seed);
        // Warm: closed downwards.
        const warm: number[] = [];
        given.forEach(({ on }, node) => {
          if (rng.next() < 0.4 && on.every((below) => warm.includes(below))) warm.push(node);
        });
        const running = given.flatMap(({ on, took }, node) =>
          rng.next() < 0.3 && !warm.includes(node) && on.every((below) => warm.includes(below))
            ? [{ node, remaining: took }]
            : [],
        );
        const targets = [...given.keys()].filter(() => rng.next() < 0.5);
        const needed = closure(given, targets);
        const budget =
          sum(
            [...needed, ...running.map(({ node }) => node)]
              .filter((node, at, all) => all.indexOf(node) === at)
              .map((node) => given[node].bytes),
          ) + 3;
        const found = plan(loads, { targets, warm, running, workers, budget, effort: 2000 });
        const expected = [...needed].filter((node) => !warm.includes(node)).toSorted((a, b) => a - b);
        expect([...found.order].toSorted((a, b) => a - b)).toEqual(expected);
        const at = new Map([...found.order].map((node, place) => [node, place]));
        for (const [node, place] of at) {
          if (running.some((one) => one.node === node)) expect(found.starts[place]).toBe(0);
          else
            for (const below of given[node].on)
              if (!warm.includes(below)) expect(found.starts[place]).toBeGreaterThanOrEqual(found.ends[at.get(below)!]);
        }
        const unwanted = running.filter(({ node }) => !needed.has(node));
        const events = [...new Set(found.starts)];
        for (const now of events) {
          const active = [...at.values()].filter((place) => found.starts[place] <= now && now < found.ends[place]);
          const busy = active.length + unwanted.filter(({ remaining }) => remaining > now).length;
          expect(busy).toBeLessThanOrEqual(Math.max(workers, running.length));
          const workersUsed = active.map((place) => found.worker[place]);
          expect(new Set(workersUsed).size).toBe(workersUsed.length);
          const gone = found.leaves.filter((left) => left.at <= now).map(({ node }) => node);
          const held =
            sum(warm.filter((node) => !gone.includes(node)).map((node) => given[node].bytes)) +
            sum(
              [...at]
                .filter(([node, place]) => found.starts[place] <= now || running.some((one) => one.node === node))
                .map(([node]) => given[node].bytes),
            ) +
            sum(unwanted.filter(({ remaining }) => remaining > now).map(({ node }) => given[node].bytes));
          expect(held).toBeLessThanOrEqual(
            Math.max(budget, sum([...warm, ...running.map(({ node }) => node)].map((node) => given[node].bytes))),
          );
          for (const node of gone)
            for (const above of warm) if (given[above].on.includes(node)) expect(gone).toContain(above);
        }
        const path = sum(
          found.criticalPath.map((node) => running.find((one) => one.node === node)?.remaining ?? given[node].took),
        );
        expect(found.makespan).toBeGreaterThanOrEqual(path);
        expect(found.makespan).toBeLessThanOrEqual(
          found.total + Math.max(0, ...unwanted.map(({ remaining }) => remaining)),
        );
      }),
      { seed: 1, numRuns: 250 },
    );
  });

  test('asked for again whenever a load ends, is late or fails, brings all that can be had, each once', () => {
    fc.assert(
      fc.property(shape, ({ given, workers, seed }) => {
        const loads = loadsOf(given);
        const rng = seededRng(seed);
        const really = given.map(({ took }) => took * 2 * rng.next());
        const fails = given.map(() => rng.next() < 0.1);
        const targets = [...given.keys()];
        const running = new Map<number, number>();
        const warm: number[] = [];
        const failed: number[] = [];
        const begun: number[] = [];
        let now = 0;
        for (let turn = 0; turn <= given.length; turn++) {
          const known = [...running].map(([node, start]) => ({
            node,
            remaining: Math.max(given[node].took - (now - start), 0.1),
          }));
          const { order, starts, lost } = plan(loads, { targets, warm, failed, running: known, workers, effort: 500 });
          const expected = targets.filter((node) =>
            [...closure(given, [node])].some((below) => fails[below] && failed.includes(below)),
          );
          expect(lost).toEqual(expected);
          order.forEach((node, place) => {
            // What takes no time lets others begin at the same moment: at the next turn.
            const ready = given[node].on.every((below) => warm.includes(below)) && running.size < workers;
            if (starts[place] > 0 || running.has(node) || !ready) return;
            begun.push(node);
            running.set(node, now);
          });
          expect(running.size).toBeLessThanOrEqual(workers);
          if (running.size === 0) break;
          const [node, start] = [...running].toSorted(
            ([a, from], [b, since]) => from + really[a] - since - really[b],
          )[0];
          now = start + really[node];
          running.delete(node);
          (fails[node] ? failed : warm).push(node);
        }
        expect(new Set(begun).size).toBe(begun.length);
        const had = targets.filter((node) => ![...closure(given, [node])].some((below) => fails[below]));
        expect(warm.toSorted((a, b) => a - b)).toEqual(had);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('is as short as the best of all orders, where there are few', () => {
    const small = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(99), { maxLength: 2 })), {
      minLength: 1,
      maxLength: 6,
    });
    let worse = 0;
    let all = 0;
    fc.assert(
      fc.property(small, (raw) => {
        const given = raw.map(([took, on], node) => ({
          took,
          on: node > 0 ? [...new Set(on.map((to) => to % node))] : [],
        }));
        const found = planOf(given, { targets: given.keys(), workers: 2 });
        all++;
        if (found.makespan > best(given, 2)) worse++;
        expect(found.makespan).toBeGreaterThanOrEqual(best(given, 2));
      }),
      { seed: 1, numRuns: 150 },
    );
    expect(all).toBeGreaterThanOrEqual(150);
    expect(worse).toBe(0);
  });
});

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function closure(given: readonly Given[], targets: readonly number[]): Set<number> {
  const found = new Set(targets);
  for (const node of found) for (const below of given[node].on ?? []) found.add(below);
  return found;
}

/** The shortest makespan by trying everything: at each event, each choice of what to begin, nothing among them. */
function best(given: readonly Given[], workers: number): number {
  const all = given.length;
  const seek = (now: number, done: ReadonlySet<number>, active: ReadonlyMap<number, number>): number => {
    if (done.size === all) return now;
    let shortest = Number.POSITIVE_INFINITY;
    if (active.size > 0) {
      const next = Math.min(...active.values());
      const ended = [...active].filter(([, end]) => end === next).map(([node]) => node);
      const left = new Map([...active].filter(([, end]) => end !== next));
      shortest = seek(next, new Set([...done, ...ended]), left);
    }
    if (active.size < workers) {
      for (let node = 0; node < all; node++) {
        if (done.has(node) || active.has(node) || !(given[node].on ?? []).every((below) => done.has(below))) continue;
        shortest = Math.min(shortest, seek(now, done, new Map([...active, [node, now + given[node].took]])));
      }
    }
    return shortest;
  };
  return seek(0, new Set(), new Map());
}
