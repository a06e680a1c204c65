import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/model/effect.ts';
import { type CommandId, type ComponentId, type LeaseId, ms, type UserId } from '../../src/model/ids.ts';
import { Driver, spec, specs } from './driver.ts';

const gpu = (...ids: readonly string[]) => ids.map((id) => spec(id, { group: 'gpu' }));
const oneAtATime = { groups: { gpu: 1 } };

describe('a group', () => {
  test('has no more of its members in memory than it allows: the idle one that is next to go leaves first', () => {
    const driver = new Driver(gpu('a', 'b', 'c'), { groups: { gpu: 2 } });
    driver.warm('a', 'b');
    driver.warm('a');
    expect(driver.demand('c')).toEqual(['unload b (conflict)']);
    expect(driver.unloaded('b')).toEqual(['load c']);
  });

  test('never unloads what is leased: the demand waits', () => {
    const driver = new Driver(gpu('a', 'b'), oneAtATime);
    driver.demand('a');
    driver.loaded('a');
    expect(driver.demand('b')).toEqual([]);
    expect(driver.release(1)).toEqual(['unload a (conflict)']);
    expect(driver.unloaded('a')).toEqual(['load b']);
    expect(driver.loaded('b')).toEqual(['grant 2 (cold)']);
  });

  test('counts what leaves already, and waits for no other', () => {
    const driver = new Driver(gpu('a', 'b', 'c'), { groups: { gpu: 2 } });
    driver.warm('a', 'b');
    driver.demand('b');
    driver.unload('a');
    expect(driver.demand('c')).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load c']);
    expect(driver.state('b')).toBe('warm');
  });

  test('counts dependencies: all that rests on a member goes before it', () => {
    const driver = new Driver(
      [...gpu('model', 'other'), spec('app', { dependsOn: ['model'] }), spec('tool', { dependsOn: ['other'] })],
      oneAtATime,
    );
    driver.warm('app');
    expect(driver.demand('tool')).toEqual(['unload app (conflict)']);
    expect(driver.unloaded('app')).toEqual(['unload model (conflict)']);
    expect(driver.unloaded('model')).toEqual(['load other']);
  });

  test('is not crowded by what is loaded ahead, which gives way to nobody and displaces nobody', () => {
    const driver = new Driver(gpu('a', 'b'), oneAtATime);
    driver.warm('a');
    expect(driver.preload('b')).toEqual([]);
    expect(driver.told('turned-away').map(({ component, reason }) => `${component} ${reason}`)).toEqual(['b conflict']);
    expect(driver.state('a')).toBe('warm');
  });

  test('gives a demand the place of what was loaded ahead', () => {
    const driver = new Driver(gpu('a', 'b'), oneAtATime);
    driver.preload('a');
    expect(driver.demand('b')).toEqual([]);
    expect(driver.loaded('a')).toEqual(['unload a (conflict)']);
    expect(driver.unloaded('a')).toEqual(['load b']);
  });

  test('full of core components refuses a demand instead of having it wait for ever', () => {
    const driver = new Driver([spec('a', { group: 'gpu', priority: 'core' }), ...gpu('b')], oneAtATime);
    driver.warm('a');
    expect(driver.demand('b')).toEqual(['refuse 2 (dependency-conflict)']);
  });
});

/** Three users, each with a command of their own. */
function threeUsers(driver: Driver): (component: string, user: 'ann' | 'bob' | 'cyd') => string[] {
  const commands = new Map<string, CommandId>();
  for (const user of ['ann', 'bob', 'cyd']) {
    driver.command(user);
    commands.set(user, driver.lastCommand as CommandId);
  }
  let lease = 100;
  return (component, user) =>
    driver.tell({
      kind: 'demand',
      lease: ++lease as LeaseId,
      component: component as ComponentId,
      command: commands.get(user)!,
      user: user as UserId,
    });
}

