import { describe, expect, test } from 'vitest';
import { Driver, spec, specs } from './driver.ts';

describe('a demand', () => {
  test('loads what is cold, and is granted once it is warm', () => {
    const driver = new Driver(specs('a'));
    driver.command();
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.loaded('a')).toEqual(['grant 1 (cold)']);
    expect(driver.counts()).toMatchObject({ needs: 1, cold: 1 });
  });

  test('is granted at once when warm; and counts as warm, not as anything a preload did', () => {
    const driver = new Driver(specs('a'));
    driver.warm('a');
    for (let again = 0; again < 19; again++) {
      expect(driver.demand('a')).toEqual([`grant ${driver.lastLease} (warm)`]);
      driver.release(driver.lastLease);
    }
    expect(driver.counts()).toMatchObject({
      needs: 20,
      warm: 19,
      cold: 1,
      preloads: { timely: 0, late: 0, wasted: 0 },
    });
  });

  test('joins a load that runs: one load, as many leases as there were demands', () => {
    const driver = new Driver(specs('a'));
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.demand('a', { user: 'bob' })).toEqual([]);
    expect(driver.demand('a')).toEqual([]);
    expect(driver.loaded('a')).toEqual(['grant 1 (cold)', 'grant 2 (loading)', 'grant 3 (loading)']);
    expect(driver.component('a').leases).toBe(3);
  });

  test('given up while it waits is never granted; the load goes on for whoever comes next', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    expect(driver.release(1)).toEqual([]);
    expect(driver.loaded('a')).toEqual([]);
    expect(driver.demand('a')).toEqual(['grant 2 (warm)']);
  });

  test('given up before its load could begin loads nothing', () => {
    const driver = new Driver([spec('a', { bytes: 60 }), spec('b', { bytes: 60 })]);
    driver.demand('a');
    driver.loaded('a');
    expect(driver.demand('b')).toEqual([]);
    driver.release(2);
    expect(driver.release(1)).toEqual([]);
    expect(driver.state('b')).toBe('cold');
  });

  test('released twice, or never made, is no matter', () => {
    const driver = new Driver(specs('a'));
    driver.warm('a');
    expect(driver.release(1)).toEqual([]);
    expect(driver.release(99)).toEqual([]);
  });

  test('of an unknown component throws, and changes nothing', () => {
    const driver = new Driver(specs('a'));
    const before = driver.status();
    expect(() => driver.demand('nobody')).toThrow('no component is named "nobody"');
    expect(driver.status()).toEqual(before);
  });

  test('needs no lane and no worker', () => {
    const ids = Array.from({ length: 15 }, (_, index) => `c${index}`);
    const driver = new Driver(specs(...ids), { budget: 1000 });
    for (const id of ids) expect(driver.demand(id)).toEqual([`load ${id}`]);
  });
});

