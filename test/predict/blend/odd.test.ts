import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ms, type UserId } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ahead, ann, best, chance, command, commands, id, stranger } from './life.ts';

describe('names', () => {
  test.each(['', '__proto__', 'constructor', 'toString', '\u{1f600}\u65e5\u672c', 'a\nb', 'x'.repeat(10_000)])(
    'such as %j are names of users and components like any other',
    (name) => {
      const blend = new Blend();
      const user = name as UserId;
      for (let round = 0; round < 8; round++) commands(blend, ['a', name, 'b'], user);
      command(blend, 'a', { user });
      expect(best(blend, 1, user)).toBe(name);
      blend.forget(user);
      expect(blend.forecast(user, ms(0), 3)).toEqual(blend.forecast(stranger, ms(0), 3));
    },
  );
});

describe('many components', () => {
  test('do not keep a habit from being found', () => {
    const blend = new Blend();
    const rng = seededRng(2);
    const long = 'a.very.long.name.of.a.component.'.repeat(6);
    blend.register(Array.from({ length: 2000 }, (_, number) => ({ id: id(long + number) })));
    for (let round = 0; round < 500; round++) command(blend, `${long}${Math.floor(rng.next() * 2000)}`);
    for (let round = 0; round < 8; round++) commands(blend, [`${long}1`, `${long}1999`, `${long}2`]);
    command(blend, `${long}1`);
    expect([best(blend, 1), best(blend, 2)]).toEqual([`${long}1999`, `${long}2`]);
    expect(blend.forecast(ann, ms(0), 10_000).every(({ probability }) => probability > 0 && probability <= 1)).toBe(
      true,
    );
  });
});

describe('what is forecast', () => {
  const days = fc.array(
    fc.record({
      user: fc.constantFrom('ann', 'bob', 'cy'),
      components: fc.array(fc.nat(8), { maxLength: 4 }),
      text: fc.constantFrom('', 'open the door', 'play a song', '!!'),
      tags: fc.constantFrom([], ['kitchen']),
      draft: fc.constantFrom('', 'op', 'play'),
    }),
    { maxLength: 60 },
  );

  test('are probabilities, likeliest first, each component once, the same whenever it is lived again', () => {
    fc.assert(
      fc.property(days, fc.nat(12), (days, limit) => {
        const [one, other] = [new Blend(), new Blend()];
        days.forEach(({ user, components, text, tags, draft }, day) => {
          for (const blend of [one, other]) {
            blend.command(user as UserId, ms(day * 1000), tags);
            if (text) blend.text(user as UserId, text);
            for (const component of components) blend.demand(user as UserId, id(`c${component}`), ms(day * 1000));
            blend.partial(user as UserId, draft);
          }
          // Being asked changes nothing.
          one.forecast(user as UserId, ms(0), 3);
        });
        for (const user of ['ann', 'bob', 'cy'] as UserId[]) {
          expect(one.forecast(user, ms(0), limit)).toEqual(other.forecast(user, ms(0), limit));
          for (const step of [1, 2, 3] as const) {
            const found = ahead(one, step, user, limit);
            expect(found.length).toBeLessThanOrEqual(limit);
            expect(new Set(found.map(({ component }) => component)).size).toBe(found.length);
            found.forEach(({ probability }, at) => {
              expect(probability).toBeGreaterThan(0);
              expect(probability).toBeLessThanOrEqual(found[at - 1]?.probability ?? 1);
            });
          }
        }
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('stays probable, however long the same thing comes', () => {
    const blend = new Blend();
    for (const component of ['z', 'y']) command(blend, component);
    for (let round = 0; round < 5000; round++) commands(blend, ['a', 'b']);
    for (const { probability } of blend.forecast(ann, ms(0), 4)) expect(probability).toBeGreaterThan(0);
    expect(chance(blend, 'a')).toBeGreaterThan(0.95);
  });

  test('does not hang on a clock that goes back', () => {
    const blend = new Blend();
    for (let round = 0; round < 20; round++) {
      command(blend, 'a', { at: 3_600_000 - round * 1000 });
      command(blend, 'b', { at: -round * 7_000_000 });
    }
    command(blend, 'a', { at: -1e12 });
    expect(best(blend)).toBe('b');
    for (const chance of blend.within(id('a'), ms(-2e12))) {
      expect(chance).toBeGreaterThanOrEqual(0);
      expect(chance).toBeLessThanOrEqual(1);
    }
  });
});

describe('when anyone demands a component again', () => {
  test('is not known of one that never was demanded', () => {
    const blend = new Blend();
    blend.register([{ id: id('new') }]);
    command(blend, 'a');
    for (const name of ['new', 'unheard', '__proto__']) expect(blend.within(id(name), ms(0))).toEqual([0, 0, 0, 0]);
  });

  test('is learned from all its users', () => {
    const blend = new Blend();
    for (let minute = 0; minute < 300; minute++) {
      command(blend, 'a', { user: `user ${minute % 7}` as UserId, at: minute * 60_000 });
    }
    const [soon, , later] = blend.within(id('a'), ms(299 * 60_000));
    expect(soon).toBeLessThan(0.2);
    expect(later).toBeGreaterThan(0.9);
  });
});