describe('demands that conflict', () => {
  test.each([
    ['by name', [spec('a', { conflictsWith: ['b'] }), spec('b')], {}],
    ['by group', gpu('a', 'b'), oneAtATime],
  ])(
    '%s are served first come, first served: a warm component is not lent again before those who wait',
    (_, components, options) => {
      const driver = new Driver(components, options);
      const demand = threeUsers(driver);
      demand('a', 'ann');
      expect(driver.loaded('a')).toEqual(['grant 101 (cold)']);
      expect(demand('b', 'bob')).toEqual([]);
      expect(demand('a', 'cyd')).toEqual([]);
      expect(driver.release(101)).toEqual(['unload a (conflict)']);
      expect(driver.unloaded('a')).toEqual(['load b']);
      expect(driver.loaded('b')).toEqual(['grant 102 (cold)']);
      expect(driver.release(102)).toEqual(['unload b (conflict)']);
      expect(driver.unloaded('b')).toEqual(['load a']);
      expect(driver.loaded('a')).toEqual(['grant 103 (warm)']);
    },
  );

  test('let a warm component be lent again once those who waited give up', () => {
    const driver = new Driver(gpu('a', 'b'), oneAtATime);
    const demand = threeUsers(driver);
    demand('a', 'ann');
    driver.loaded('a');
    demand('b', 'bob');
    expect(demand('a', 'cyd')).toEqual([]);
    expect(driver.release(102)).toEqual(['grant 103 (warm)']);
  });

  test('let who holds what others wait for go on: it could never end otherwise', () => {
    const driver = new Driver([...gpu('a', 'b'), spec('app', { dependsOn: ['a'] })], oneAtATime);
    const demand = threeUsers(driver);
    demand('a', 'ann');
    driver.loaded('a');
    demand('b', 'bob');
    expect(demand('app', 'cyd')).toEqual([]);
    expect(demand('a', 'ann')).toEqual(['grant 104 (warm)']);
    expect(demand('app', 'ann')).toEqual(['load app']);
  });

  test('are not overtaken by a third that would exclude the one that waits', () => {
    const driver = new Driver([
      spec('a', { conflictsWith: ['b'] }),
      spec('b', { conflictsWith: ['c'] }),
      spec('c'),
      spec('d'),
    ]);
    const demand = threeUsers(driver);
    demand('a', 'ann');
    driver.loaded('a');
    demand('b', 'bob');
    expect(demand('c', 'cyd')).toEqual([]);
    // What excludes nobody waits for nobody.
    expect(demand('d', 'cyd')).toEqual(['load d']);
    expect(driver.release(101)).toEqual(['unload a (conflict)']);
    expect(driver.unloaded('a')).toEqual(['load b']);
    driver.loaded('b');
    expect(driver.release(102)).toEqual(['unload b (conflict)']);
    expect(driver.unloaded('b')).toEqual(['load c']);
  });

  test('wait no longer than they may, and are told who has it and since when', () => {
    const driver = new Driver(gpu('a', 'b'), { ...oneAtATime, conflictTimeoutMs: ms(5000) });
    const demand = threeUsers(driver);
    demand('a', 'ann');
    driver.now = 1000;
    driver.loaded('a');
    driver.now = 3000;
    expect(demand('b', 'bob')).toEqual(['wake 8000']);
    driver.now = 7999;
    expect(driver.tell({ kind: 'wake' })).toEqual(['wake 8000']);
    driver.now = 8000;
    const [refusal] = driver.engine.handle({ kind: 'wake' }, ms(8000)).filter(isRefusal);
    expect(refusal?.error.code).toBe('conflict-timeout');
    expect(refusal?.error.message).toBe(
      'component "b" waited 5.0 s for what it conflicts with to be let go: found "a" leased by user "ann" (command 1) for 7.0 s, of the same group "gpu"; release that lease sooner, or raise conflictTimeoutMs',
    );
    driver.engine.check();
    expect(driver.release(101)).toEqual([]);
    expect(driver.state('a')).toBe('warm');
  });

  test('behind others are told whom they wait behind, and go on once those gave up', () => {
    const driver = new Driver(gpu('a', 'b'), { ...oneAtATime, conflictTimeoutMs: ms(5000) });
    const demand = threeUsers(driver);
    demand('a', 'ann');
    driver.loaded('a');
    demand('b', 'bob');
    driver.now = 1000;
    expect(demand('a', 'cyd')).toEqual([]);
    driver.now = 5000;
    expect(driver.tell({ kind: 'wake' })).toEqual(['refuse 102 (conflict-timeout)', 'grant 103 (warm)']);
  });

  test('wait as long as it takes where what they wait for is already leaving', () => {
    const driver = new Driver(gpu('a', 'b'), { ...oneAtATime, conflictTimeoutMs: ms(5000) });
    driver.warm('a');
    expect(driver.demand('b')).toEqual(['unload a (conflict)']);
    expect(driver.wake(6000)).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load b']);
  });
});

const isRefusal = (effect: Effect): effect is Extract<Effect, { kind: 'refuse' }> => effect.kind === 'refuse';

describe('while a demand waits for a lease to end', () => {
  test('others are loaded ahead, but nothing that would stand in its way', () => {
    const driver = new Driver([
      spec('a', { conflictsWith: ['b'] }),
      spec('b', { conflictsWith: ['c'] }),
      spec('c'),
      spec('d'),
    ]);
    driver.demand('a');
    driver.loaded('a');
    driver.demand('b');
    expect(driver.preload('c')).toEqual([]);
    expect(driver.told('turned-away').map(({ component, reason }) => `${component} ${reason}`)).toEqual(['c conflict']);
    expect(driver.preload('d')).toEqual(['load d']);
  });

  test('nothing is loaded ahead once it waits only for what is leaving', () => {
    const driver = new Driver([spec('a', { conflictsWith: ['b'] }), spec('b'), spec('d')]);
    driver.warm('a');
    expect(driver.demand('b')).toEqual(['unload a (conflict)']);
    expect(driver.preload('d')).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load b', 'load d']);
  });
});

describe('loads of one demand', () => {
  const app = [
    spec('small', { loadMs: 10 }),
    spec('large', { loadMs: 500 }),
    spec('base', { loadMs: 300 }),
    spec('middle', { loadMs: 250, dependsOn: ['base'] }),
    spec('short', { loadMs: 20, dependsOn: ['base'] }),
    spec('app', { loadMs: 5, dependsOn: ['small', 'large', 'short', 'middle'] }),
  ];

  test('begin critical path first, at once as far as dependencies allow', () => {
    const driver = new Driver(app);
    expect(driver.demand('app')).toEqual(['load base', 'load large', 'load small']);
    // Both can begin now; `middle` keeps `app` waiting for longer.
    expect(driver.loaded('base')).toEqual(['load middle', 'load short']);
  });

  test('of a preload do too', () => {
    const driver = new Driver(app);
    expect(driver.preload('app')).toEqual(['load base', 'load large', 'load small']);
    expect(driver.loaded('base')).toEqual(['load middle', 'load short']);
  });

  test('go by the load times that were measured', () => {
    const driver = new Driver([...specs('one', 'two'), spec('app', { dependsOn: ['one', 'two'] })]);
    driver.demand('two');
    driver.now = 900;
    driver.loaded('two');
    driver.release(1);
    driver.unload('two');
    driver.unloaded('two');
    expect(driver.demand('app')).toEqual(['load two', 'load one']);
  });

  test('join those that run', () => {
    const driver = new Driver(app);
    driver.demand('large');
    expect(driver.demand('app')).toEqual(['load base', 'load small']);
  });
});
