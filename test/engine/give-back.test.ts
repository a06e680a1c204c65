import { describe, expect, test } from 'vitest';
import { Driver, spec, specs } from './driver.ts';

/** Loaded ahead by forecast, worth least first: `a` of 0.5, `b` of 0.6 ... 10 bytes each. */
function ahead(ids: readonly string[], extra: Driver = new Driver(specs(...ids), { budget: 1000 })): Driver {
  extra.forecast(ids.map((id, at) => [id, 0.5 + at / 10]));
  for (let left = ids.length; left > 0; left--) for (const id of extra.in('loading')) extra.loaded(id);
  return extra;
}

const unload = (...ids: readonly string[]): string[] => ids.map((id) => `unload ${id} (pressure)`);

describe('bytes to be given back', () => {
  test('high unloads what was loaded ahead, least worth first, until so many are on their way, and no more', () => {
    for (const [excess, gone] of [
      [0, []],
      [1, ['a']],
      [10, ['a']],
      [11, ['a', 'b']],
      [25, ['a', 'b', 'c']],
      [1000, ['a', 'b', 'c', 'd']],
    ] as const) {
      expect(ahead(['a', 'b', 'c', 'd']).pressure('high', excess)).toEqual(unload(...gone));
    }
  });

  test('what is unloading already counts; a later reading that still asks goes on from there', () => {
    const driver = ahead(['a', 'b', 'c', 'd']);
    expect(driver.pressure('high', 15)).toEqual(unload('a', 'b'));
    expect(driver.pressure('high', 15)).toEqual([]);
    driver.unloaded('a');
    expect(driver.pressure('high', 15)).toEqual(unload('c'));
    driver.unloaded('b');
    driver.unloaded('c');
    expect(driver.pressure('high', 0)).toEqual([]);
    expect(driver.state('d')).toBe('warm');
  });

  test('no other event makes high give back more than was asked', () => {
    const driver = ahead(['a', 'b', 'c', 'd']);
    driver.pressure('high', 10);
    expect(driver.unloaded('a')).toEqual([]);
    expect(driver.forecast([])).toEqual([]);
    expect(driver.command()).toEqual([]);
    expect(driver.in('warm')).toEqual(['b', 'c', 'd']);
  });

  test('what was busy goes when it is idle, if bytes are still owed', () => {
    const driver = new Driver(specs('a', 'b'), { budget: 1000 });
    driver.preload('a');
    driver.pressure('high', 5);
    expect(driver.loaded('a')).toEqual(unload('a'));
    driver.unloaded('a');
    driver.demand('b');
    driver.loaded('b');
    driver.pressure('critical', 5);
    expect(driver.release(1)).toEqual(unload('b'));
  });

  test('dependants go before what they rest on, which counts from the start and follows when they are gone', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib', { bytes: 50 }), spec('z')], {
      budget: 1000,
    });
    driver.forecast([
      ['app', 0.95],
      ['z', 0.99],
    ]);
    driver.loaded('lib');
    driver.loaded('app');
    driver.loaded('z');
    expect(driver.pressure('high', 60)).toEqual(unload('app'));
    expect(driver.state('z')).toBe('warm');
    expect(driver.unloaded('app')).toEqual(unload('lib'));
    expect(driver.unloaded('lib')).toEqual([]);
    expect(driver.state('z')).toBe('warm');
  });

  test('high never touches what was demanded; critical does, for what speculation leaves owing, the oldest first', () => {
    const house = (): Driver => {
      const driver = new Driver([...specs('a', 'old', 'new', 'held'), spec('core', { priority: 'core' })], {
        budget: 1000,
      });
      driver.warm('core', 'old', 'new');
      driver.demand('held');
      driver.loaded('held');
      return ahead(['a'], driver);
    };
    expect(house().pressure('high', 1000)).toEqual(unload('a'));
    expect(house().pressure('critical')).toEqual(unload('a'));
    expect(house().pressure('critical', 10)).toEqual(unload('a'));
    expect(house().pressure('critical', 15)).toEqual(unload('a', 'old'));
    expect(house().pressure('critical', 1000)).toEqual(unload('a', 'old', 'new'));
    expect(house().pressure('emergency', 1)).toEqual(unload('a', 'old', 'new'));
  });

  test('low priority goes first, whatever it is worth; what was asked for by name last', () => {
    const driver = new Driver([spec('low', { priority: 'low' }), spec('high', { priority: 'high' }), spec('named')], {
      budget: 1000,
    });
    driver.preload('named');
    driver.forecast([
      ['high', 0.4],
      ['low', 0.99],
    ]);
    for (const id of driver.in('loading')) driver.loaded(id);
    for (const id of driver.in('loading')) driver.loaded(id);
    expect(driver.pressure('high', 30)).toEqual(unload('low', 'named', 'high'));
  });

  test('nothing is loaded ahead while bytes are owed: it would be the next to go', () => {
    const driver = ahead(['a', 'b']);
    driver.pressure('high', 10);
    driver.unloaded('a');
    expect(driver.forecast([['a', 0.95]])).toEqual([]);
    expect(driver.status()).toMatchObject({ workers: 0, lanes: { immediate: { waiting: 1 } } });
    expect(driver.pressure('high', 0)).toEqual(['load a']);
    expect(driver.status().workers).toBe(4);
  });

  test('the level is told when it changes, not at every reading', () => {
    const driver = new Driver(specs('a'));
    for (const [level, excess] of [
      ['low', undefined],
      ['high', 30],
      ['high', 20],
      ['critical', 5],
      ['critical', 0],
    ] as const) {
      driver.pressure(level, excess);
    }
    expect(driver.told('pressure').map(({ level, excessBytes }) => [level, excessBytes])).toEqual([
      ['low', undefined],
      ['high', 30],
      ['critical', 5],
    ]);
  });

  test('high orders its lanes anew by what they are worth now, before it halves them', () => {
    const ids = Array.from({ length: 8 }, (_, at) => `c${at}`);
    const driver = new Driver(specs(...ids, 'x'), { budget: 1000 });
    driver.demand('x', { more: true });
    driver.forecast(ids.map((id, at) => [id, 0.92 + at / 200]));
    // Of another user, which changes what the first one's entries are worth: c0 and c1 are likeliest now.
    driver.tell({
      kind: 'forecast',
      user: 'bob' as never,
      predictions: [0, 1].map((at) => ({ component: ids[at] as never, step: 1 as const, probability: 0.99, why: '' })),
    });
    driver.pressure('high');
    const waiting = driver.status().components.filter(({ lane }) => lane);
    expect(waiting.map(({ id }) => id)).toEqual(['c0', 'c1', 'c5', 'c6', 'c7']);
  });
});

