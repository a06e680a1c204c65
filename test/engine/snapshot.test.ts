import { describe, expect, test } from 'vitest';
import type { EngineOptions } from '../../src/engine/options.ts';
import { Blend } from '../../src/predict/blend/blend.ts';
import { Reader, Writer } from '../../src/predict/bytes.ts';
import { Rhythm } from '../../src/predict/rhythm.ts';
import { seal, unseal } from '../../src/predict/seal.ts';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import { seededRng } from '../../src/time/clock.ts';
import { Driver, spec } from './driver.ts';

const names = Array.from({ length: 24 }, (_, at) => `c${at}`);
const components = names.map((name, at) => spec(name, { bytes: 5 + (at % 3) * 5, loadMs: 100 + 100 * (at % 5) }));

const begin = (options: Partial<EngineOptions> = {}): Driver =>
  new Driver(components, {
    predictor: new Blend(),
    waste: new WasteTarget(0.3, 0.3),
    rhythm: new Rhythm(components.map(({ id }) => id)),
    foresight: true,
    keepPrice: 30,
    ...options,
  });

/** Commands of six users along habits, from the `from`-th to the `to`-th of an endless stream; loads take no time. */
function work(driver: Driver, from: number, to: number): string[] {
  const rng = seededRng(7);
  const at = new Map<string, number>();
  const done: string[] = [];
  for (let n = 0; n < to; n++) {
    const user = `u${Math.floor(rng.next() * 6)}`;
    const last = at.get(user) ?? 0;
    const next = rng.next() < 0.9 ? (last * 5 + 3) % names.length : Math.floor(rng.next() * names.length);
    at.set(user, next);
    if (n < from) continue;
    driver.now = 20_000 * (n + 1);
    done.push(...settle(driver, driver.tell({ kind: 'wake' })));
    done.push(...settle(driver, driver.command(user)));
    done.push(...settle(driver, driver.demand(names[next], { user })));
    done.push(...settle(driver, driver.release(driver.lastLease)));
    done.push(...settle(driver, driver.served(driver.lastCommand, user)));
  }
  // Leases and commands are numbered anew after a restart.
  return done.map((word) => word.replace(/^grant \d+/, 'grant'));
}

/** Answers all that is asked for. */
function settle(driver: Driver, words: readonly string[]): string[] {
  const all = [...words];
  for (const word of all) {
    const [verb, component] = word.split(' ') as [string, string];
    if (verb === 'load') all.push(...driver.loaded(component));
    if (verb === 'unload') all.push(...driver.unloaded(component));
  }
  return all;
}

/** Nothing is in memory, as after a restart, and nothing waits. */
function empty(driver: Driver): void {
  for (let left = 5; left > 0 && driver.in('cold').length < names.length; left--) {
    for (const name of names) settle(driver, driver.unload(name));
  }
  expect(driver.in('cold')).toEqual(names);
}

const without = (words: readonly string[], verb: string): string[] => words.filter((word) => !word.startsWith(verb));

/** A snapshot with one of its parts left out or put in another's place. */
function altered(snapshot: Uint8Array, change: (parts: Map<string, Uint8Array>) => void): Uint8Array {
  const from = new Reader(unseal(1, snapshot));
  const title = from.text();
  const parts = new Map<string, Uint8Array>();
  for (let left = from.number(); left > 0; left--) parts.set(from.text(), from.array(Uint8Array));
  change(parts);
  const to = new Writer();
  to.text(title);
  to.number(parts.size);
  for (const [name, part] of parts) {
    to.text(name);
    to.array(part);
  }
  return seal(1, to.bytes());
}

