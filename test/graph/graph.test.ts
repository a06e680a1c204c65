import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cycleIn } from '../../src/graph/cycles.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import type { ComponentSpec } from '../../src/model/component.ts';
import { ForeloadError } from '../../src/model/errors.ts';
import { bytes, type ComponentId, ms } from '../../src/model/ids.ts';

const spec = (id: string, dependsOn: readonly string[] = [], conflictsWith: readonly string[] = []): ComponentSpec => ({
  id: id as ComponentId,
  bytes: bytes(1),
  loadMs: ms(1),
  dependsOn: dependsOn as ComponentId[],
  conflictsWith: conflictsWith as ComponentId[],
  priority: 'normal',
});

function errorOf(specs: readonly ComponentSpec[]): ForeloadError {
  try {
    buildGraph(specs);
  } catch (error) {
    if (error instanceof ForeloadError) return error;
  }
  return expect.unreachable('the graph was built');
}

describe('a graph', () => {
  const diamond = [spec('app', ['left', 'right']), spec('left', ['base']), spec('right', ['base']), spec('base')];

  test('lists dependencies before dependants', () => {
    const { order, ids } = buildGraph(diamond);
    expect(order.map((node) => ids[node])).toEqual(['base', 'left', 'right', 'app']);
  });

  test('gives a closure: all that is needed, once each, dependencies first, the component last', () => {
    const { closureOf, ids, indexOf } = buildGraph(diamond);
    const closure = (id: string) => closureOf(indexOf.get(id as ComponentId)!).map((node) => ids[node]);
    expect(closure('app')).toEqual(['base', 'left', 'right', 'app']);
    expect(closure('base')).toEqual(['base']);
    expect(closureOf(0)).toBe(closureOf(0));
  });

  test('knows dependants and conflicts from both sides', () => {
    const graph = buildGraph([spec('a', ['b', 'b'], ['c']), spec('b'), spec('c', [], ['a', 'a'])]);
    expect(graph.dependencies).toEqual([[1], [], []]);
    expect(graph.dependants).toEqual([[], [0], []]);
    expect(graph.conflicts).toEqual([[2], [], [0]]);
    expect(buildGraph([spec('a', [], ['b']), spec('b')]).conflicts).toEqual([[1], [0]]);
  });

  test('of nothing is nothing', () => {
    expect(buildGraph([]).order).toEqual([]);
  });

  test('keeps registration order among equals', () => {
    const graph = buildGraph(['c', 'a', 'b'].map((id) => spec(id)));
    expect(graph.order).toEqual([0, 1, 2]);
  });

  test('puts dependencies first, whatever the shape', () => {
    fc.assert(
      fc.property(acyclic(), (edges) => {
        const graph = buildGraph(specsOf(edges));
        const place = new Map(graph.order.map((node, at) => [node, at]));
        expect(graph.order.toSorted((a, b) => a - b)).toEqual(edges.map((_, node) => node));
        edges.forEach((targets, node) => {
          for (const target of targets) expect(place.get(target)!).toBeLessThan(place.get(node)!);
          const closure = graph.closureOf(node);
          expect(new Set(closure)).toEqual(reachable(edges, node));
          expect(closure.length).toBe(new Set(closure).size);
          expect(closure.at(-1)).toBe(node);
          closure.forEach((member, at) => {
            for (const target of edges[member]) expect(closure.indexOf(target)).toBeLessThan(at);
          });
        });
      }),
      { seed: 1 },
    );
  });

  test('a chain of 100,000 is built, and its closure given, without recursion', () => {
    const length = 100_000;
    const chain = Array.from({ length }, (_, index) => spec(`c${index}`, index === 0 ? [] : [`c${index - 1}`]));
    chain[0] = spec('c0', [], ['c0x']);
    const graph = buildGraph([...chain, spec('c0x')]);
    const closure = graph.closureOf(length - 1);
    expect([closure[0], closure.at(-1), closure.length]).toEqual([0, length - 1, length]);
  });
});

