import { describe, expect, test } from 'vitest';
import type { CommandId, ComponentId, UserId } from '../../src/model/ids.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { Driver, specs } from './driver.ts';

const ann = 'ann' as UserId;

/** Foretells the component whose name is typed; writes down what it is told. */
function typist(told: string[]): Predictor {
  let draft = '';
  return {
    name: 'typist',
    command: () => void (draft = ''),
    text: (_user, text) => void told.push(`text ${text}`),
    partial(_user, text) {
      told.push(`partial ${text}`);
      draft = text;
    },
    demand: (_user, component) => void told.push(`demand ${component}`),
    forecast: () =>
      draft === '' ? [] : [{ component: draft as ComponentId, step: 1, probability: 0.99, why: 'it is typed' }],
    forget() {},
  };
}

const driver = (told: string[] = []) => new Driver(specs('a', 'b'), { predictor: typist(told) });

describe('what is being typed', () => {
  test('is loaded ahead before any command', () => {
    expect(driver().partial('a')).toEqual(['load a']);
  });

  test('replaces what was typed before: what no longer fits leaves its lane', () => {
    const lanes = { immediate: { capacity: 9, workers: 1 }, delayed: { capacity: 9, workers: 1 } };
    const background = { capacity: 9, workers: 1 };
    const busy = new Driver(specs('a', 'b', 'c'), { predictor: typist([]), lanes: { ...lanes, background } });
    busy.preload('c');
    busy.partial('a');
    expect(busy.component('a').lane).toBe('immediate');
    busy.partial('b');
    expect([busy.component('a').lane, busy.component('b').lane]).toEqual([null, 'immediate']);
    busy.partial('');
    expect(busy.component('b').lane).toBe(null);
    expect(busy.counts().turnedAway).toMatchObject({ lapsed: 2 });
  });

  test('waits while the demands of the command before are under way', () => {
    const busy = driver();
    busy.command();
    busy.demand('b');
    expect(busy.partial('a')).toEqual([]);
    expect(busy.served(1)).toEqual(['load a']);
  });

  test('begins nothing between demands that follow each other at once, whoever types', () => {
    const busy = new Driver(specs('a', 'b', 'c'), { predictor: typist([]) });
    busy.command();
    busy.demand('b', { more: true });
    expect(busy.partial('a', 'bob')).toEqual([]);
    busy.demand('c');
    expect(busy.partial('a', 'bob')).toEqual(['load a']);
  });

  test('may be foretold while a command has demanded nothing, and again once it is served', () => {
    const idle = driver();
    idle.command();
    expect(idle.partial('a')).toEqual(['load a']);
    idle.demand('b');
    idle.served(1);
    expect(idle.partial('b')).toEqual([]);
    expect(idle.told('forecast').at(-1)?.predictions[0]?.component).toBe('b');
  });

  test('is no command: it is not learned, counts nowhere, and ends with the command', () => {
    const told: string[] = [];
    const typed = driver(told);
    typed.partial('a');
    typed.partial('b');
    expect(told).toEqual(['partial a', 'partial b']);
    expect(typed.counts()).toMatchObject({ needs: 0 });
    typed.command();
    typed.tell({ kind: 'text', command: 1 as CommandId, user: ann, text: 'x' });
    expect(typed.told('forecast').at(-1)?.predictions).toEqual([]);
  });

  test('teaches nothing: the same forecast with and without', () => {
    const forecasts = [true, false].map((types) => {
      const one = new Driver(specs('a', 'b'), { predictor: new Markov2() });
      for (let round = 1; round <= 6; round++) {
        if (types) for (const text of ['op', 'open b', 'open the b']) one.partial(text);
        one.command();
        one.tell({ kind: 'text', command: round as CommandId, user: ann, text: `open ${'ab'[round % 2]}` });
        one.warm('ab'[round % 2]);
        one.served(round);
      }
      return one.told('forecast').at(-1)?.predictions;
    });
    expect(forecasts[0]).toEqual(forecasts[1]);
  });

  test('loads nothing once closed, or under critical pressure', () => {
    const stopped = driver();
    stopped.pressure('critical');
    expect(stopped.partial('a')).toEqual([]);
    stopped.pressure('low');
    stopped.close();
    expect(stopped.partial('a')).toEqual([]);
  });
});
