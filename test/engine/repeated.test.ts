import { describe, expect, test } from 'vitest';
import { ForecastTracker } from '../../src/metrics/forecast-tracker.ts';
import type { CommandId, ComponentId, LeaseId, UserId } from '../../src/model/ids.ts';
import { Blend } from '../../src/predict/blend/blend.ts';
import { Rhythm } from '../../src/predict/rhythm.ts';
import { policyNamed } from '../../src/residency/policies.ts';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import { seededRng } from '../../src/time/clock.ts';
import { Driver, spec } from './driver.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const components = names.map((id, at) => spec(id, at % 3 === 2 ? { dependsOn: [names[at - 1]] } : {}));
const users = ['ann', 'bob'] as UserId[];

/** Learns and measures everything that a demand can teach. */
function engine(): Driver {
  return new Driver(components, {
    budget: 50,
    policy: policyNamed('worth'),
    foresight: true,
    predictor: new Blend(),
    tracker: new ForecastTracker(),
    waste: new WasteTarget(0.2, 0.05),
    rhythm: new Rhythm(components.map(({ id }) => id)),
    keepPrice: 20_000,
    infer: true,
  });
}

/**
 * A random life in which commands demand the same several times in a row, with all kinds of things in between.
 * `disturbed`: something that means nothing happens before each demand. Returns all that was asked for, and all that is known.
 */
function live(seed: number, disturbed: boolean): { readonly asked: string[]; readonly driver: Driver } {
  const rng = seededRng(seed);
  const driver = engine();
  const asked: string[] = [];
  const below = (limit: number): number => Math.floor(rng.next() * limit);
  const commands = users.map((user) => ({ user, command: 0 as CommandId, demanded: new Set<string>() }));
  const open: LeaseId[] = [];
  let leases = 0;
  let component = 'a' as ComponentId;
  let whose = commands[0];
  const settle = (): void => {
    for (const loading of driver.in('loading')) asked.push(...driver.loaded(loading));
    for (const leaving of driver.in('unloading')) asked.push(...driver.unloaded(leaving));
  };
  for (let step = 0; step < 300; step++) {
    driver.now += rng.next() < 0.02 ? 3_600_000 * rng.next() : 100 * rng.next();
    const kind = rng.next();
    if (kind < 0.1) {
      whose = commands[below(2)];
      whose.command = (step + 1) as CommandId;
      whose.demanded.clear();
      const text = `open ${names[below(8)]}`;
      asked.push(...driver.tell({ kind: 'command', command: whose.command, user: whose.user, tags: [text] }));
      asked.push(...driver.tell({ kind: 'text', command: whose.command, user: whose.user, text }));
    } else if (kind < 0.7) {
      if (rng.next() < 0.15) component = names[below(8)] as ComponentId;
      if (rng.next() < 0.4) whose = commands[below(2)];
      if (disturbed) driver.interference(1);
      const again = whose.demanded.has(component);
      whose.demanded.add(component);
      const lease = ++leases as LeaseId;
      open.push(lease);
      const { command, user } = whose;
      asked.push(...driver.tell({ kind: 'demand', lease, component, command, user, again }));
    } else if (kind < 0.9) for (const lease of open.splice(0, 2)) asked.push(...driver.release(lease));
    else if (kind < 0.92) asked.push(...driver.served(whose.command, whose.user));
    else if (kind < 0.94) asked.push(...driver.hint(component, 10_000 * rng.next()));
    else if (kind < 0.96) asked.push(...driver.forecast([[component, rng.next()]], whose.user));
    else if (kind < 0.97) asked.push(...driver.partial(`open ${names[below(8)]}`, whose.user));
    else if (kind < 0.98) asked.push(...driver.preload(names[below(8)]));
    else if (kind < 0.99) asked.push(...driver.unload(component));
    else asked.push(...driver.wake(1000 * rng.next()));
    if (rng.next() < 0.8) settle();
  }
  return { asked, driver };
}

describe('what a command demands several times in a row', () => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))('comes to the same by the short way (seed %d)', (seed) => {
    const short = live(seed, false);
    const long = live(seed, true);
    expect(short.asked).toEqual(long.asked);
    expect(short.driver.notices).toEqual(long.driver.notices);
    expect(short.driver.status()).toEqual(long.driver.status());
    expect(Buffer.compare(short.driver.engine.snapshot(), long.driver.engine.snapshot())).toBe(0);
  });
});

describe('the notice of a demand', () => {
  test('is made for those who listen to it only', () => {
    let heard = false;
    const driver = new Driver(components, { hearsDemands: () => heard });
    const demanded = (): number => driver.notices.filter(({ kind }) => kind === 'demanded').length;
    driver.warm('a');
    driver.warm('a');
    expect(demanded()).toBe(0);
    heard = true;
    driver.warm('a');
    expect(demanded()).toBe(1);
    expect(driver.counts().needs).toBe(3);
  });
});