describe('what is refused', () => {
  test.each([
    [
      [spec('a', ['b'])],
      'unknown-dependency',
      'component "a" depends on "b": found no component of that name; register "b"',
    ],
    [[spec('a', [], ['b'])], 'unknown-dependency', 'component "a" conflicts with "b"'],
    [[spec('a', ['a'])], 'dependency-cycle', 'found a -> a;'],
    [
      [spec('a', ['b']), spec('b', ['c']), spec('c', ['a'])],
      'dependency-cycle',
      'in a circle: found a -> b -> c -> a;',
    ],
    [[spec('a', [], ['a'])], 'dependency-conflict', 'component "a" conflicts with itself'],
    [[spec('a', ['b'], ['b']), spec('b')], 'dependency-conflict', 'needs both "a" and "b", which conflict'],
    [
      [spec('a', ['b', 'c']), spec('b', ['d']), spec('c', [], ['d']), spec('d')],
      'dependency-conflict',
      'component "a" needs both "c" and "d", which conflict (its dependencies: d, b, c, a)',
    ],
  ])('%#: %s', (specs, code, message) => {
    const error = errorOf(specs);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test('several circles are all named, each in full', () => {
    const specs = [
      spec('a', ['b']),
      spec('b', ['a']),
      spec('c', ['c', 'a']),
      spec('d', ['e']),
      spec('e', ['f', 'g']),
      spec('f', ['d']),
      spec('g'),
    ];
    expect(errorOf(specs).message).toBe(
      'components depend on each other in 3 circles: found a -> b -> a; c -> c; d -> e -> f -> d; remove one dependency from each',
    );
  });

  test('a conflict between two that nobody needs together is none', () => {
    expect(() => buildGraph([spec('a', ['b']), spec('b', [], ['c']), spec('c')])).not.toThrow();
  });
});

describe('circles', () => {
  test('are found if and only if there are any, and each is one', () => {
    fc.assert(
      fc.property(anyGraph(), (edges) => {
        const cycles = cycleIn(edges);
        const onCircle = edges.map((_, node) => edges[node].some((next) => reachable(edges, next).has(node)));
        expect(cycles.length > 0).toBe(onCircle.includes(true));
        for (const cycle of cycles) {
          expect(new Set(cycle).size).toBe(cycle.length);
          cycle.forEach((node, at) => expect(edges[node]).toContain(cycle[(at + 1) % cycle.length]));
        }
        const named = new Set(cycles.flat());
        // One for each knot: every node on a circle shares one with a node that is named.
        onCircle.forEach((on, node) => {
          if (!on) return;
          const knot = [...reachable(edges, node)].filter((other) => reachable(edges, other).has(node));
          expect(knot.some((other) => named.has(other))).toBe(true);
        });
      }),
      { seed: 1 },
    );
  });

  test('of 100,000 are found without recursion', () => {
    const length = 100_000;
    const [cycle] = cycleIn(Array.from({ length }, (_, node) => [(node + 1) % length]));
    expect(cycle).toHaveLength(length);
    expect(cycle[0]).toBe(0);
  });
});

function acyclic(): fc.Arbitrary<number[][]> {
  return fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 }).chain((lists) => {
    const forward = lists.map((list, node) => (node === 0 ? [] : [...new Set(list.map((value) => value % node))]));
    return fc
      .shuffledSubarray(
        forward.map((_, node) => node),
        { minLength: forward.length },
      )
      .map((names) => {
        const edges: number[][] = forward.map(() => []);
        forward.forEach((list, node) => (edges[names[node]] = list.map((target) => names[target])));
        return edges;
      });
  });
}

function anyGraph(): fc.Arbitrary<number[][]> {
  return fc
    .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 9 })
    .map((lists) => lists.map((list) => [...new Set(list.map((value) => value % lists.length))]));
}

const specsOf = (edges: readonly (readonly number[])[]): ComponentSpec[] =>
  edges.map((list, node) =>
    spec(
      `c${node}`,
      list.map((target) => `c${target}`),
    ),
  );

function reachable(edges: readonly (readonly number[])[], start: number): Set<number> {
  const found = new Set([start]);
  for (const node of found) for (const next of edges[node]) found.add(next);
  return found;
}