describe('an engine restored from its snapshot', () => {
  const before = begin();
  work(before, 0, 600);
  empty(before);
  const snapshot = before.engine.snapshot();
  const wentOn = without(work(before, 600, 1000), 'wake');

  test('decides as the one that went on: what loads, what leaves, and when', () => {
    const restored = begin({ snapshot });
    expect(restored.status().threshold).not.toBe(begin().status().threshold);
    expect(without(work(restored, 600, 1000), 'wake')).toEqual(wentOn);
    expect(restored.status().threshold).toBe(before.status().threshold);
    expect(wentOn.filter((word) => word.startsWith('unload')).length).toBeGreaterThan(100);
    expect(before.counts().preloads.timely).toBeGreaterThan(20);
  });

  test.each(['uses', 'outlook', 'keeping', 'reuse', 'waste', 'predictor blend'])(
    'needs for that what the snapshot says of %s',
    (part) => {
      const lacking = altered(snapshot, (parts) => expect(parts.delete(part)).toBe(true));
      expect(without(work(begin({ snapshot: lacking }), 600, 1000), 'wake')).not.toEqual(wentOn);
    },
  );

  test('saves again what it was restored from', () => {
    expect(Buffer.compare(begin({ snapshot }).engine.snapshot(), snapshot)).toBe(0);
  });

  test('takes an older snapshot, which holds less, and one with a part that is not known', () => {
    const older = altered(snapshot, (parts) => {
      for (const part of ['uses', 'outlook', 'keeping', 'reuse', 'waste']) parts.delete(part);
      parts.set('from the future', new Uint8Array(3));
    });
    const restored = begin({ snapshot: older });
    expect(restored.status().threshold).toBe(begin().status().threshold);
    work(restored, 600, 620);
  });

  test('knows only those components that are still there', () => {
    const restored = new Driver(components.slice(3).toReversed(), {
      predictor: new Blend(),
      waste: new WasteTarget(0.5, 0.3),
      keepPrice: 30,
      snapshot,
    });
    restored.warm('c5');
    expect(restored.state('c5')).toBe('warm');
  });

  test.each(['uses', 'outlook', 'keeping', 'paper-stays', 'reuse', 'waste', 'waste-trial'])(
    'refuses nonsense about %s, and changes nothing that outlives it',
    (part) => {
      const waste = new WasteTarget(0.5, 0.3);
      const predictor = new Blend();
      const known = predictor.snapshot();
      const nonsense = new Writer();
      for (let at = 0; at < 40; at++) nonsense.number(-5);
      const bad = altered(snapshot, (parts) => parts.set(part, nonsense.bytes()));
      expect(() => begin({ snapshot: bad, waste, predictor })).toThrow(
        expect.objectContaining({ code: 'invalid-snapshot', message: expect.stringContaining(part) }),
      );
      expect(waste.threshold).toBe(new WasteTarget(0.5, 0.3).threshold);
      expect(Buffer.compare(predictor.snapshot(), known)).toBe(0);
    },
  );
});

describe('what ends with the process', () => {
  test('is no waste: preloads that nobody could use before everything closed are not held against forecasts', () => {
    // Cheap to keep: all that is foretold is worth its memory.
    const driver = begin({ keepPrice: 0.3 });
    settle(driver, driver.command());
    const first = names.slice(0, 10);
    settle(driver, driver.forecast(first.map((name) => [name, 0.99])));
    expect(driver.in('warm').length).toBeGreaterThan(8);
    const open = begin({ snapshot: driver.engine.snapshot() }).status().threshold;
    settle(driver, driver.close());
    expect(driver.counts().preloads.wasted).toBeGreaterThan(8);
    expect(begin({ snapshot: driver.engine.snapshot() }).status().threshold).toBe(open);
    expect(open).toBeLessThan(1);
  });

  test('is taken back from the account of preloads that were under way', () => {
    const waste = new WasteTarget(0.1, 0.3);
    for (let at = 0; at < 20; at++) waste.begun(0.5);
    expect(waste.threshold).toBe(Number.POSITIVE_INFINITY);
    const saved = new Writer();
    waste.save(
      saved,
      Array.from({ length: 20 }, () => 0.5),
    );
    const restored = new WasteTarget(0.1, 0.3);
    restored.load(new Reader(saved.bytes()))();
    expect(restored.threshold).toBeLessThanOrEqual(1);
  });

  test('another target keeps what forecasts are worth, not the account', () => {
    const waste = new WasteTarget(0.1, 0.3);
    for (let at = 0; at < 200; at++) {
      waste.followed(0.99);
      if (at % 4 > 0) waste.cameTrue(0.99);
    }
    for (let at = 0; at < 20; at++) waste.begun(0.5);
    const saved = new Writer();
    waste.save(saved, []);
    const restored = new WasteTarget(0.4, 0.3);
    restored.load(new Reader(saved.bytes()))();
    expect(waste.threshold).toBe(Number.POSITIVE_INFINITY);
    expect(restored.threshold).toBeLessThan(1);
  });
});
