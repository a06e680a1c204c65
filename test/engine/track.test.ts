import { describe, expect, test } from 'vitest';
import { ForecastTracker } from '../../src/metrics/forecast-tracker.ts';
import type { CommandId, ComponentId, UserId } from '../../src/model/ids.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { Driver, type Forecast, specs } from './driver.ts';

const ann = 'ann' as UserId;

/** Says what `ahead` holds, whatever it is told. */
function scripted(ahead: Forecast[]): Predictor {
  return {
    name: 'scripted',
    command() {},
    text() {},
    partial() {},
    demand() {},
    forecast: () =>
      ahead.map(([component, probability, step = 1]) => ({
        component: component as ComponentId,
        probability,
        step,
        why: 'scripted',
      })),
    forget() {},
  };
}

function driver(ahead: Forecast[], options = {}): Driver {
  return new Driver(specs('a', 'b', 'c'), { predictor: scripted(ahead), tracker: new ForecastTracker(), ...options });
}

const accuracy = (one: Driver) => one.status().forecast!.all;

describe('forecasts are judged', () => {
  test('by nobody unless asked for', () => {
    expect(new Driver(specs('a')).status().forecast).toBeNull();
  });

  test('by the one made after the command before, where no text foretold it', () => {
    const one = driver([['a', 0.6]]);
    one.command();
    one.warm('b');
    one.served(1);
    one.command();
    one.warm('a');
    one.served(2);
    one.command();
    expect(accuracy(one)).toMatchObject({ commands: 1, steps: { 1: { top1: 1, ece: expect.closeTo(0.4) } } });
  });

  test('by the one that its own text made, where it came before the demands', () => {
    const ahead: Forecast[] = [['a', 0.6]];
    const one = driver(ahead);
    one.command();
    one.warm('b');
    one.served(1);
    ahead[0] = ['c', 0.6];
    one.command();
    one.tell({ kind: 'text', command: 2 as CommandId, user: ann, text: 'do c' });
    one.warm('c');
    one.command();
    expect(accuracy(one)).toMatchObject({ commands: 1, steps: { 1: { top1: 1 } } });
  });

  test('by the one that was made as it was typed', () => {
    const ahead: Forecast[] = [];
    const one = driver(ahead);
    ahead[0] = ['c', 0.6];
    one.partial('do');
    one.command();
    one.warm('c');
    one.command();
    expect(accuracy(one)).toMatchObject({ commands: 1, steps: { 1: { top1: 1 } } });
  });

  test('not where none was made: under critical pressure, or where nothing is foretold at all', () => {
    const pressed = driver([['a', 0.6]]);
    pressed.pressure('critical');
    const off = driver([['a', 0.6]], { speculation: 'off' });
    for (const one of [pressed, off]) {
      for (let round = 1; round <= 3; round++) {
        one.command();
        one.demand('a');
        one.served(round);
      }
      expect(accuracy(one).commands).toBe(0);
    }
  });

  test('when they are only watched, as when they are acted on', () => {
    const figures = (['load', 'observe'] as const).map((speculation) => {
      const one = new Driver(specs('a', 'b', 'c'), {
        predictor: new Markov2(),
        tracker: new ForecastTracker(),
        speculation,
      });
      for (let round = 1; round <= 30; round++) {
        one.command();
        one.warm('abc'[round % 3]);
        one.served(round);
      }
      return one.status().forecast;
    });
    expect(figures[0]).toEqual(figures[1]);
    expect(figures[0]).toMatchObject({ all: { commands: 28 }, users: [{ user: 'ann', commands: 28 }] });
    expect(figures[0]!.all.steps[1].top1).toBeGreaterThan(0.8);
  });

  test('and told every hundred commands, and when a simple predictor has come to do better', () => {
    const one = driver([['c', 0.6]]);
    for (let round = 1; round <= 205; round++) {
      one.command();
      one.demand('ab'[round % 2]);
      one.served(round);
    }
    expect(one.told('accuracy').map(({ accuracy: told }) => told.commands)).toEqual([100, 200]);
    expect(one.told('forecast-behind')).toEqual([
      { kind: 'forecast-behind', at: 0, simple: 'recent', top: 3, regret: expect.any(Number) },
    ]);
  });
});