describe('a load', () => {
  test('that ends too late is not taken for a newer one', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    const first = driver.load('a');
    driver.failed('a');
    driver.demand('a');
    const error = new Error('late');
    expect(driver.tell({ kind: 'loaded', component: 'a' as never, load: first })).toEqual([]);
    expect(driver.tell({ kind: 'load-failed', component: 'a' as never, load: first, error })).toEqual([]);
    expect(driver.state('a')).toBe('loading');
    expect(driver.loaded('a')).toEqual(['grant 2 (cold)']);
    expect(driver.tell({ kind: 'crashed', component: 'a' as never, load: first, error })).toEqual([]);
    expect(driver.state('a')).toBe('warm');
    expect(driver.unloaded('a')).toEqual([]);
    expect(driver.state('a')).toBe('warm');
  });

  test('that fails refuses its demands with one clear line; the next demand tries anew', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    driver.demand('a');
    expect(driver.failed('a', new Error('no such\nfile'))).toEqual([
      'refuse 1 (load-failed)',
      'refuse 2 (load-failed)',
    ]);
    expect(driver.state('a')).toBe('failed');
    expect(driver.status().heldBytes).toBe(0);
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.loaded('a')).toEqual(['grant 3 (cold)']);
  });

  test('keeps the error that the loader gave, or the code of one of ours', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    const cause = new Error('no such\nfile');
    const effects = driver.engine.handle(
      { kind: 'load-failed', component: 'a' as never, load: driver.load('a'), error: cause },
      0 as never,
    );
    const refused = effects.find((effect) => effect.kind === 'refuse')!;
    expect(refused.error.cause).toBe(cause);
    expect(refused.error.message).toBe(
      'component "a" did not load: found no such file; see the cause, and correct the loader',
    );
  });

  test('teaches its size and its time, dependencies not counted', () => {
    const driver = new Driver([spec('a', { loadMs: 1000, dependsOn: ['b'] }), spec('b', { loadMs: 1000 })]);
    driver.demand('a');
    driver.now = 500;
    driver.loaded('b', 30);
    driver.now = 700;
    driver.loaded('a', 7);
    expect(driver.component('b')).toMatchObject({ heldBytes: 30, expectedBytes: 30, expectedLoadMs: 900 });
    expect(driver.component('a')).toMatchObject({ heldBytes: 7, expectedBytes: 7, expectedLoadMs: 840 });
    expect(driver.told('load-ended').map(({ tookMs }) => tookMs)).toEqual([500, 200]);
  });
});

describe('dependencies', () => {
  const app = [
    spec('app', { dependsOn: ['left', 'right'] }),
    spec('left', { dependsOn: ['base'] }),
    spec('right', { dependsOn: ['base'] }),
    spec('base'),
  ];

  test('load first, those that can at once; a shared one is loaded and counted once', () => {
    const driver = new Driver(app);
    expect(driver.demand('app')).toEqual(['load base']);
    expect(driver.status().heldBytes).toBe(40);
    expect(driver.loaded('base')).toEqual(['load left', 'load right']);
    expect(driver.loaded('right')).toEqual([]);
    expect(driver.loaded('left')).toEqual(['load app']);
    expect(driver.loaded('app')).toEqual(['grant 1 (cold)']);
  });

  test('that load already are joined: both parents get their leases', () => {
    const driver = new Driver(app);
    expect(driver.demand('left')).toEqual(['load base']);
    expect(driver.demand('right')).toEqual([]);
    expect(driver.loaded('base')).toEqual(['load left', 'load right']);
    expect([...driver.loaded('left'), ...driver.loaded('right')]).toEqual(['grant 1 (cold)', 'grant 2 (cold)']);
  });

  test('stay while any dependant is in memory, and go after the last', () => {
    const driver = new Driver([...app, spec('huge', { bytes: 100 })]);
    driver.warm('left', 'right');
    expect(driver.demand('huge')).toEqual(['unload left (evicted)', 'unload right (evicted)']);
    expect(driver.unloaded('left')).toEqual([]);
    expect(driver.unloaded('right')).toEqual(['unload base (evicted)']);
    expect(driver.unloaded('base')).toEqual(['load huge']);
  });

  test('that fail refuse the demand, with the chain that leads there', () => {
    const driver = new Driver([spec('a', { dependsOn: ['b'] }), spec('b', { dependsOn: ['c'] }), spec('c')]);
    driver.demand('a');
    driver.demand('c');
    const effects = driver.engine.handle(
      { kind: 'load-failed', component: 'c' as never, load: driver.load('c'), error: new Error('disk full') },
      0 as never,
    );
    const refusals = effects.flatMap((effect) => (effect.kind === 'refuse' ? [effect.error] : []));
    expect(refusals.map(({ code, message }) => [code, message])).toEqual([
      ['load-failed', 'component "c" did not load: found disk full; see the cause, and correct the loader'],
      [
        'dependency-failed',
        'component "a" did not load (it depends on "b" -> "c"): found component "c" did not load: found disk full; ' +
          'see the cause, and correct the loader; correct "c" first',
      ],
    ]);
    expect(refusals[1].cause).toBe(refusals[0]);
    expect(driver.in('cold')).toEqual([]);
    expect(driver.status().heldBytes).toBe(0);
  });

  test('keep memory of their own idle time from when the last dependant left', () => {
    const driver = new Driver([spec('a', { dependsOn: ['b'], idleMs: 50 }), spec('b', { idleMs: 20 })]);
    driver.demand('a');
    driver.loaded('b');
    driver.loaded('a');
    expect(driver.release(1)).toEqual(['wake 50']);
    expect(driver.wake(50)).toEqual(['unload a (idle)']);
    expect(driver.unloaded('a')).toEqual(['wake 70']);
    expect(driver.wake(20)).toEqual(['unload b (idle)']);
  });
});

