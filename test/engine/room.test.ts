import { describe, expect, test } from 'vitest';
import type { Priority } from '../../src/model/component.ts';
import { type CommandId, type LeaseId, type LoadId, ms, type UserId } from '../../src/model/ids.ts';
import type { EvictionPolicy } from '../../src/residency/eviction-policy.ts';
import { lfu } from '../../src/residency/lfu.ts';
import { lru } from '../../src/residency/lru.ts';
import { Driver, spec } from './driver.ts';

const sized = (id: string, bytes: number, more: Parameters<typeof spec>[1] = {}) => spec(id, { bytes, ...more });

describe('the budget', () => {
  test('is kept before a load begins: even what is unloading still counts', () => {
    const driver = new Driver([sized('a', 40), sized('b', 40), sized('c', 40)]);
    driver.warm('a', 'b');
    expect(driver.demand('c')).toEqual(['unload a (evicted)']);
    expect(driver.status().heldBytes).toBe(80);
    expect(driver.unloaded('a')).toEqual(['load c']);
    expect(driver.status().heldBytes).toBe(80);
  });

  test('evicts no more than is needed, and nothing when nothing is', () => {
    const driver = new Driver([sized('a', 30), sized('b', 30), sized('c', 30), sized('d', 40)]);
    driver.warm('a', 'b', 'c');
    expect(driver.demand('d')).toEqual(['unload a (evicted)']);
    driver.unloaded('a');
    driver.loaded('d');
    expect(driver.in('warm')).toEqual(['b', 'c', 'd']);
  });

  test('makes room for several demands at once, each for its own', () => {
    const driver = new Driver([sized('a', 50), sized('b', 50), sized('c', 50), sized('d', 50)]);
    driver.warm('a', 'b');
    expect(driver.demand('c')).toEqual(['unload a (evicted)']);
    expect(driver.demand('d')).toEqual(['unload b (evicted)']);
    expect(driver.unloaded('b')).toEqual(['load c']);
    expect(driver.unloaded('a')).toEqual(['load d']);
  });

  test('keeps room for who asked first: a later, smaller demand does not take it', () => {
    const driver = new Driver([sized('a', 60), sized('big', 80), sized('small', 30)]);
    driver.warm('a');
    expect(driver.demand('big')).toEqual(['unload a (evicted)']);
    expect(driver.demand('small')).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load big']);
  });

  test('counts dependencies: the whole closure has room, or nothing begins', () => {
    const driver = new Driver([sized('app', 30, { dependsOn: ['lib'] }), sized('lib', 40), sized('x', 60)]);
    driver.warm('x');
    expect(driver.demand('app')).toEqual(['unload x (evicted)']);
    expect(driver.in('cold')).toEqual(['app', 'lib']);
    expect(driver.unloaded('x')).toEqual(['load lib']);
  });

  test('is checked when the engine is made', () => {
    expect(() => new Driver([sized('app', 60, { dependsOn: ['lib'] }), sized('lib', 50)])).toThrow(
      'component "app" with its dependencies needs',
    );
  });

  test('lets a demand wait for what still loads, and go on when that is idle', () => {
    const driver = new Driver([sized('a', 60), sized('b', 60)]);
    driver.preload('a');
    expect(driver.demand('b')).toEqual([]);
    expect(driver.loaded('a')).toEqual(['unload a (evicted)']);
    expect(driver.unloaded('a')).toEqual(['load b']);
  });

  test('lets a demand go on when a load turns out smaller than it was said to be', () => {
    const driver = new Driver([sized('a', 60), sized('b', 60)]);
    driver.demand('a');
    expect(driver.demand('b')).toEqual([]);
    expect(driver.loaded('a', 40)).toEqual(['grant 1 (cold)', 'load b']);
  });
});

