import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ForeloadError } from '../../../src/model/errors.ts';
import { ms, type UserId } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { Writer } from '../../../src/predict/bytes.ts';
import { seal, unseal } from '../../../src/predict/seal.ts';
import { allAhead, ann, bob, command, commands, id, namesIn, relive } from './life.ts';

const people = ['ann', 'bob', 'cy'];
const events = fc.array(
  fc.record({
    user: fc.constantFrom(...people),
    components: fc.array(fc.nat(9), { maxLength: 3 }),
    text: fc.constantFrom('', 'open the door', 'play a song', '\u958b\u9580'),
    tags: fc.constantFrom([], ['kitchen'], ['office', 'evening']),
    draft: fc.constantFrom('', 'op', 'play some'),
  }),
  { maxLength: 60, size: 'max' },
);
type Event = (typeof events extends fc.Arbitrary<infer T> ? T : never)[number];

function feed(blend: Blend, events: readonly Event[], from: number): void {
  events.forEach(({ user, components, text, tags, draft }, at) => {
    const now = ms((from + at) * 17_000);
    blend.command(user as UserId, now, tags);
    if (text) blend.text(user as UserId, text);
    for (const component of components) blend.demand(user as UserId, id(`family.${component}`), now);
    blend.partial(user as UserId, draft);
  });
}

const restored = (snapshot: Uint8Array): Blend => {
  const blend = new Blend();
  blend.restore(snapshot);
  return blend;
};

/** All that can be asked. */
const told = (blend: Blend): unknown => [
  allAhead(blend, people),
  Array.from({ length: 10 }, (_, at) => blend.within(id(`family.${at}`), ms(5e6))),
];