describe('conflicts', () => {
  test.each([
    ['declared by the newcomer', [spec('a', { conflictsWith: ['b'] }), spec('b')]],
    ['declared by the other', [spec('a'), spec('b', { conflictsWith: ['a'] })]],
  ])('%s: what is idle goes first, and is gone before the load begins', (_, components) => {
    const driver = new Driver(components);
    driver.warm('b');
    expect(driver.demand('a')).toEqual(['unload b (conflict)']);
    expect(driver.unloaded('b')).toEqual(['load a']);
    driver.loaded('a');
    driver.release(driver.lastLease);
    expect(driver.demand('b')).toEqual(['unload a (conflict)']);
  });

  test('with what is leased wait for the lease', () => {
    const driver = new Driver([spec('a', { conflictsWith: ['b'] }), spec('b')]);
    driver.demand('b');
    driver.loaded('b');
    expect(driver.demand('a')).toEqual([]);
    expect(driver.release(1)).toEqual(['unload b (conflict)']);
    expect(driver.unloaded('b')).toEqual(['load a']);
  });

  test('with what loads wait for the load', () => {
    const driver = new Driver([spec('a', { conflictsWith: ['b'] }), spec('b')]);
    driver.demand('b');
    driver.release(1);
    expect(driver.demand('a')).toEqual([]);
    expect(driver.loaded('b')).toEqual(['unload b (conflict)']);
  });

  test('with what others rest on unload those first', () => {
    const driver = new Driver([
      spec('a', { conflictsWith: ['base'] }),
      spec('base'),
      spec('app', { dependsOn: ['base'] }),
    ]);
    driver.warm('app');
    expect(driver.demand('a')).toEqual(['unload app (conflict)']);
    expect(driver.unloaded('app')).toEqual(['unload base (conflict)']);
    expect(driver.unloaded('base')).toEqual(['load a']);
  });

  test('of a dependency count too', () => {
    const driver = new Driver([
      spec('app', { dependsOn: ['base'] }),
      spec('base', { conflictsWith: ['x'] }),
      spec('x'),
    ]);
    driver.warm('x');
    expect(driver.demand('app')).toEqual(['unload x (conflict)']);
    expect(driver.unloaded('x')).toEqual(['load base']);
  });

  test('with a core component refuse the demand instead of waiting for ever', () => {
    const driver = new Driver([spec('a', { conflictsWith: ['core'] }), spec('core', { priority: 'core' })]);
    driver.warm('core');
    expect(driver.demand('a')).toEqual(['refuse 2 (dependency-conflict)']);
    driver.unload('core');
    driver.unloaded('core');
    expect(driver.demand('a')).toEqual(['load a']);
  });

  test('a demand that waits for a conflict keeps no memory from others', () => {
    const driver = new Driver([
      spec('held', { bytes: 30, conflictsWith: ['blocked'] }),
      spec('blocked', { bytes: 60 }),
      spec('other', { bytes: 60 }),
    ]);
    driver.demand('held');
    driver.loaded('held');
    expect(driver.demand('blocked')).toEqual([]);
    // Whoever holds `held` waits for this one: were its memory kept for `blocked`, nobody could ever go on.
    expect(driver.demand('other')).toEqual(['load other']);
  });
});

