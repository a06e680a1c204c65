import { describe, expect, test } from 'vitest';
import { ms, type UserId } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { ahead, ann, best, bob, chance, command, commands, stranger } from './life.ts';

const user = (number: number): UserId => `user ${number}` as UserId;

describe('a user who is forgotten', () => {
  test('is told what a stranger is told', () => {
    const blend = new Blend();
    for (let round = 0; round < 30; round++) {
      commands(blend, ['a', 'b', 'c'], ann);
      commands(blend, ['b', 'a', 'd'], bob);
    }
    blend.partial(ann, 'half a sentence');
    blend.forget(ann);
    expect(blend.forecast(ann, ms(0), 8)).toEqual(blend.forecast(stranger, ms(0), 8));
  });

  test('takes their habits out of what all are told', () => {
    const blend = new Blend();
    for (let round = 0; round < 25; round++) commands(blend, ['a', 'secret', 'x'], ann);
    for (let one = 0; one < 5; one++) commands(blend, ['a', 'b', 'x'], user(one));
    blend.forget(ann);
    command(blend, 'a', { user: stranger });
    expect(best(blend, 1, stranger)).toBe('b');
    expect(chance(blend, 'secret', 1, stranger)).toBeLessThan(chance(blend, 'b', 1, stranger) / 2);
  });

  test('takes nothing from what others taught', () => {
    const blend = new Blend();
    for (let one = 0; one < 5; one++) for (let round = 0; round < 5; round++) commands(blend, ['a', 'b'], user(one));
    for (let round = 0; round < 20; round++) commands(blend, ['a', 'b'], ann);
    blend.forget(ann);
    command(blend, 'a', { user: stranger });
    expect(best(blend, 1, stranger)).toBe('b');
    command(blend, 'a', { user: user(1) });
    expect(best(blend, 1, user(1))).toBe('b');
  });

  test('takes back no more than was counted of them, however often they repeated themselves', () => {
    const blend = new Blend({ without: Blend.experts.filter((name) => name !== 'all:last') });
    for (let one = 0; one < 10; one++) for (let round = 0; round < 5; round++) commands(blend, ['a', 'b'], user(one));
    for (let one = 10; one < 14; one++) for (let round = 0; round < 5; round++) commands(blend, ['a', 'c'], user(one));
    for (let round = 0; round < 400; round++) commands(blend, ['a', 'b'], ann);
    blend.forget(ann);
    command(blend, 'a', { user: stranger });
    expect(best(blend, 1, stranger)).toBe('b');
    expect(ahead(blend, 1, stranger)[0].why).toMatch(/it came 5\d of 7\d times/);
  });

  test('may come back, and begins anew', () => {
    const blend = new Blend();
    for (let round = 0; round < 10; round++) commands(blend, ['a', 'b'], ann);
    blend.forget(ann);
    for (let round = 0; round < 10; round++) commands(blend, ['a', 'c'], ann);
    command(blend, 'a');
    expect(best(blend)).toBe('c');
  });

  test('may be unknown, or forgotten twice', () => {
    const blend = new Blend();
    for (let round = 0; round < 10; round++) commands(blend, ['a', 'b'], bob);
    const before = blend.forecast(bob, ms(0), 5);
    blend.forget('nobody' as UserId);
    commands(blend, ['z'], ann);
    blend.forget(ann);
    blend.forget(ann);
    expect(ahead(blend, 1, bob)[0].component).toBe(before[0].component);
  });
});
