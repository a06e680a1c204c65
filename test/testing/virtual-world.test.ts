import { describe, expect, test } from 'vitest';
import { bytes, type ComponentId, ms } from '../../src/model/ids.ts';
import { lru } from '../../src/residency/lru.ts';
import type { EvictionPolicy } from '../../src/residency/eviction-policy.ts';
import {
  type ContractCase,
  describeFailure,
  evictionPolicyContract,
  explore,
  laneContract,
  play,
  predictorContract,
  randomActions,
  randomBudget,
  randomComponents,
  seededRng,
  shrink,
  VirtualWorld,
  type VirtualWorldOptions,
} from '../../src/testing/index.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { Lanes } from '../../src/lanes/lanes.ts';
import { Markov2 } from '../../src/predict/markov2.ts';

const plain = (id: string, dependsOn: readonly string[] = []) => ({
  id: id as ComponentId,
  bytes: bytes(10),
  loadMs: ms(100),
  dependsOn: dependsOn as ComponentId[],
  conflictsWith: [],
  priority: 'normal' as const,
});

const small = (policy: EvictionPolicy = lru()): VirtualWorldOptions => ({
  components: [plain('a', ['b']), plain('b'), plain('c')],
  budget: 20,
  policy,
  predictor: null,
  waste: null,
});

describe('a virtual world', () => {
  test('plays a story, and everything the engine asked for can be read', () => {
    const world = new VirtualWorld(small());
    world.act({ kind: 'demand', user: 0, components: [0] });
    world.act({ kind: 'loaded', nth: 0 });
    world.act({ kind: 'loaded', nth: 0 });
    world.act({ kind: 'release', nth: 0 });
    world.act({ kind: 'demand', user: 1, components: [2] });
    world.settle();
    const told = world.effects.map((effect) => ('component' in effect ? `${effect.kind} ${effect.component}` : ''));
    expect(told).toEqual(['load b', 'load a', 'grant a', 'unload a', 'load c', 'grant c']);
  });

  test('does nothing for an action with nothing to act on', () => {
    const world = new VirtualWorld(small());
    for (const kind of ['loaded', 'load-failed', 'unloaded', 'crashed', 'release', 'repeated'] as const) {
      world.act({ kind, nth: 3 });
    }
    expect(world.effects).toEqual([]);
  });

  test('is the same world each time it is played', () => {
    const effects = [1, 2].map(() => {
      const rng = seededRng(5);
      const components = randomComponents(rng);
      const options = {
        components,
        budget: randomBudget(rng, components),
        policy: lru(),
        predictor: null,
        waste: null,
      };
      const world = new VirtualWorld(options);
      for (const action of randomActions(seededRng(5), 100)) world.act(action);
      return JSON.stringify(world.effects);
    });
    expect(effects[0]).toBe(effects[1]);
  });

  test('notices a broken engine, and makes the story short', () => {
    // A policy that names what is not in memory any more, so that nothing that could leave is ever found.
    const blind = (): EvictionPolicy => ({ ...lru(), victims: () => [] });
    const failure = explore(11, 150, () => small(blind()))!;
    expect(failure.error.message).toContain('the demand of c is answered in the end');
    expect(failure.actions).toHaveLength(1);
    expect(play(failure.actions, small(blind()))?.message).toBe(failure.error.message);
    expect(play(failure.actions, small())).toBeNull();
    expect(describeFailure(failure).split('\n')).toHaveLength(2);
  });

  test('draws components that go together', () => {
    for (let seed = 0; seed < 200; seed++) {
      const rng = seededRng(seed);
      const components = randomComponents(rng);
      const graph = buildGraph(components);
      const budget = randomBudget(rng, components);
      components.forEach((_, index) => {
        const need = graph.closureOf(index).reduce((sum, node) => sum + components[node].bytes, 0);
        expect(need).toBeLessThanOrEqual(budget);
      });
    }
  });
});

test('a list is shrunk to what is needed to fail', () => {
  const list = Array.from({ length: 100 }, (_, index) => index);
  expect(shrink(list, (part) => part.includes(13) && part.includes(77))).toEqual([13, 77]);
  expect(shrink(list, () => true)).toEqual([]);
  expect(shrink(list, (part) => part.length === 100)).toHaveLength(100);
});

describe('the contract suites notice', () => {
  const broken = (cases: readonly ContractCase[]): string[] =>
    cases.filter(({ run }) => throws(run)).map(({ name }) => name);

  test('a policy that forgets, or holds on', () => {
    const forgetful = (): EvictionPolicy => ({ ...lru(), insert: () => undefined });
    const clinging = (): EvictionPolicy => ({ ...lru(), remove: () => undefined });
    expect(broken(evictionPolicyContract(forgetful)).length).toBeGreaterThan(0);
    expect(broken(evictionPolicyContract(clinging)).length).toBeGreaterThan(0);
    expect(broken(evictionPolicyContract(lru))).toEqual([]);
  });

  test('a predictor that asks step 1 three times, and one that never forgets', () => {
    class Thrice extends Markov2 {
      override forecast(...asked: Parameters<Markov2['forecast']>): ReturnType<Markov2['forecast']> {
        const first = super.forecast(...asked).filter(({ step }) => step === 1);
        return ([1, 2, 3] as const).flatMap((step) => first.map((prediction) => ({ ...prediction, step })));
      }
    }
    class Elephant extends Markov2 {
      override forget(): void {}
    }
    expect(broken(predictorContract(() => new Thrice()))).toEqual(['learns from the first commands on']);
    expect(broken(predictorContract(() => new Elephant()))).toEqual([
      'forgets a user as if they had never been there, and leaves to others what they taught',
    ]);
  });

  test('lanes that know no order, or no limit', () => {
    class Unordered extends Lanes {
      override entries(lane: Parameters<Lanes['entries']>[0]): ReturnType<Lanes['entries']> {
        return super.entries(lane).toReversed();
      }
    }
    class Endless extends Lanes {
      override capacity(): number {
        return 1000;
      }
    }
    expect(broken(laneContract((limits) => new Unordered(limits))).length).toBeGreaterThan(0);
    expect(broken(laneContract((limits) => new Endless(limits))).length).toBeGreaterThan(0);
  });
});

function throws(run: () => void): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