describe('a crash', () => {
  const stack = [
    spec('app', { dependsOn: ['lib'] }),
    spec('lib', { dependsOn: ['base'] }),
    spec('base'),
    spec('other'),
  ];

  test('takes the leases of the component; the next demand loads it anew', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    driver.loaded('a');
    expect(driver.crashed('a')).toEqual(['revoke 1 (load-failed)']);
    expect(driver.state('a')).toBe('failed');
    expect(driver.status().heldBytes).toBe(0);
    expect(driver.demand('a')).toEqual(['load a']);
    expect(driver.release(1)).toEqual([]);
  });

  test('unloads all that rests on it, directly or not, and leaves the rest alone', () => {
    const driver = new Driver(stack);
    driver.warm('other');
    driver.demand('app');
    for (const id of ['base', 'lib', 'app']) driver.loaded(id);
    expect(driver.crashed('base')).toEqual([
      'unload lib (replaced)',
      'revoke 2 (load-failed)',
      'unload app (replaced)',
    ]);
    expect(driver.in('warm')).toEqual(['other']);
    driver.unloaded('app');
    driver.unloaded('lib');
    expect(driver.status().heldBytes).toBe(10);
  });

  test('under a load that runs refuses who waits for it, and throws away what it brings', () => {
    const driver = new Driver(stack);
    driver.demand('app');
    driver.loaded('base');
    expect(driver.state('lib')).toBe('loading');
    expect(driver.crashed('base')).toEqual(['refuse 1 (load-failed)']);
    expect(driver.state('app')).toBe('cold');
    expect(driver.demand('lib')).toEqual([]);
    expect(driver.loaded('lib')).toEqual(['unload lib (replaced)']);
    expect(driver.unloaded('lib')).toEqual(['load base']);
    driver.loaded('base');
    expect(driver.loaded('lib')).toEqual(['grant 2 (cold)']);
  });

  test('unloads what was to go anyway because it broke, whatever else waits on it', () => {
    const driver = new Driver([
      spec('app', { dependsOn: ['base', 'lib', 'slow'] }),
      spec('lib', { dependsOn: ['base'] }),
      spec('base'),
      spec('slow'),
    ]);
    driver.preload('lib');
    driver.loaded('base');
    driver.loaded('lib');
    driver.preload('app');
    driver.unload('base');
    expect(driver.crashed('base')).toEqual(['unload lib (replaced)']);
    expect(driver.counts().preloads).toMatchObject({ failed: 3, wasted: 0 });
  });

  test('under a load that then fails loads anew for whoever came after', () => {
    const driver = new Driver(stack);
    driver.demand('lib');
    driver.loaded('base');
    driver.crashed('base');
    driver.demand('lib');
    expect(driver.failed('lib')).toEqual(['load base']);
  });
});

describe('unloading on request', () => {
  test('happens once no lease holds it', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    driver.loaded('a');
    expect(driver.unload('a')).toEqual([]);
    expect(driver.release(1)).toEqual(['unload a (explicit)']);
    driver.unloaded('a');
    expect(driver.unload('a')).toEqual([]);
  });

  test('takes what rests on it along, dependants first', () => {
    const driver = new Driver([spec('a', { dependsOn: ['b'] }), spec('b')]);
    driver.demand('a');
    driver.loaded('b');
    driver.loaded('a');
    expect(driver.unload('b')).toEqual([]);
    expect(driver.release(1)).toEqual(['unload a (explicit)']);
    expect(driver.unloaded('a')).toEqual(['unload b (explicit)']);
  });

  test('of something that loads waits until it is warm', () => {
    const driver = new Driver(specs('a'));
    driver.demand('a');
    driver.release(1);
    expect(driver.unload('a')).toEqual([]);
    expect(driver.loaded('a')).toEqual(['unload a (explicit)']);
  });

  test('reaches even what is core', () => {
    const driver = new Driver([spec('a', { priority: 'core' })]);
    driver.warm('a');
    expect(driver.unload('a')).toEqual(['unload a (explicit)']);
  });

  test('of what only waits to be preloaded takes it out of its lane', () => {
    const driver = new Driver(specs('a', 'b', 'c', 'd'));
    for (const id of ['a', 'b', 'c', 'd']) driver.preload(id);
    expect(driver.component('d').lane).toBe('immediate');
    driver.unload('d');
    expect(driver.component('d').lane).toBeNull();
    expect(driver.counts().preloads.cancelled).toBe(1);
  });
});