describe('a size measured larger', () => {
  test('is charged, and what is idle goes until the budget holds again', () => {
    const driver = new Driver([sized('a', 40), sized('b', 40)]);
    driver.warm('a');
    driver.demand('b');
    expect(driver.loaded('b', 70)).toEqual(['grant 2 (cold)', 'unload a (evicted)']);
    expect(driver.component('b').expectedBytes).toBe(70);
  });

  test('waits for leases where it must', () => {
    const driver = new Driver([sized('a', 40), sized('b', 40)]);
    driver.demand('a');
    driver.demand('b');
    driver.loaded('a');
    expect(driver.loaded('b', 70)).toEqual(['grant 2 (cold)']);
    expect(driver.status().heldBytes).toBe(110);
    expect(driver.release(1)).toEqual(['unload a (evicted)']);
  });

  test('than the whole budget can be used once, and is refused from then on', () => {
    const driver = new Driver([sized('a', 40)]);
    driver.demand('a');
    expect(driver.loaded('a', 120)).toEqual(['grant 1 (cold)']);
    expect(driver.release(1)).toEqual(['unload a (evicted)']);
    driver.unloaded('a');
    expect(driver.demand('a')).toEqual(['refuse 2 (over-budget)']);
    driver.budget(200);
    expect(driver.demand('a')).toEqual(['load a']);
  });
});

describe('another budget', () => {
  test('that is lower unloads what is idle, and the rest as it is released', () => {
    const driver = new Driver([sized('a', 30), sized('b', 30), sized('c', 30)]);
    driver.warm('a', 'b');
    driver.demand('c');
    driver.loaded('c');
    expect(driver.budget(40)).toEqual(['unload a (evicted)', 'unload b (evicted)']);
    expect(driver.budget(20)).toEqual([]);
    expect(driver.release(driver.lastLease)).toEqual(['unload c (evicted)']);
  });

  test('that is too low for a waiting demand refuses it', () => {
    const driver = new Driver([sized('a', 60), sized('b', 60)]);
    driver.demand('a');
    driver.demand('b');
    expect(driver.budget(50)).toEqual(['refuse 2 (over-budget)']);
  });

  test('that is higher lets a waiting demand begin', () => {
    const driver = new Driver([sized('a', 60), sized('b', 60)]);
    driver.demand('a');
    driver.demand('b');
    expect(driver.budget(120)).toEqual(['load b']);
  });
});

describe('eviction', () => {
  test('never takes what is leased, what is core, or what either rests on', () => {
    const driver = new Driver([
      sized('core', 20, { priority: 'core', dependsOn: ['below'] }),
      sized('below', 20),
      sized('leased', 20, { dependsOn: ['under'] }),
      sized('under', 20),
      sized('idle', 20),
      sized('new', 40),
    ]);
    driver.warm('core', 'idle');
    driver.demand('leased');
    driver.loaded('under');
    driver.loaded('leased');
    const lease = driver.lastLease;
    expect(driver.demand('new')).toEqual([]);
    expect(driver.in('warm')).toEqual(['core', 'below', 'leased', 'under', 'idle']);
    expect(driver.release(lease)).toEqual(['unload idle (evicted)', 'unload leased (evicted)']);
  });

  test('refuses a demand that what is core leaves no room for', () => {
    const driver = new Driver([sized('core', 60, { priority: 'core' }), sized('a', 60)]);
    driver.warm('core');
    expect(driver.demand('a')).toEqual(['refuse 2 (over-budget)']);
  });

  test.each<[Priority, Priority]>([
    ['low', 'normal'],
    ['normal', 'high'],
    ['low', 'high'],
  ])('takes %s before %s, however recently used', (weak, strong) => {
    const driver = new Driver([
      sized('x', 50, { priority: strong }),
      sized('y', 50, { priority: weak }),
      sized('z', 50),
    ]);
    driver.warm('x', 'y');
    expect(driver.demand('z')).toEqual(['unload y (evicted)']);
  });

  test('takes a weak dependency once what rests on it has gone, however strong that is', () => {
    const driver = new Driver([
      sized('app', 50, { priority: 'high', dependsOn: ['lib'] }),
      sized('lib', 50, { priority: 'low' }),
      sized('all', 100),
    ]);
    driver.warm('app');
    expect(driver.demand('all')).toEqual(['unload app (evicted)']);
    expect(driver.unloaded('app')).toEqual(['unload lib (evicted)']);
    expect(driver.unloaded('lib')).toEqual(['load all']);
  });

  test('takes a weak dependency together with what rests on it before anything stronger', () => {
    const driver = new Driver([
      sized('strong', 30, { priority: 'high' }),
      sized('lib', 30, { priority: 'low' }),
      sized('app', 40, { dependsOn: ['lib'] }),
      sized('new', 70),
    ]);
    driver.warm('strong', 'app');
    expect(driver.demand('new')).toEqual(['unload app (evicted)']);
    expect(driver.unloaded('app')).toEqual(['unload lib (evicted)']);
    expect(driver.unloaded('lib')).toEqual(['load new']);
  });

  test('takes whom its policy names: the least recently used, or the least frequently used', () => {
    const components = [sized('a', 50), sized('b', 50), sized('c', 50)];
    for (const [policy, victim] of [
      [undefined, 'a'],
      [lfu(), 'b'],
    ] as const) {
      const driver = new Driver(components, policy ? { policy } : {});
      driver.warm('a', 'a', 'b');
      expect(driver.demand('c')).toEqual([`unload ${victim} (evicted)`]);
    }
  });

  test('does not revive what is being unloaded: a demand for it loads it anew', () => {
    const driver = new Driver([sized('a', 60), sized('b', 60)]);
    driver.warm('a');
    driver.demand('b');
    expect(driver.demand('a')).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load b']);
    expect(driver.loaded('b')).toEqual(['grant 2 (cold)']);
    expect(driver.release(2)).toEqual(['unload b (evicted)']);
    expect(driver.unloaded('b')).toEqual(['load a']);
  });
});

