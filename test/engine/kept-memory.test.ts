import { describe, expect, test } from 'vitest';
import { bytes, type ComponentId, ms } from '../../src/model/ids.ts';
import { lru } from '../../src/residency/lru.ts';
import { play, type WorldAction } from '../../src/testing/index.ts';
import { Driver, spec } from './driver.ts';

/** Like `spec`, of one that gives nothing back when it is unloaded. */
const keeping = (id: string, size: number): ReturnType<typeof spec> => ({
  ...spec(id, { bytes: size }),
  keepsMemory: true,
});

describe('a component that gives no memory back', () => {
  test('stays charged after it was unloaded, until its next load takes that over', () => {
    const driver = new Driver([keeping('a', 40), spec('b', { bytes: 50 })]);
    driver.warm('a');
    expect(driver.tell({ kind: 'unload', component: 'a' as ComponentId })).toEqual(['unload a (explicit)']);
    driver.unloaded('a');
    expect(driver.status()).toMatchObject({ heldBytes: 40, lostBytes: 40 });
    driver.warm('b');
    expect(driver.status()).toMatchObject({ heldBytes: 90, lostBytes: 40 });
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.status()).toMatchObject({ heldBytes: 90, lostBytes: 0 });
  });

  test('does not leave for a preload, under pressure, or for a lower budget', () => {
    const driver = new Driver([keeping('a', 60), spec('b', { bytes: 60 })]);
    driver.warm('a');
    expect(driver.forecast([['b', 1]])).toEqual([]);
    expect(driver.pressure('emergency')).toEqual([]);
    driver.pressure('low');
    expect(driver.tell({ kind: 'budget', bytes: bytes(60) })).toEqual([]);
    expect(driver.component('a')).toMatchObject({ state: 'warm' });
  });

  test('leaves for a demand that finds no other room; what it keeps stands in nobody\u2019s way', () => {
    const driver = new Driver([keeping('a', 60), spec('b', { bytes: 30 }), spec('c', { bytes: 60 })]);
    driver.warm('a', 'b');
    expect(driver.demand('c')).toEqual(['unload a (evicted)']);
    // Of what it keeps only so much is overlooked as the demand can't do without.
    expect(driver.unloaded('a')).toEqual(['unload b (evicted)']);
    expect(driver.unloaded('b')).toEqual(['load c']);
    expect(driver.status()).toMatchObject({ heldBytes: 100, lostBytes: 40 });
  });

  test('is left alone as long as others can make the room', () => {
    const driver = new Driver([keeping('a', 30), spec('b', { bytes: 60 }), spec('c', { bytes: 60 })]);
    driver.warm('a', 'b');
    expect(driver.demand('c')).toEqual(['unload b (evicted)']);
  });

  test('lets no demand have the room that is missing already', () => {
    const one = (
      id: string,
      size: number,
      dependsOn: readonly string[] = [],
      conflictsWith: readonly string[] = [],
    ): ReturnType<typeof spec> => ({ ...spec(id, { bytes: size, dependsOn, conflictsWith, loadMs: ms(500) }) });
    const components = [
      keeping('a', 67),
      one('b', 17, [], ['g']),
      one('c', 32, [], ['d']),
      one('d', 30, [], ['g']),
      one('e', 52),
      one('f', 14, ['a', 'b', 'e']),
      one('g', 22, ['e'], ['d']),
    ];
    const actions: readonly WorldAction[] = [
      { kind: 'hint', component: 5, user: 1, within: 4846 },
      { kind: 'demand', user: 0, components: [4, 4, 2] },
      { kind: 'load-failed', nth: 3 },
      { kind: 'release', nth: 6 },
      { kind: 'loaded', nth: 3 },
      { kind: 'release', nth: 0 },
      { kind: 'loaded', nth: 0 },
      { kind: 'loaded', nth: 5 },
      { kind: 'demand', user: 0, components: [1, 3] },
      { kind: 'loaded', nth: 5 },
      { kind: 'release', nth: 4 },
      { kind: 'budget', size: 0.426 },
      { kind: 'release', nth: 4 },
      { kind: 'demand', user: 0, components: [1, 3] },
      { kind: 'demand', user: 0, components: [6, 4, 4] },
      { kind: 'unloaded', nth: 3 },
      { kind: 'demand', user: 0, components: [2] },
      { kind: 'release', nth: 0 },
      { kind: 'unloaded', nth: 2, failed: true },
    ];
    expect(play(actions, { components, budget: 330, policy: lru(), predictor: null, waste: null })).toBeNull();
  });
});
