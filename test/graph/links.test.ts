import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cycleIn } from '../../src/graph/cycles.ts';
import { dependenciesFirst, linksFrom, linksOf, Reach, reachableFrom, turned } from '../../src/graph/links.ts';
import { circularParts, strongParts } from '../../src/graph/strong-parts.ts';

const lists = fc
  .array(fc.array(fc.nat(99), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((raw) => raw.map((list) => list.map((to) => to % raw.length)));

/** Who can be reached from whom, by the plainest means. */
function reach(edges: readonly (readonly number[])[]): boolean[][] {
  const can = edges.map((list) => edges.map((_, to) => list.includes(to)));
  for (const [middle] of edges.entries()) {
    for (const [from] of edges.entries()) {
      for (const [to] of edges.entries()) can[from][to] ||= can[from][middle] && can[middle][to];
    }
  }
  return can;
}

describe('packed edges', () => {
  test('are the same from lists and one by one, in their order', () => {
    const links = linksFrom([[2, 1], [], [0]]);
    expect([...links.starts]).toEqual([0, 2, 2, 3]);
    expect([...links.ends]).toEqual([2, 1, 0]);
    expect(linksOf(3, Int32Array.of(2, 0, 0), Int32Array.of(0, 2, 1))).toEqual(links);
    const back = turned(links);
    expect([...back.starts]).toEqual([0, 1, 2, 3]);
    expect([...back.ends]).toEqual([2, 0, 0]);
  });

  test('give an order, what can be reached, and the circular parts, whatever the graph', () => {
    fc.assert(
      fc.property(lists, (edges) => {
        const links = linksFrom(edges);
        const can = reach(edges);
        const nodes = [...edges.keys()];
        for (const node of nodes) {
          const expected = nodes.filter((to) => to === node || can[node][to]);
          expect([...reachableFrom(links, [node])].toSorted((a, b) => a - b)).toEqual(expected);
        }
        const again = new Reach(links);
        for (const node of nodes) {
          expect(again.from([node])).toEqual(reachableFrom(links, [node]));
          expect(nodes.filter((to) => again.has(to))).toEqual(nodes.filter((to) => to === node || can[node][to]));
        }
        const { partOf } = strongParts(links);
        for (const one of nodes) {
          for (const other of nodes) {
            if (one === other) continue;
            expect(partOf[one] === partOf[other]).toBe(can[one][other] && can[other][one]);
            if (can[one][other]) expect(partOf[other]).toBeLessThanOrEqual(partOf[one]);
          }
        }
        const circular = nodes.filter((node) => can[node][node]);
        expect(
          circularParts(links)
            .flat()
            .toSorted((a, b) => a - b),
        ).toEqual(circular);
        const free = nodes.filter(
          (node) => !can[node].some((reached, to) => reached && can[to][to]) && !can[node][node],
        );
        const order = [...dependenciesFirst(links)];
        expect(order.toSorted((a, b) => a - b)).toEqual(free);
        for (const node of order)
          for (const below of edges[node]) expect(order.indexOf(below)).toBeLessThan(order.indexOf(node));
        expect(cycleIn(edges)).toHaveLength(circularParts(links).length);
      }),
      { seed: 1 },
    );
  });

  test('take a circle of 200,000', () => {
    const count = 200_000;
    const links = linksOf(
      count,
      Int32Array.from({ length: count }, (_, node) => node),
      Int32Array.from({ length: count }, (_, node) => (node + 1) % count),
    );
    expect(strongParts(links).count).toBe(1);
    expect(dependenciesFirst(links)).toHaveLength(0);
  });
});
