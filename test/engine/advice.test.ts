import { describe, expect, test } from 'vitest';
import type { CommandId, ComponentId, UserId } from '../../src/model/ids.ts';
import type { Situation } from '../../src/model/situation.ts';
import { ForecastTracker } from '../../src/metrics/forecast-tracker.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import { Advised } from '../../src/predict/onnx/advised.ts';
import { hashWord } from '../../src/predict/words.ts';
import { Driver, specs } from './driver.ts';

const ann = 'ann' as UserId;
const bob = 'bob' as UserId;

/** An engine that asks a trained model, which is all that it goes by. */
function asking(options: ConstructorParameters<typeof Driver>[1] = {}): Driver {
  return new Driver(specs('a', 'b', 'c'), { predictor: new Advised(), infer: true, ...options });
}

const served = (driver: Driver, command: number, user = ann): string[] =>
  driver.tell({ kind: 'served', command: command as CommandId, user });

const text = (driver: Driver, command: number, words: string): string[] =>
  driver.tell({ kind: 'text', command: command as CommandId, user: ann, text: words });

function answer(driver: Driver, asked: readonly string[], component: string, user = ann): string[] {
  const moment = Number(/infer (\d+)/.exec(asked.join())![1]);
  const predictions = [{ component: component as ComponentId, step: 1 as const, probability: 0.95, why: 'trained' }];
  return driver.tell({ kind: 'inferred', user, moment, predictions });
}

/** One command that demands `a`, and is over. */
function afterA(driver: Driver): string[] {
  driver.command();
  driver.warm('a');
  return served(driver, 1);
}

describe('a trained model', () => {
  test('is asked when the engine looks ahead, and its answer is acted on', () => {
    const driver = asking();
    const asked = afterA(driver);
    expect(asked).toEqual([expect.stringMatching(/^infer \d+$/)]);
    expect(answer(driver, asked, 'b')).toEqual(['load b']);
    expect(driver.told('forecast').at(-1)!.predictions).toMatchObject([{ component: 'b', why: 'trained' }]);
  });

  test('is told the situation, as data', () => {
    const driver = asking();
    driver.command();
    driver.warm('a');
    const [effect] = driver.engine
      .handle({ kind: 'served', command: 1 as CommandId, user: ann }, driver.now as never)
      .filter(({ kind }) => kind === 'infer') as unknown as { situation: Situation }[];
    expect(effect.situation).toMatchObject({ user: 'ann', recent: ['a'], announced: false, gapMs: null });
    expect(structuredClone(effect.situation)).toEqual(effect.situation);
  });

  test('is asked once a text is known, before the first demand', () => {
    const driver = asking();
    driver.command();
    const asked = text(driver, 1, 'play music');
    expect(answer(driver, asked, 'c')).toEqual(['load c']);
    driver.demand('c');
    expect(text(driver, 1, 'too late')).toEqual([]);
  });

  test.each<[string, (driver: Driver) => unknown]>([
    ['a command', (driver) => driver.command()],
    ['a demand', (driver) => driver.demand('a')],
    ['other words', (driver) => text(driver, 1, 'no, wait')],
    ['words that are being typed', (driver) => driver.partial('stop')],
  ])('is not listened to when its answer comes after %s', (_, move) => {
    const driver = asking();
    driver.command();
    const asked = text(driver, 1, 'play music');
    move(driver);
    const told = driver.told('forecast').length;
    expect(answer(driver, asked, 'c')).toEqual([]);
    expect(driver.told('forecast')).toHaveLength(told);
  });

  test('is asked again at what is being typed, and told its words', () => {
    const driver = asking();
    const before = afterA(driver);
    const asked = driver.partial('play');
    expect(asked).toEqual([expect.stringMatching(/^infer \d+$/)]);
    expect(answer(driver, before, 'b')).toEqual([]);
    expect(answer(driver, asked, 'c')).toEqual(['load c']);
    const [effect] = driver.engine
      .handle({ kind: 'partial', user: ann, text: 'play on' }, driver.now as never)
      .filter(({ kind }) => kind === 'infer') as unknown as { situation: Situation }[];
    expect(effect.situation).toMatchObject({ announced: false, words: [hashWord('play'), hashWord('on')] });
  });

  test('is judged by what it foretold', () => {
    const tracker = new ForecastTracker();
    const driver = asking({ tracker });
    answer(driver, afterA(driver), 'b');
    driver.command();
    driver.demand('b');
    driver.command();
    expect(tracker.status().all).toMatchObject({ commands: 1, steps: { 1: { top1: 1 } } });
  });

  test('keeps users apart: what one does makes no answer for another stale', () => {
    const driver = asking();
    driver.command();
    const asked = text(driver, 1, 'play music');
    driver.command('bob');
    driver.demand('a', { user: 'bob' });
    expect(answer(driver, asked, 'c', bob)).toEqual([]);
    expect(answer(driver, asked, 'c')).toEqual(['load c']);
  });

  test('is not asked again because it answered', () => {
    const driver = asking();
    const asked = afterA(driver);
    for (let again = 0; again < 3; again++) expect(answer(driver, asked, 'a')).toEqual([]);
  });

  test.each<[string, (driver: Driver) => unknown]>([
    ['under pressure', (driver) => driver.pressure('critical')],
    ['once closed', (driver) => driver.close()],
  ])('loads nothing %s', (_, change) => {
    const driver = asking();
    const asked = afterA(driver);
    change(driver);
    expect(answer(driver, asked, 'b').filter((word) => word.startsWith('load'))).toEqual([]);
    expect(served(driver, 1)).toEqual([]);
  });

  test.each<[string, ConstructorParameters<typeof Driver>[1]]>([
    ['the predictor takes no advice', { predictor: new Markov2() }],
    ['nobody wants it', { infer: false }],
    ['speculation is off', { speculation: 'off' }],
    ['there is no predictor', { predictor: null }],
  ])('is never asked if %s', (_, options) => {
    const driver = asking(options);
    expect(afterA(driver)).toEqual([]);
    expect(driver.tell({ kind: 'inferred', user: ann, moment: 0, predictions: [] })).toEqual([]);
  });

  test('that answers what it was never asked changes nothing', () => {
    const driver = asking();
    driver.command();
    for (const moment of [-1, 0, 99]) {
      const told = driver.tell({ kind: 'inferred', user: ann, moment, predictions: [] });
      expect(told).toEqual([]);
    }
  });
});
