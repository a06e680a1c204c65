import { describe, expect, test } from 'vitest';
import { type ComponentId, ms, type UserId } from '../../../src/model/ids.ts';
import type { Situation } from '../../../src/model/situation.ts';
import { Encoder, type Encoding, hashOfUser, inputsOf } from '../../../src/predict/onnx/encoding.ts';
import { Situations } from '../../../src/predict/onnx/situations.ts';
import { hashWord } from '../../../src/predict/words.ts';
import { recording, samples } from './toy.ts';

const ann = 'ann' as UserId;
const id = (name: string): ComponentId => name as ComponentId;

describe('situations', () => {
  test('tell what a user did, the latest first', () => {
    const situations = new Situations();
    situations.command(ann, ms(1000), ['desk']);
    situations.text(ann, 'Send mail, send');
    const words = [hashWord('#desk'), hashWord('send'), hashWord('mail')];
    expect(situations.of(ann, ms(1500))).toEqual({
      user: ann,
      at: 1500,
      recent: [],
      gapMs: null,
      announced: true,
      words,
      said: [],
    });
    for (const component of ['mail', 'contacts', 'mail']) situations.demand(ann, id(component));
    expect(situations.of(ann, ms(2000))).toMatchObject({
      recent: ['contacts', 'mail'],
      announced: false,
      words: [],
      said: [words],
    });
    situations.partial(ann, 'op');
    situations.partial(ann, 'open');
    expect(situations.of(ann, ms(2000)).words).toEqual([hashWord('open')]);
    situations.command(ann, ms(4000));
    expect(situations.of(ann, ms(4000))).toMatchObject({ gapMs: 3000, announced: true, words: [], said: [words] });
    situations.partial(ann, 'close');
    expect(situations.of(ann, ms(4000))).toMatchObject({ announced: false, words: [hashWord('close')], said: [words] });
    situations.partial(ann, '');
    expect(situations.of(ann, ms(4000))).toMatchObject({ announced: true, words: [], said: [words] });
  });

  test('are bounded, each user apart, and forgotten when asked to be', () => {
    const situations = new Situations();
    for (let at = 0; at < 50; at++) {
      situations.command(ann, ms(at));
      situations.text(ann, `word${'x'.repeat(at)} ${'and so on '.repeat(100)}`);
      situations.demand(ann, id(`c${at}`));
    }
    const { recent, said } = situations.of(ann, ms(50));
    expect(recent).toHaveLength(20);
    expect(recent[0]).toBe('c49');
    expect(said).toHaveLength(3);
    for (const words of said) expect(words.length).toBeLessThanOrEqual(64);
    expect(situations.of('bob' as UserId, ms(50))).toMatchObject({ recent: [], gapMs: null, announced: false });
    situations.forget(ann);
    expect(situations.of(ann, ms(50)).recent).toEqual([]);
  });

  test('know when a user has moved on', () => {
    const situations = new Situations();
    const seen = [situations.momentOf(ann)];
    const move = (act: () => void) => {
      act();
      seen.push(situations.momentOf(ann));
    };
    move(() => situations.command(ann, ms(0)));
    move(() => situations.text(ann, 'go'));
    move(() => situations.demand(ann, id('a')));
    move(() => situations.partial(ann, 'on'));
    expect(new Set(seen).size).toBe(5);
    situations.command('bob' as UserId, ms(0));
    situations.of(ann, ms(9));
    expect(situations.momentOf(ann)).toBe(seen.at(-1));
    // Forgotten and come back: what was found out before is still stale.
    situations.forget(ann);
    situations.command(ann, ms(1));
    expect(seen).not.toContain(situations.momentOf(ann));
  });
});

