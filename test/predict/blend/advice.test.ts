import { describe, expect, test } from 'vitest';
import { type ComponentId, ms } from '../../../src/model/ids.ts';
import type { Prediction } from '../../../src/model/prediction.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ann, best, bob, chance, command, id } from './life.ts';

const that = (component: string, probability = 0.9): Prediction => ({
  component: id(component),
  step: 1,
  probability,
  why: 'told',
});

/** Commands that only the adviser can foresee: right in `right` of all cases. */
function advised(blend: Blend, right: number, rounds = 300): void {
  const rng = seededRng(5);
  const any = (): ComponentId => id(`c${Math.floor(rng.next() * 6)}`);
  for (let round = 0; round < rounds; round++) {
    const next = any();
    let said = next;
    if (rng.next() >= right) while (said === next) said = any();
    blend.command(ann, ms(round));
    blend.advise(ann, [that(said)]);
    blend.demand(ann, next, ms(round));
  }
}

describe('advice', () => {
  test('is followed once it has proved right', () => {
    const blend = new Blend();
    advised(blend, 1);
    for (const component of ['c0', 'c3', 'c5']) {
      blend.advise(ann, [that(component)]);
      expect(best(blend)).toBe(component);
      expect(chance(blend, component)).toBeGreaterThan(0.6);
    }
  });

  test('given before a command is learned from like advice given in it', () => {
    const blend = new Blend();
    const rng = seededRng(5);
    for (let round = 0; round < 300; round++) {
      const next = `c${Math.floor(rng.next() * 6)}`;
      blend.advise(ann, [that(next)]);
      command(blend, next);
    }
    blend.advise(ann, [that('c4')]);
    expect(best(blend)).toBe('c4');
  });

  test('counts for less the less it proved right', () => {
    const shifts = [1, 0.5, 0].map((right) => {
      const blend = new Blend();
      advised(blend, right);
      const without = chance(blend, 'c2');
      blend.advise(ann, [that('c2')]);
      return chance(blend, 'c2') - without;
    });
    expect(shifts[0]).toBeGreaterThan(shifts[1]);
    expect(shifts[1]).toBeGreaterThan(shifts[2]);
    expect(shifts[2]).toBeLessThan(0.01);
  });

  test('holds until the next demand, and for its user only', () => {
    const blend = new Blend();
    advised(blend, 1);
    const forecast = (user = ann) => blend.forecast(user, ms(0), 6);
    const [without, others] = [forecast(), forecast(bob)];
    blend.advise(ann, [that('c2')]);
    expect(forecast()).not.toEqual(without);
    expect(forecast(bob)).toEqual(others);
    const withAdvice = forecast();
    blend.command(ann, ms(0));
    expect(forecast()).toEqual(withAdvice);
    blend.advise(ann, []);
    expect(forecast()).toEqual(without);
    blend.advise(ann, [that('c2')]);
    blend.demand(ann, id('c1'), ms(0));
    const after = forecast();
    blend.advise(ann, []);
    expect(after).toEqual(forecast());
  });

  test('of a step is for that step, and of what is unknown for none', () => {
    const blend = new Blend();
    advised(blend, 1);
    const without = blend.forecast(ann, ms(0), 6);
    blend.advise(ann, [that('never heard of')]);
    expect(blend.forecast(ann, ms(0), 6)).toEqual(without);
    blend.advise(ann, [that('c2')]);
    const later = ({ step }: Prediction): boolean => step > 1;
    expect(blend.forecast(ann, ms(0), 6).filter(later)).toEqual(without.filter(later));
  });
});
