import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Features, TextModel } from '../../../src/predict/text/text-model.ts';
import { seededRng } from '../../../src/time/clock.ts';

const names = [
  'weather.current',
  'mail.send',
  'mail.read',
  'gorilla-file-system.sort',
  'getUserDetails',
  'book-flight',
];

function modelOf(components: readonly string[]): TextModel {
  const model = new TextModel();
  components.forEach((name, component) => model.register(component, name));
  return model;
}

function learn(model: TextModel, examples: readonly (readonly [string, number])[]): void {
  for (const [text, component] of examples) model.learn(model.featuresOf(text), component);
}

/** The probabilities of all components, none where the text says nothing. */
function probabilities(model: TextModel, text: string, size: number): number[] {
  return [...(model.score(model.featuresOf(text), size)?.probability ?? [])];
}

function likeliest(model: TextModel, text: string, size: number = names.length): number {
  const all = probabilities(model, text, size);
  return all.indexOf(Math.max(...all));
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

const examples: readonly (readonly [string, number])[] = [
  ['will it rain tomorrow in Paris', 0],
  ['write to Ann that I am late', 1],
  ['anything new from Ann', 2],
  ['do I need an umbrella', 0],
  ['tell Bob that dinner is at eight', 1],
  ['what did Bob want', 2],
];

describe('a text model', () => {
  test('knows what it was taught, and what is close to it', () => {
    const model = modelOf(names.slice(0, 3));
    for (let round = 0; round < 3; round++) learn(model, examples);
    for (const [text, component] of examples) expect(likeliest(model, text, 3)).toBe(component);
    expect(likeliest(model, 'is rain coming to Berlin', 3)).toBe(0);
    expect(likeliest(model, 'tell Eve that I am ill', 3)).toBe(1);
  });

  test('learns without names, from the first example on', () => {
    const model = new TextModel();
    learn(model, [['turn the lamp on', 0]]);
    learn(model, [['how old is Madonna', 1]]);
    expect(likeliest(model, 'the lamp please', 2)).toBe(0);
    expect(likeliest(model, 'how old is Cher', 2)).toBe(1);
  });

  test('grows surer with examples, and unlearns what no longer holds', () => {
    const model = modelOf(['one', 'two']);
    const sure: number[] = [];
    for (let i = 0; i < 5; i++) {
      learn(model, [['play some jazz', 0]]);
      sure.push(probabilities(model, 'play some jazz', 2)[0]);
    }
    expect([...sure].sort((a, b) => a - b)).toEqual(sure);
    expect(sure.at(-1)).toBeGreaterThan(sure[0]);
    for (let i = 0; i < 15; i++) learn(model, [['play some jazz', 1]]);
    expect(likeliest(model, 'play some jazz', 2)).toBe(1);
  });

  test('lets what was learned of one component speak for the others of its service', () => {
    const model = modelOf(['radio.on', 'lamp.on', 'radio.zzz', 'lamp.qqq']);
    for (let i = 0; i < 4; i++) {
      learn(model, [
        ['some jazz from Berlin', 0],
        ['it is too dark here', 1],
      ]);
    }
    const [, , radio, lamp] = probabilities(model, 'louder jazz', 4);
    expect(radio).toBeGreaterThan(lamp);
  });

  test('finds components by their names alone', () => {
    const model = modelOf(names);
    expect(likeliest(model, "sort the 'final_report.pdf' by line")).toBe(3);
    expect(likeliest(model, 'could you read my mails')).toBe(2);
    expect(likeliest(model, 'the details of that user')).toBe(4);
    expect(likeliest(model, 'I am booking two flights')).toBe(5);
  });

  test('takes a service for weaker evidence than a method', () => {
    const model = modelOf(['sort.look', 'file.sort']);
    const [service, method] = probabilities(model, 'sort', 2);
    expect(method).toBeGreaterThan(service);
  });

  test('finds components by what is told of them, also when it is told later', () => {
    const model = modelOf(['alpha', 'beta']);
    expect(model.score(model.featuresOf('currency exchange'), 2)).toBeNull();
    model.register(1, 'beta', 'exchange rates of a currency');
    expect(likeliest(model, 'currency exchange', 2)).toBe(1);
  });

  test('knows short names of commands', () => {
    const model = modelOf(['fs.mv', 'fs.grep', 'fs.mkdir', 'fs.tail']);
    expect(likeliest(model, 'move it to the archive', 4)).toBe(0);
    expect(likeliest(model, 'search for the word budget', 4)).toBe(1);
    expect(likeliest(model, 'create a directory', 4)).toBe(2);
    expect(likeliest(model, 'the last lines of it', 4)).toBe(3);
  });

  test('follows a text while it is typed', () => {
    const model = modelOf(names);
    for (let i = 0; i < 3; i++) {
      learn(model, [
        ['flights to Rome', 5],
        ['forecast for Rome', 0],
      ]);
    }
    for (const text of ['fli', 'flig', 'flight', 'flights to R']) expect(likeliest(model, text)).toBe(5);
    for (const text of ['fore', 'foreca', 'forecast fo']) expect(likeliest(model, text)).toBe(0);
  });

  test.each(['', '   ', '?!', '\u2014'])('has nothing to say of %j', (text) => {
    const model = modelOf(names);
    learn(model, examples);
    expect(model.featuresOf(text)).toHaveLength(0);
    expect(model.score(model.featuresOf(text), names.length)).toBeNull();
    const before = model.snapshot();
    learn(model, [[text, 1]]);
    expect(same(model.snapshot(), before)).toBe(true);
  });

  test('has nothing to say of what it never met, and of no components', () => {
    const model = modelOf(names);
    learn(model, examples);
    expect(model.score(model.featuresOf('\u0436\u0436\u0436'), names.length)).toBeNull();
    expect(model.score(model.featuresOf('rain'), 0)).toBeNull();
  });

  test('takes emoji and words of any script', () => {
    const model = modelOf(['one', 'two', 'three']);
    learn(model, [
      ['\u{1f3b5}\u{1f3b5}', 0],
      ['\u043f\u043e\u0433\u043e\u0434\u0430 \u0441\u0435\u0433\u043e\u0434\u043d\u044f', 1],
      ['\u5929\u6c14\u600e\u4e48\u6837', 2],
    ]);
    expect(likeliest(model, '\u{1f3b5}\u{1f3b5} !', 3)).toBe(0);
    expect(likeliest(model, '\u041f\u041e\u0413\u041e\u0414\u0410', 3)).toBe(1);
    expect(likeliest(model, '\u5929\u6c14\u600e\u4e48', 3)).toBe(2);
    expect(model.featuresOf('\ud83c')).toBeInstanceOf(Uint32Array);
  });
});

describe('scores', () => {
  const text = fc.string({ maxLength: 60, unit: 'grapheme' });
  const histories = fc.array(fc.tuple(text, fc.nat(4)), { maxLength: 40 });

  test('add up to one, whatever was learned', () => {
    fc.assert(
      fc.property(histories, text, (history, asked) => {
        const model = modelOf(names);
        learn(model, history);
        const scores = model.score(model.featuresOf(asked), names.length);
        if (!scores) return;
        for (const value of Object.values(scores)) for (const one of value) expect(one).not.toBeNaN();
        const logs = [...scores.logProbability];
        expect(logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 5);
        expect([...scores.probability].reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        expect(Math.max(...logs)).toBeLessThanOrEqual(1e-12);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('are the same for the same history, and after a snapshot, and go on alike', () => {
    fc.assert(
      fc.property(histories, histories, text, (history, more, asked) => {
        const [model, twin] = [modelOf(names), modelOf(names)];
        learn(model, history);
        learn(twin, history);
        const restored = TextModel.restore(model.snapshot());
        for (const each of [model, twin, restored]) learn(each, more);
        const expected = probabilities(model, asked, names.length);
        expect(probabilities(twin, asked, names.length)).toEqual(expected);
        expect(probabilities(restored, asked, names.length)).toEqual(expected);
        expect(same(restored.snapshot(), model.snapshot())).toBe(true);
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test('do not depend on what was asked before', () => {
    const [model, twin] = [modelOf(names), modelOf(names)];
    for (const [said, component] of examples) {
      const features = model.featuresOf(said);
      model.score(features, names.length);
      model.score(features, 2);
      model.score(model.featuresOf('something else'), 4);
      model.learn(features, component);
      learn(twin, [[said, component]]);
    }
    expect(probabilities(model, 'rain', names.length)).toEqual(probabilities(twin, 'rain', names.length));
  });

  test('of fewer components leave the others out', () => {
    const model = modelOf(names);
    learn(model, [...examples, ...examples]);
    expect(probabilities(model, 'will it rain', 2)).toHaveLength(2);
    expect(likeliest(model, 'will it rain', 2)).toBe(0);
  });

  test('are calibrated where the label is a matter of chance', () => {
    const model = modelOf(['one', 'two']);
    const rng = seededRng(3);
    for (let i = 0; i < 600; i++) learn(model, [['yes please', rng.next() < 0.75 ? 0 : 1]]);
    const [one] = probabilities(model, 'yes please', 2);
    expect(one).toBeGreaterThan(0.6);
    expect(one).toBeLessThan(0.9);
  });
});

describe('what is kept', () => {
  test('holds no word of the texts', () => {
    const model = modelOf(names);
    learn(model, [['my password is xylophone', 1]]);
    const kept = new TextDecoder('latin1').decode(model.snapshot());
    for (const word of ['password', 'xylophone']) expect(kept).not.toContain(word);
  });

  test('is bounded, however many words come', () => {
    const model = modelOf(['one', 'two', 'three']);
    const rng = seededRng(4);
    const word = (): string =>
      Math.floor(rng.next() * 1e12)
        .toString(36)
        .replace(/\d/g, 'q');
    for (let i = 0; i < 900; i++) {
      learn(model, [[Array.from({ length: 64 }, word).join(' '), i % 3]]);
      if (i % 9 === 0) learn(model, [['turn the lamp on', 1]]);
    }
    expect(model.snapshot().length).toBeLessThan(40_000_000);
    expect(likeliest(model, 'turn the lamp on', 3)).toBe(1);
  });

  test('of a huge text is what stands at its beginning', () => {
    const model = modelOf(names);
    const features: Features = model.featuresOf(`rain ${'umbrella weather sun '.repeat(10_000)}`);
    expect(features.length).toBeLessThan(640);
    expect(model.featuresOf('x'.repeat(1_000_000)).length).toBeLessThan(200);
  });

  test.each([0, 7, 100, 5000])('is refused when only %i bytes of it are left', (length) => {
    const model = modelOf(names);
    learn(model, examples);
    expect(() => TextModel.restore(model.snapshot().subarray(0, length))).toThrow(RangeError);
  });
});