describe('the encoding', () => {
  const encoding: Encoding = { components: [id('a'), id('b')], users: [7, hashOfUser(ann)], words: 4 };
  const nothing: Situation = {
    user: 'nobody' as UserId,
    at: ms(0),
    recent: [],
    gapMs: null,
    announced: false,
    words: [],
    said: [],
  };
  const encoded = (change: Partial<Situation>, of = encoding): number[] => {
    const row = new Float32Array(inputsOf(of));
    new Encoder(of).addTo(row, { ...nothing, ...change });
    return [...row];
  };
  /** Midnight of 1 January 1970: the sines are 0, the cosines 1. */
  const midnight = [0, 1, 0, 1];
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

  test('is laid out as it says', () => {
    expect(inputsOf(encoding)).toBe(5 * 2 + 2 + 4 + 8 + 1 + 2 * 4);
    expect(encoded({})).toEqual([...zeros(12), ...midnight, ...zeros(17)]);
    const recent = [id('a'), id('unknown'), id('b'), id('b'), id('a')];
    const lately = [1 + 0.8 ** 4, 0.8 ** 2 + 0.8 ** 3];
    const given = encoded({ user: ann, recent, gapMs: ms(6000), announced: true, words: [5], said: [[2], [2, 3]] });
    const expected = [
      [1, 0, 0, 0, 0, 1, 0, 1],
      lately,
      [0, 1],
      midnight,
      [0, 0, 1, 0, 0, 0, 0, 0],
      [1],
      [0, 1, 0, 0],
      [0, 0, 1 + 0.5 / Math.sqrt(2), 0.5 / Math.sqrt(2)],
    ].flat();
    expect(given).toHaveLength(expected.length);
    given.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 6));
  });

  test('knows the time of day and of the week', () => {
    const clock = (at: number): number[] => encoded({ at: ms(at) }).slice(12, 16);
    const hour = 3_600_000;
    expect(clock(6 * hour).map((value) => Math.round(value * 100) / 100)).toEqual([1, 0, 0.22, 0.97]);
    expect(clock(7 * 24 * hour)).toEqual(midnight);
  });

  test('tells gaps apart by their length', () => {
    const places = [0, 999, 1000, 19_999, 59_999, 299_999, 1_799_999, 14_399_999, 1e12].map((gap) =>
      encoded({ gapMs: ms(gap) })
        .slice(16, 24)
        .indexOf(1),
    );
    expect(places).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('of a model without text has no words', () => {
    const plain = { ...encoding, words: 0 };
    expect(encoded({ words: [1], said: [[2]] }, plain)).toHaveLength(25);
  });
});

describe('samples', () => {
  test('pair each situation with what the three commands after it demanded', () => {
    const { encoding, learned } = samples([recording(['a', 'b:look', '', 'a|b', 'a'])], 0);
    expect(encoding.components).toEqual(['a', 'b']);
    expect(learned.map(({ ownText, targets }) => [ownText, ...targets])).toEqual([
      [false, [1], [0, 1], [0]],
      [true, [1], [0, 1], [0]],
      [false, [0, 1], [0], null],
      [false, [0], null, null],
    ]);
  });

  test('hold back the last part of each recording: nothing of it is known', () => {
    const set = samples([recording(['a', 'b', 'a', 'b', 'new']), recording(['c', 'c', 'c', 'a', 'd'])], 0.2);
    expect(set.encoding.components).toEqual(['a', 'c', 'b']);
    expect(set.heldBack.map(({ targets, unknown }) => [targets[0], unknown[0]])).toEqual([
      [[], 1],
      [[], 1],
    ]);
    // What was held back is no target of what is learned either.
    expect(set.learned.flatMap(({ targets }) => targets).filter((target) => target?.length === 0)).toEqual([]);
  });

  test('take of what is held back no more than is needed to measure by', () => {
    const long = recording(Array.from({ length: 30_000 }, (_, at) => 'abcd'[at % 4]));
    const { learned, heldBack } = samples([long], 0.7);
    expect(learned).toHaveLength(8999);
    expect(heldBack.length).toBeGreaterThan(5000);
    expect(heldBack.length).toBeLessThanOrEqual(10_000);
  });

  test('give users who did much an input of their own, by their hash', () => {
    const often = recording(
      Array.from({ length: 250 }, () => 'a'),
      'ann',
    );
    const { users } = samples([often, recording(['a', 'b'], 'bob')], 0).encoding;
    expect(users).toEqual([hashOfUser(ann)]);
  });

  test('leave texts out where that is asked', () => {
    expect(samples([recording(['a:x', 'b:y', 'a:x'])], 0).encoding.words).toBe(512);
    expect(samples([recording(['a', 'b', 'a'])], 0).encoding.words).toBe(0);
  });
});