describe('a snapshot', () => {
  test('restored forecasts the same, and goes on alike', () => {
    fc.assert(
      fc.property(events, events, (before, after) => {
        const blend = new Blend();
        blend.register([
          { id: id('family.0'), description: 'the door' },
          { id: id('new'), keywords: ['song'] },
        ]);
        feed(blend, before, 0);
        const twin = restored(blend.snapshot());
        expect(told(twin)).toEqual(told(blend));
        feed(blend, after, before.length);
        feed(twin, after, before.length);
        expect(told(twin)).toEqual(told(blend));
        expect(Buffer.compare(twin.snapshot(), blend.snapshot())).toBe(0);
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  test('keeps advice', () => {
    const blend = new Blend();
    for (let round = 0; round < 20; round++) commands(blend, ['a', 'b', 'c']);
    const without = allAhead(blend, ['ann']);
    blend.advise(ann, [{ component: id('b'), step: 1, probability: 0.9, why: '' }]);
    expect(allAhead(blend, ['ann'])).not.toEqual(without);
    expect(allAhead(restored(blend.snapshot()), ['ann'])).toEqual(allAhead(blend, ['ann']));
  });

  test.each(['\ufeffann', 'lone \ud800', '', 'nul \0 and \u{1f600}'])('keeps the name %j', (name) => {
    const blend = new Blend();
    for (let round = 0; round < 8; round++) commands(blend, ['a', 'c', 'b'], name as UserId);
    expect(allAhead(restored(blend.snapshot()), [name])).toEqual(allAhead(blend, [name]));
  });

  test('keeps components apart whose names differ by half a character', () => {
    const blend = new Blend();
    for (let round = 0; round < 8; round++) commands(blend, ['\ud800', '\ud801', 'x']);
    expect(allAhead(restored(blend.snapshot()), ['ann'])).toEqual(allAhead(blend, ['ann']));
  });

  test('takes the place of all that was learned', () => {
    const [blend, other] = [new Blend(), new Blend()];
    for (let round = 0; round < 10; round++) {
      commands(blend, ['a', 'b']);
      commands(other, ['c', 'd'], bob);
    }
    other.restore(blend.snapshot());
    expect(allAhead(other, ['ann', 'bob', 'x'])).toEqual(allAhead(blend, ['ann', 'bob', 'x']));
  });

  test('of nothing forecasts nothing', () => {
    expect(restored(new Blend().snapshot()).forecast(ann, ms(0), 5)).toEqual([]);
  });

  test('keeps the leanings of a user, and who was unseen longest', () => {
    const blend = new Blend();
    for (let round = 0; round < 60; round++) {
      commands(blend, ['a', `x${(round * 7) % 5}`], ann);
      commands(blend, ['a', 'b', 'c'], bob);
    }
    const twin = restored(blend.snapshot());
    for (const each of [blend, twin]) for (let round = 0; round < 10; round++) commands(each, ['a', 'q'], ann);
    expect(allAhead(twin, ['ann', 'bob', 'new'])).toEqual(allAhead(blend, ['ann', 'bob', 'new']));
  });

  test('of a day of real commands is small', async () => {
    const blend = new Blend();
    const empty = blend.snapshot().length;
    await relive(blend, 'tau-airline', 1164);
    // 200 users, 1164 commands: under 6 KB a command, all that they taught included.
    expect(blend.snapshot().length - empty).toBeLessThan(1164 * 6144);
    expect(empty).toBeLessThan(400_000);
  });

  test('holds no name of a user who was forgotten, and no word of a text', () => {
    const blend = new Blend();
    const user = 'zephyrine' as UserId;
    for (let round = 0; round < 5; round++) {
      command(blend, 'a', { user, text: 'my password is xylophone' });
      commands(blend, ['b', 'c'], bob);
    }
    const kept = (word: string): boolean => {
      const snapshot = blend.snapshot();
      return namesIn(snapshot).includes(word) || new TextDecoder('latin1').decode(snapshot).includes(word);
    };
    expect(kept('zephyrine')).toBe(true);
    blend.forget(user);
    for (const word of ['zephyrine', 'password', 'xylophone']) expect([word, kept(word)]).toEqual([word, false]);
    expect(restored(blend.snapshot()).forecast(user, ms(0), 5)).toEqual(blend.forecast(user, ms(0), 5));
  });
});

describe('what is no snapshot', () => {
  const blend = new Blend();
  let snapshot: Uint8Array;
  let before: unknown;

  beforeAll(() => {
    for (let round = 0; round < 10; round++) commands(blend, ['family.1', 'family.2', 'family.3']);
    snapshot = blend.snapshot();
    before = told(blend);
  });

  const refuses = (bytes: Uint8Array): void => {
    let error: unknown;
    try {
      blend.restore(bytes);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ForeloadError);
    expect((error as ForeloadError).code).toBe('invalid-snapshot');
  };

  test('is refused where one byte is damaged, and nothing changes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, by) => {
        const at = place % snapshot.length;
        const damaged = snapshot.slice();
        damaged[at] ^= by;
        refuses(damaged);
      }),
      { seed: 1, numRuns: 60 },
    );
    for (let at = 0; at < 24; at++) refuses(snapshot.slice().fill(snapshot[at] ^ 1, at, at + 1));
    expect(told(blend)).toEqual(before);
  });

  test('is refused where it is cut short, and nothing changes', () => {
    fc.assert(
      fc.property(fc.nat(), (length) => refuses(snapshot.subarray(0, length % snapshot.length))),
      { seed: 1, numRuns: 60 },
    );
    for (let length = 0; length < 40; length++) refuses(snapshot.subarray(0, length));
    expect(told(blend)).toEqual(before);
  });

  test('is refused where it is something else, and nothing changes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => refuses(bytes)),
      { seed: 1 },
    );
    expect(told(blend)).toEqual(before);
  });

  test('is refused where it is of another version, and nothing changes', () => {
    const version = new DataView(snapshot.buffer).getUint32(12, true);
    const payload = unseal(version, snapshot);
    for (const other of [0, version + 1, 0xffffffff]) refuses(seal(other, payload));
    expect(told(blend)).toEqual(before);
  });

  test('is refused where the seal is whole and what it holds is not, and nothing changes', () => {
    const version = new DataView(snapshot.buffer).getUint32(12, true);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => refuses(seal(version, bytes))),
      { seed: 1, numRuns: 30 },
    );
    const payload = unseal(version, snapshot);
    for (const length of [0, 8, 24, 1000, payload.length - 1]) refuses(seal(version, payload.subarray(0, length)));
    const longer = new Uint8Array(payload.length + 1);
    longer.set(payload);
    refuses(seal(version, longer));
    expect(told(blend)).toEqual(before);
  });

  test.each([1e12, 2 ** 26, 262_144.5, -1, Number.NaN])('is refused where a table has %d rows, at once', (rows) => {
    const to = new Writer();
    to.number(rows);
    for (let array = 0; array < 3; array++) to.array(new Int32Array(0));
    const memory = process.memoryUsage().arrayBuffers;
    refuses(seal(new DataView(snapshot.buffer).getUint32(12, true), to.bytes()));
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(1e8);
  });

  test('leaves what is asked next as it was', () => {
    expect(() => blend.restore(snapshot.subarray(0, 100))).toThrow(ForeloadError);
    blend.restore(snapshot);
    expect(told(blend)).toEqual(before);
  });
});
