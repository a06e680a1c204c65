import { describe, expect, test } from 'vitest';
import { ms, type UserId } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { ahead, ann, best, bob, command, commands, stranger } from './life.ts';

const user = (number: number): UserId => `user ${number}` as UserId;

describe('what all do', () => {
  test('is what a new user is told, from the first command on', () => {
    const blend = new Blend();
    for (let one = 0; one < 12; one++) commands(blend, ['mail', 'news', 'music', 'news', 'lamp'], user(one));
    expect(best(blend, 1, stranger)).toBe('mail');
    command(blend, 'mail', { user: stranger });
    expect([best(blend, 1, stranger), best(blend, 2, stranger)]).toEqual(['news', 'music']);
  });

  test('gives way to what a user does', () => {
    const blend = new Blend();
    for (let one = 0; one < 12; one++) for (let round = 0; round < 4; round++) commands(blend, ['a', 'b'], user(one));
    for (let round = 0; round < 15; round++) commands(blend, ['a', 'c'], ann);
    for (const each of [ann, stranger]) command(blend, 'a', { user: each });
    expect([best(blend, 1, ann), best(blend, 1, stranger)]).toEqual(['c', 'b']);
  });

  test('keeps the habits of two users apart', () => {
    const blend = new Blend();
    for (let round = 0; round < 15; round++) {
      commands(blend, ['a', 'b', 'x'], ann);
      commands(blend, ['a', 'c', 'x'], bob);
    }
    for (const each of [ann, bob]) command(blend, 'a', { user: each });
    expect([best(blend, 1, ann), best(blend, 1, bob)]).toEqual(['b', 'c']);
  });
});

describe('one user who floods', () => {
  test('does not change the habit of another', () => {
    const blend = new Blend();
    for (let round = 0; round < 25; round++) commands(blend, ['a', 'b', 'c'], ann);
    command(blend, 'a', { user: ann });
    for (let round = 0; round < 10_000; round++)
      command(blend, `junk ${(round * 7919) % 40}`, { user: bob, at: round });
    for (const step of [1, 2] as const) expect(best(blend, step, ann)).toBe(['b', 'c'][step - 1]);
  });

  test('does not outvote sixty others by repeating one thing a thousand times', () => {
    const blend = new Blend({ without: Blend.experts.filter((name) => name !== 'all:last') });
    for (let one = 0; one < 60; one++) for (let round = 0; round < 6; round++) commands(blend, ['a', 'b'], user(one));
    for (let round = 0; round < 1000; round++) commands(blend, ['a', 'flood'], bob);
    for (let round = 0; round < 6; round++) commands(blend, ['a', 'b'], user(60));
    command(blend, 'a', { user: stranger });
    expect(best(blend, 1, stranger)).toBe('b');
    const flood = ahead(blend, 1, stranger).find(({ component }) => component === 'flood');
    const [, count] = /it came (\d+) of/.exec(flood!.why)!;
    expect(Number(count)).toBeLessThan(200);
  });
});

describe('a stranger who is only asked for', () => {
  test('is not remembered', () => {
    const blend = new Blend();
    for (let round = 0; round < 10; round++) commands(blend, ['a', 'b', 'c'], ann);
    const [before, snapshot] = [blend.forecast(ann, ms(0), 3), blend.snapshot()];
    expect(blend.forecast(stranger, ms(0), 3).length).toBeGreaterThan(0);
    expect(Buffer.compare(blend.snapshot(), snapshot)).toBe(0);
    // More than are remembered at all: they take no place from those who are known.
    for (let one = 0; one < 20_001; one++) blend.forecast(user(one), ms(0), 1);
    expect(blend.forecast(ann, ms(0), 3)).toEqual(before);
    expect(Buffer.compare(blend.snapshot(), snapshot)).toBe(0);
  });
});