describe('a component larger than the budget, where that is allowed', () => {
  test('loads outside of it, and goes with its last lease', () => {
    const driver = new Driver([sized('a', 150), sized('b', 60)], { allowOutside: true });
    driver.warm('b');
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.loaded('a')).toEqual(['grant 2 (cold)']);
    expect(driver.status().heldBytes).toBe(60);
    expect(driver.release(2)).toEqual(['unload a (replaced)']);
    driver.unloaded('a');
    expect(driver.preload('a')).toEqual([]);
  });

  test('leaves what it rests on inside', () => {
    const driver = new Driver([sized('a', 80, { dependsOn: ['b'] }), sized('b', 60), sized('c', 60)], {
      allowOutside: true,
    });
    driver.warm('c');
    expect(driver.demand('a')).toEqual(['unload c (evicted)']);
    expect(driver.unloaded('c')).toEqual(['load b']);
    expect(driver.status().heldBytes).toBe(60);
  });
});

describe('the minimum idle time', () => {
  const fresh = (id: string, bytes: number) => sized(id, bytes, { minIdleMs: 1000 });

  test('spares what has only just been used, as long as something else makes room', () => {
    const driver = new Driver([fresh('a', 50), sized('b', 50), sized('c', 50)]);
    driver.warm('a', 'b');
    expect(driver.demand('c')).toEqual(['unload b (evicted)']);
  });

  test('gives way to a demand for which there is no other room, and to no preload', () => {
    const driver = new Driver([fresh('a', 60), sized('b', 60)]);
    driver.warm('a');
    expect(driver.preload('b')).toEqual([]);
    expect(driver.demand('b')).toEqual(['unload a (evicted)']);
  });

  test('ends', () => {
    const driver = new Driver([fresh('a', 60), sized('b', 60)]);
    driver.warm('a');
    driver.now += 1000;
    expect(driver.preload('b')).toEqual(['unload a (evicted)']);
  });
});

describe('a preload that is worth less than all in memory', () => {
  test('is turned away without looking through all of it', () => {
    const components = Array.from({ length: 5000 }, (_, at) => spec(`c${at}`, { loadMs: 1000 }));
    const policy = lru();
    let read = 0;
    const counting: EvictionPolicy = {
      ...policy,
      *victims(now) {
        for (const index of policy.victims(now)) {
          read++;
          yield index;
        }
      },
    };
    const driver = new Driver([...components, spec('cheap', { loadMs: 0, bytes: 1000 })], {
      budget: 50_000,
      policy: counting,
    });
    const hour = 3_600_000;
    // All of them are expected: none is worth less than what loads in no time.
    const engine = driver.engine;
    for (const [at, { id }] of components.entries()) {
      const user = 'ann' as UserId;
      engine.handle({ kind: 'demand', lease: at as LeaseId, component: id, command: 1 as CommandId, user }, ms(0));
      engine.handle({ kind: 'loaded', component: id, load: (at + 1) as LoadId }, ms(0));
      engine.handle({ kind: 'release', lease: at as LeaseId }, ms(0));
      engine.handle({ kind: 'hint', component: id, user, within: ms(hour) }, ms(0));
    }
    read = 0;
    driver.hint('cheap', 1000);
    expect(driver.told('turned-away').at(-1)).toMatchObject({ component: 'cheap', reason: 'displaces-more-worth' });
    expect(read).toBeGreaterThan(1000);
    expect(read).toBeLessThan(2000);
  });
});
