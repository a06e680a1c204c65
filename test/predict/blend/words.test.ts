import { describe, expect, test } from 'vitest';
import { ms } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import type { KnownComponent } from '../../../src/predict/predictor.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ahead, ann, best, chance, command, id } from './life.ts';

/** Two kinds of commands, in an order that tells nothing. */
function spoken(blend: Blend, rounds = 60): void {
  const rng = seededRng(1);
  for (let round = 0; round < rounds; round++) {
    if (rng.next() < 0.5) command(blend, 'vision', { text: 'look at the screen' });
    else command(blend, 'music', { text: 'play a song' });
  }
}

const told: readonly KnownComponent[] = [
  { id: id('weather.current'), description: 'rain, sun and temperature outside' },
  { id: id('xk17'), keywords: ['currency', 'exchange'] },
  { id: id('book-flight') },
];

const ask = (blend: Blend, text: string): string | undefined => {
  blend.partial(ann, text);
  return best(blend);
};

describe('words', () => {
  test('of a command are learned as they come', () => {
    const blend = new Blend();
    spoken(blend);
    blend.command(ann, ms(0));
    blend.text(ann, 'play some song for me');
    expect(best(blend)).toBe('music');
    blend.text(ann, 'what is on the screen, look');
    expect(best(blend)).toBe('vision');
  });

  test('speak for the coming command only', () => {
    const blend = new Blend();
    spoken(blend);
    blend.command(ann, ms(0));
    const later = [2, 3].map((step) => ahead(blend, step as 2 | 3));
    blend.text(ann, 'play a song');
    expect([2, 3].map((step) => ahead(blend, step as 2 | 3))).toEqual(later);
  });

  test('may come after the demands', () => {
    const blend = new Blend();
    const rng = seededRng(1);
    for (let round = 0; round < 60; round++) {
      const vision = rng.next() < 0.5;
      command(blend, vision ? 'vision' : 'music');
      blend.text(ann, vision ? 'look at the screen' : 'play a song');
      // What is told in time teaches how far to trust it.
      if (round % 2) command(blend, 'lamp', { text: 'turn on the light' });
    }
    expect([ask(blend, 'look at the screen'), ask(blend, 'play a song')]).toEqual(['vision', 'music']);
  });

  test('help a user who is new', () => {
    const blend = new Blend();
    spoken(blend);
    blend.command('new' as typeof ann, ms(0));
    blend.text('new' as typeof ann, 'look at my screen');
    expect(best(blend, 1, 'new' as typeof ann)).toBe('vision');
  });

  test.each([
    ['how is the temperature outside', 'weather.current'],
    ['exchange this currency', 'xk17'],
    ['I am booking a flight', 'book-flight'],
  ])('of a component find it before anything was demanded: %s', (text, component) => {
    const blend = new Blend();
    blend.register(told);
    expect(ask(blend, text)).toBe(component);
    expect(chance(blend, component)).toBeGreaterThan(0.5);
  });

  test('of a new component speak for it beside what is usual', () => {
    const blend = new Blend();
    spoken(blend);
    blend.register(told);
    const [fitting, other] = ['exchange this currency', 'look at the screen'].map((text) => {
      blend.partial(ann, text);
      return chance(blend, 'xk17');
    });
    expect(fitting).toBeGreaterThan(3 * other);
  });

  test('of a component that is known already may be told later', () => {
    const blend = new Blend();
    spoken(blend);
    command(blend, 'xk17');
    spoken(blend);
    const before = (blend.partial(ann, 'exchange this currency'), chance(blend, 'xk17'));
    blend.register([{ id: id('xk17'), keywords: ['currency', 'exchange'] }]);
    blend.partial(ann, 'exchange this currency');
    expect(chance(blend, 'xk17')).toBeGreaterThan(before);
  });
});

describe('a draft', () => {
  test('says more with each word', () => {
    const blend = new Blend();
    spoken(blend, 150);
    const certainty = ['', 'pl', 'play', 'play a', 'play a song'].map((draft) => {
      blend.partial(ann, draft);
      return chance(blend, 'music');
    });
    expect(certainty.at(-1)).toBeGreaterThan(certainty[0]);
    expect(certainty.at(-1)).toBeGreaterThan(0.7);
    expect(certainty[2]).toBeGreaterThan(certainty[0]);
  });

  test('is replaced by the next one', () => {
    const blend = new Blend();
    spoken(blend);
    expect([ask(blend, 'play a song'), ask(blend, 'look at the screen')]).toEqual(['music', 'vision']);
    const before = blend.forecast(ann, ms(0), 5);
    for (const draft of ['play', 'look at the screen']) blend.partial(ann, draft);
    expect(blend.forecast(ann, ms(0), 5)).toEqual(before);
  });

  test('is forgotten when it is taken back, and when the command is given', () => {
    const blend = new Blend();
    spoken(blend);
    const before = blend.forecast(ann, ms(0), 5);
    blend.partial(ann, 'look at the screen');
    expect(blend.forecast(ann, ms(0), 5)).not.toEqual(before);
    blend.partial(ann, '');
    expect(blend.forecast(ann, ms(0), 5)).toEqual(before);
    blend.partial(ann, 'look at the screen');
    blend.command(ann, ms(0));
    expect(blend.forecast(ann, ms(0), 5)).toEqual(before);
  });

  test('teaches nothing', () => {
    const [typed, silent] = [new Blend(), new Blend()];
    for (const blend of [typed, silent]) spoken(blend);
    for (const draft of ['l', 'look', 'look at the screen']) typed.partial(ann, draft);
    for (const blend of [typed, silent]) command(blend, 'music');
    expect(typed.forecast(ann, ms(0), 5)).toEqual(silent.forecast(ann, ms(0), 5));
    expect(Buffer.compare(typed.snapshot(), silent.snapshot())).toBe(0);
  });
});

describe('tags', () => {
  test('tell places apart', () => {
    const blend = new Blend();
    const rng = seededRng(1);
    for (let round = 0; round < 100; round++) {
      const kitchen = rng.next() < 0.5;
      command(blend, kitchen ? 'oven' : 'lamp', { tags: [kitchen ? 'kitchen' : 'bedroom'] });
    }
    const at = (tag: string): string | undefined => {
      blend.command(ann, ms(0), [tag]);
      return best(blend);
    };
    expect([at('kitchen'), at('bedroom'), at('kitchen')]).toEqual(['oven', 'lamp', 'oven']);
  });

  test('tell places apart also where the words are the same', () => {
    const blend = new Blend();
    const rng = seededRng(1);
    for (let round = 0; round < 200; round++) {
      const kitchen = rng.next() < 0.5;
      command(blend, kitchen ? 'oven' : 'lamp', { tags: [kitchen ? 'kitchen' : 'bedroom'], text: 'turn it on' });
    }
    const at = (tag: string): string | undefined => {
      blend.command(ann, ms(0), [tag]);
      blend.text(ann, 'turn it on');
      return best(blend);
    };
    expect([at('kitchen'), at('bedroom'), at('kitchen')]).toEqual(['oven', 'lamp', 'oven']);
  });
});