describe('idle time', () => {
  test('begins with the last release, and ends in an unload', () => {
    const driver = new Driver([spec('a', { idleMs: 50 })]);
    driver.demand('a');
    expect(driver.loaded('a')).toEqual(['grant 1 (cold)']);
    driver.now = 10;
    expect(driver.release(1)).toEqual(['wake 60']);
    expect(driver.wake(49)).toEqual(['wake 60']);
    expect(driver.wake(1)).toEqual(['unload a (idle)']);
  });

  test('begins anew with each use', () => {
    const driver = new Driver(specs('a'), { idleMs: 50 as never });
    driver.warm('a');
    driver.now = 40;
    driver.demand('a');
    expect(driver.wake(20)).toEqual([]);
    expect(driver.release(2)).toEqual(['wake 110']);
    expect(driver.wake(49)).toEqual(['wake 110']);
  });

  test('is never up for what is core', () => {
    const driver = new Driver([spec('a', { idleMs: 50, priority: 'core' })]);
    driver.demand('a');
    driver.loaded('a');
    expect(driver.release(1)).toEqual([]);
    expect(driver.wake(1000)).toEqual([]);
  });
});

describe('closing', () => {
  test('refuses who waits, revokes who holds, unloads everything and begins nothing', () => {
    const driver = new Driver([...specs('a', 'b', 'c', 'd', 'e'), spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    driver.warm('lib');
    driver.demand('a');
    driver.loaded('a');
    driver.demand('b');
    driver.demand('app');
    for (const id of ['c', 'd', 'e']) driver.preload(id);
    expect(driver.close()).toEqual([
      'revoke 2 (closed)',
      'refuse 3 (closed)',
      'refuse 4 (closed)',
      'unload a (shutdown)',
    ]);
    expect(driver.demand('a')).toEqual(['refuse 5 (closed)']);
    expect(driver.preload('d')).toEqual([]);
    expect(driver.pressure('low')).toEqual([]);
    expect(driver.hint('d', 1000).filter((word) => !word.startsWith('wake'))).toEqual([]);
    expect(driver.forecast([['d', 0.99]])).toEqual([]);
    for (const id of ['b', 'c', 'd', 'e']) expect(driver.loaded(id)).toEqual([`unload ${id} (shutdown)`]);
    expect(driver.loaded('app')).toEqual(['unload app (shutdown)']);
    expect(driver.unloaded('app')).toEqual(['unload lib (shutdown)']);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'lib']) driver.unloaded(id);
    expect(driver.status().heldBytes).toBe(0);
    expect(driver.counts().preloads.open).toBe(0);
  });

  test('takes back loads that wait for their dependencies', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    driver.demand('app');
    expect(driver.close()).toEqual(['refuse 1 (closed)']);
    expect(driver.loaded('lib')).toEqual(['unload lib (shutdown)']);
    driver.unloaded('lib');
    expect(driver.in('cold')).toEqual(['app', 'lib']);
  });

  test('goes on when something crashes or fails on the way', () => {
    const driver = new Driver([
      spec('app', { dependsOn: ['lib'] }),
      spec('lib', { dependsOn: ['base'] }),
      spec('base'),
    ]);
    driver.demand('app');
    driver.loaded('base');
    driver.loaded('lib');
    driver.close();
    expect(driver.failed('app')).toEqual(['unload lib (shutdown)']);
    expect(driver.unloaded('lib')).toEqual(['unload base (shutdown)']);
  });

  test('twice is closing once', () => {
    const driver = new Driver(specs('a'));
    driver.warm('a');
    expect(driver.close()).toEqual(['unload a (shutdown)']);
    expect(driver.close()).toEqual([]);
  });
});
