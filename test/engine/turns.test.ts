import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandId, ComponentId, LeaseId, UserId } from '../../src/model/ids.ts';
import { lru } from '../../src/residency/lru.ts';
import { Driver, spec } from './driver.ts';

describe('a component that allows only so many leases at once', () => {
  test('grants the rest as leases end, first come first served', () => {
    const driver = new Driver([spec('a', { concurrency: 2 })]);
    driver.warm('a');
    driver.release(driver.lastLease);
    expect(driver.demand('a')).toEqual(['grant 2 (warm)']);
    expect(driver.demand('a', { user: 'bob' })).toEqual(['grant 3 (warm)']);
    expect(driver.demand('a')).toEqual([]);
    expect(driver.demand('a', { user: 'bob' })).toEqual([]);
    expect(driver.component('a')).toMatchObject({ state: 'warm', leases: 2, concurrency: 2, waiting: 2 });
    expect(driver.release(3)).toEqual(['grant 4 (warm)']);
    expect(driver.release(2)).toEqual(['grant 5 (warm)']);
    expect(driver.component('a')).toMatchObject({ leases: 2, waiting: 0 });
  });

  test('grants as many when its load ends', () => {
    const driver = new Driver([spec('a', { concurrency: 1 })]);
    driver.demand('a');
    driver.demand('a');
    expect(driver.loaded('a')).toEqual(['grant 1 (cold)']);
    expect(driver.engine.waiting(2 as never)).toEqual({ state: 'warm', concurrency: 1, before: 0 });
    expect(driver.release(1)).toEqual(['grant 2 (loading)']);
    expect(driver.engine.waiting(2 as never)).toBeNull();
  });

  test('one who gives up leaves the queue, and nobody is granted in their place', () => {
    const driver = new Driver([spec('a', { concurrency: 1 })]);
    driver.demand('a');
    driver.loaded('a');
    driver.demand('a');
    driver.demand('a');
    expect(driver.engine.waiting(3 as never)?.before).toBe(1);
    expect(driver.release(2)).toEqual([]);
    expect(driver.release(1)).toEqual(['grant 3 (warm)']);
  });

  test('is not unloaded while anybody waits for a turn', () => {
    const driver = new Driver([spec('a', { concurrency: 1, bytes: 60 }), spec('b', { bytes: 60 })]);
    driver.demand('a');
    driver.loaded('a');
    driver.demand('a');
    driver.demand('b');
    expect(driver.release(1)).toEqual(['grant 2 (warm)']);
    expect(driver.release(2)).toEqual(['unload a (evicted)']);
  });

  test('refuses those who wait when everything closes', () => {
    const driver = new Driver([spec('a', { concurrency: 1 })]);
    driver.demand('a');
    driver.loaded('a');
    driver.demand('a');
    expect(driver.tell({ kind: 'close' })).toEqual(expect.arrayContaining(['refuse 2 (closed)']));
  });

  test('whatever comes and goes, turns are taken in order and no place stays empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (most, steps) => {
        const driver = new Driver([spec('a', { concurrency: most })]);
        driver.warm('a');
        driver.release(driver.lastLease);
        let [waiting, open]: [number[], number[]] = [[], []];
        for (const step of steps) {
          const all = [...open, ...waiting];
          const gone = all[step % Math.max(1, all.length)];
          const words = step < 5 || gone === undefined ? driver.demand('a') : driver.release(gone);
          if (step < 5 || gone === undefined) waiting.push(driver.lastLease);
          else [waiting, open] = [waiting.filter((one) => one !== gone), open.filter((one) => one !== gone)];
          const turns = waiting.splice(0, most - open.length);
          open.push(...turns);
          expect(words).toEqual(turns.map((lease) => `grant ${lease} (warm)`));
        }
      }),
    );
  });
});

describe('a demand that a command makes again', () => {
  test('keeps the command served, if what it demands is warm', () => {
    const driver = new Driver([spec('a')]);
    driver.warm('a');
    driver.release(driver.lastLease);
    const before = driver.counts().needs;
    expect(driver.demand('a')).toEqual([`grant ${driver.lastLease} (warm)`]);
    expect(driver.counts().needs).toBe(before + 1);
  });

  test('is one use to the policy when made in a row, another when something else came in between', () => {
    const touched: number[] = [];
    const policy = lru();
    const touch: typeof policy.touch = (component, now) => {
      touched.push(component);
      policy.touch(component, now);
    };
    const driver = new Driver([spec('a'), spec('b')], { policy: { ...policy, touch } });
    driver.warm('a', 'b');
    let lease = 100;
    const again = (component: string): void => {
      const [command, user] = [1 as CommandId, 'ann' as UserId];
      const asked = { lease: ++lease as LeaseId, component: component as ComponentId, command, user, again: true };
      expect(driver.tell({ kind: 'demand', ...asked })).toEqual([`grant ${lease} (warm)`]);
      driver.release(lease);
    };
    touched.length = 0;
    for (const component of ['a', 'a', 'a', 'b', 'b', 'a']) again(component);
    expect(touched).toEqual([0, 1, 0]);
  });
});