describe('room on the machine', () => {
  test('limits what is loaded ahead, whatever the budget allows; a demand that nothing can make room for is loaded', () => {
    const driver = new Driver([...specs('a', 'b', 'c'), spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    driver.pressure('low', undefined, 25);
    expect(driver.forecast(['a', 'b', 'c'].map((id) => [id, 0.95]))).toEqual(['load a', 'load b']);
    expect(driver.counts().turnedAway.pressure).toBe(1);
    expect(driver.demand('app')).toEqual(['load lib']);
    driver.pressure('low', undefined, 0);
    expect(driver.forecast([['c', 0.95]])).toEqual([]);
    driver.pressure('low');
    expect(driver.forecast([['c', 0.95]])).toEqual(['load c']);
  });

  test('is less by what loads under way will take, though the reading does not show it yet', () => {
    const driver = new Driver(specs('a', 'b', 'c'));
    driver.demand('a');
    driver.pressure('low', undefined, 15);
    expect(driver.forecast([['b', 0.95]])).toEqual([]);
    driver.loaded('a');
    driver.pressure('low', undefined, 15);
    expect(
      driver.forecast([
        ['b', 0.95],
        ['c', 0.95],
      ]),
    ).toEqual(['load b']);
  });

  test('grows by what is unloaded since the latest reading, and by what goes for a better one', () => {
    const driver = new Driver(specs('a', 'b', 'c'), { budget: 20 });
    driver.warm('a', 'b');
    driver.pressure('low', undefined, 0);
    expect(driver.forecast([['c', 0.95]])).toEqual(['unload a (evicted)']);
    expect(driver.unloaded('a')).toEqual(['load c']);
  });
});

describe('a demand that the machine has no room for', () => {
  test('waits until what is idle has left, least worth first, and no more than it takes', () => {
    const driver = new Driver(specs('a', 'b', 'c', 'd', 'e'), { budget: 1000 });
    driver.warm('a', 'b', 'c', 'd');
    driver.pressure('critical', 0, -15, -5);
    expect(driver.demand('e')).toEqual(['unload a (evicted)', 'unload b (evicted)']);
    expect(driver.unloaded('a')).toEqual([]);
    expect(driver.unloaded('b')).toEqual(['load e']);
    expect(driver.loaded('e')).toEqual([`grant ${driver.lastLease} (cold)`]);
  });

  test('waits for what is unloading already, and is loaded at once when nothing more can leave', () => {
    const driver = new Driver(specs('a', 'b', 'c'), { budget: 1000 });
    driver.warm('a');
    driver.unload('a');
    driver.pressure('critical', 0, 0, 0);
    expect(driver.demand('b')).toEqual([]);
    expect(driver.unloaded('a')).toEqual(['load b']);
    expect(driver.demand('c')).toEqual(['load c']);
  });

  test('takes what there is, if that is not enough', () => {
    const driver = new Driver([...specs('a', 'held'), spec('big', { bytes: 500 })], { budget: 1000 });
    driver.warm('a');
    driver.demand('held');
    driver.loaded('held');
    driver.pressure('critical', 0, 0, 0);
    expect(driver.demand('big')).toEqual(['unload a (evicted)']);
    expect(driver.unloaded('a')).toEqual(['load big']);
  });

  test('keeps what it rests on', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib'), spec('z')], { budget: 1000 });
    driver.warm('lib', 'z');
    driver.pressure('critical', 0, 0, 0);
    expect(driver.demand('app')).toEqual(['unload z (evicted)']);
    expect(driver.unloaded('z')).toEqual(['load app']);
  });
});

describe('a lowered budget', () => {
  test('that leases hold more of says so once, and takes effect as they end', () => {
    const driver = new Driver(specs('a', 'b', 'c'));
    driver.warm('c');
    driver.demand('a');
    driver.loaded('a');
    driver.demand('b');
    driver.loaded('b');
    const [a, b] = [driver.lastLease - 1, driver.lastLease];
    expect(driver.budget(15)).toEqual(['unload c (evicted)']);
    expect(driver.told('budget-overdrawn')).toMatchObject([{ bytes: 5 }]);
    driver.unloaded('c');
    expect(driver.release(a)).toEqual(['unload a (evicted)']);
    driver.unloaded('a');
    driver.release(b);
    expect(driver.status().heldBytes).toBe(10);
    expect(driver.told('budget-overdrawn')).toHaveLength(1);
  });

  test('that what is idle can make good says nothing, even if it takes two steps', () => {
    const driver = new Driver([spec('app', { dependsOn: ['lib'] }), spec('lib')]);
    driver.warm('app');
    expect(driver.budget(5)).toEqual(['unload app (evicted)']);
    expect(driver.unloaded('app')).toEqual(['unload lib (evicted)']);
    expect(driver.told('budget-overdrawn')).toEqual([]);
  });

  test('a size measured a hundred times larger says so too, and again the next time', () => {
    const driver = new Driver(specs('a', 'b'), { budget: 500 });
    driver.demand('a');
    driver.loaded('a', 1000);
    expect(driver.told('budget-overdrawn')).toMatchObject([{ bytes: 500 }]);
    expect(driver.release(1)).toEqual(['unload a (evicted)']);
    driver.unloaded('a');
    driver.demand('b');
    driver.loaded('b', 1000);
    expect(driver.told('budget-overdrawn')).toHaveLength(2);
  });

  test('a size measured a hundred times smaller leaves the rest to others', () => {
    const driver = new Driver([spec('a', { bytes: 100 }), spec('b', { bytes: 99 })]);
    driver.demand('a');
    expect(driver.loaded('a', 1)).toEqual(['grant 1 (cold)']);
    expect(driver.demand('b')).toEqual(['load b']);
    expect(driver.status().heldBytes).toBe(100);
    driver.loaded('b');
    driver.release(1);
    expect(driver.unload('a')).toEqual(['unload a (explicit)']);
    driver.unloaded('a');
    driver.release(2);
    driver.demand('a');
    driver.loaded('a', 50);
    expect(driver.component('a')).toMatchObject({ expectedBytes: 50, heldBytes: 50 });
  });
});

describe('interference', () => {
  test('leaves fewer workers to what is loaded ahead, and none of the demands waits', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const driver = new Driver(specs(...ids), { budget: 1000 });
    driver.interference(0.25);
    expect(driver.forecast(ids.map((id) => [id, 0.95]))).toEqual(['load a', 'load b']);
    expect(driver.demand('e')).toEqual(['load e']);
    expect(driver.status().workers).toBe(2);
    expect(driver.loaded('a')).toEqual(['load c']);
    expect(driver.interference(1)).toEqual(['load d']);
    expect(driver.told('interference').map(({ share }) => share)).toEqual([0.25, 1]);
  });

  test('and pressure go together: half of a half', () => {
    const driver = new Driver(specs('a'));
    driver.interference(0.5);
    driver.pressure('high');
    expect(driver.status().workers).toBe(2);
    driver.pressure('low');
    expect(driver.status().workers).toBe(4);
  });
});
