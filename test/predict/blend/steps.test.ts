import { describe, expect, test } from 'vitest';
import { ms } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ann, best, chance, command, commands } from './life.ts';

describe('steps', () => {
  test('are each right in a cycle of seven, after a few rounds', () => {
    const blend = new Blend();
    const cycle = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (let round = 0; round < 5; round++) commands(blend, cycle);
    for (const [at, component] of cycle.entries()) {
      command(blend, component);
      for (const step of [1, 2, 3] as const) expect(best(blend, step)).toBe(cycle[(at + step) % 7]);
    }
  });

  test('are learned directly: the second may be certain while the first is anything', () => {
    const blend = new Blend();
    const rng = seededRng(1);
    for (let round = 0; round < 120; round++) commands(blend, ['x', `any${Math.floor(rng.next() * 8)}`, 'far', 'end']);
    command(blend, 'x');
    expect([best(blend, 2), best(blend, 3)]).toEqual(['far', 'end']);
    const [far, end] = [chance(blend, 'far', 2), chance(blend, 'end', 3)];
    expect(Math.min(far, end)).toBeGreaterThan(2 * chance(blend, best(blend, 1)!, 1));
    expect(far).toBeGreaterThan(4 * chance(blend, 'far', 1));
    expect(end).toBeGreaterThan(4 * chance(blend, 'end', 2));
  });

  test('tell two orders apart by the demand before the last', () => {
    const blend = new Blend();
    for (let round = 0; round < 15; round++) commands(blend, ['p', 'm', 'q', 'r', 'm', 's']);
    commands(blend, ['p', 'm']);
    expect(best(blend)).toBe('q');
    commands(blend, ['r', 'm']);
    expect(best(blend)).toBe('s');
  });

  test('follow a habit that changed', () => {
    const blend = new Blend();
    for (let round = 0; round < 30; round++) commands(blend, ['a', 'b']);
    for (let round = 0; round < 15; round++) commands(blend, ['a', 'c']);
    command(blend, 'a');
    expect(best(blend)).toBe('c');
  });

  test('skip commands that demand nothing', () => {
    const blend = new Blend();
    for (let round = 0; round < 8; round++) {
      command(blend, 'a');
      blend.command(ann, ms(0));
      command(blend, 'b');
    }
    command(blend, 'a');
    expect(best(blend)).toBe('b');
  });
});
