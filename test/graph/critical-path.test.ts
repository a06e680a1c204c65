import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPathFirst } from '../../src/graph/critical-path.ts';
import { buildGraph, type Graph } from '../../src/graph/graph.ts';
import { spec } from '../engine/driver.ts';

const graphOf = (dependencies: Readonly<Record<string, readonly string[]>>): Graph =>
  buildGraph(Object.entries(dependencies).map(([id, dependsOn]) => spec(id, { dependsOn })));

function orderOf(dependencies: Readonly<Record<string, readonly string[]>>, took: Readonly<Record<string, number>>) {
  const graph = graphOf(dependencies);
  const asked = new Set(Object.keys(took));
  const nodes = graph.order.filter((node) => asked.has(graph.ids[node]));
  return criticalPathFirst(graph, nodes, (node) => took[graph.ids[node]]).map((node) => graph.ids[node]);
}

describe('the critical path', () => {
  test('begins first what the longest chain hangs on', () => {
    const chain = { app: ['lib'], lib: ['base'], base: [], alone: [], other: [] };
    expect(orderOf(chain, { app: 10, lib: 10, base: 10, alone: 25, other: 5 })).toEqual([
      'base',
      'alone',
      'lib',
      'app',
      'other',
    ]);
  });

  test('looks only at the nodes asked for', () => {
    expect(orderOf({ app: ['base'], base: [], alone: [] }, { base: 10, alone: 20 })).toEqual(['alone', 'base']);
  });

  test('keeps dependencies before dependants where loads take no time, and equals as registered', () => {
    expect(orderOf({ app: ['base'], base: [], one: [], two: [] }, { app: 0, base: 0, one: 3, two: 3 })).toEqual([
      'one',
      'two',
      'base',
      'app',
    ]);
  });

  test('takes a chain of 20,000', () => {
    const long = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`c${i}`, i > 0 ? [`c${i - 1}`] : []] as const),
    );
    const took = Object.fromEntries(Object.keys(long).map((id) => [id, 1]));
    expect(orderOf(long, took).slice(0, 2)).toEqual(['c0', 'c1']);
  });

  test('is an order of the graph, whatever the graph', () => {
    const shape = fc.array(fc.tuple(fc.nat(5), fc.array(fc.nat(20), { maxLength: 3 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(shape, (nodes) => {
        const names = nodes.map((_, i) => `c${i}`);
        const graph = buildGraph(
          nodes.map(([, on], i) => spec(`c${i}`, { dependsOn: i > 0 ? on.map((to) => names[to % i]) : [] })),
        );
        const order = criticalPathFirst(graph, graph.order, (node) => nodes[node][0]);
        expect(order.toSorted((a, b) => a - b)).toEqual([...nodes.keys()]);
        for (const node of order) {
          for (const below of graph.dependencies[node]) expect(order.indexOf(below)).toBeLessThan(order.indexOf(node));
        }
      }),
      { seed: 1 },
    );
  });
});
