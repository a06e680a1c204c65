import { describe, expect, test } from 'vitest';
import { ms } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { ahead, ann, best, chance, command, id } from './life.ts';

describe('components that are demanded together', () => {
  test('are all expected', () => {
    const blend = new Blend();
    for (let round = 0; round < 40; round++) {
      command(blend, 'start');
      command(blend, 'left middle right');
    }
    command(blend, 'start');
    const first = ahead(blend, 1).slice(0, 3);
    expect(first.map(({ component }) => component).sort()).toEqual(['left', 'middle', 'right']);
    for (const { probability } of first) expect(probability).toBeGreaterThan(0.6);
  });

  test('leave what follows them as likely as it is', () => {
    const blend = new Blend();
    for (let round = 0; round < 40; round++) {
      command(blend, 'left right');
      command(blend, 'next');
    }
    command(blend, 'left right');
    expect(best(blend)).toBe('next');
    expect(chance(blend, 'next')).toBeGreaterThan(0.7);
  });

  test('are counted once, however often one command demands them', () => {
    const [once, often] = [new Blend(), new Blend()];
    for (const component of ['a', 'b', 'a', 'c']) {
      command(once, component);
      command(often, component);
      for (let again = 0; again < 3; again++) often.demand(ann, id(component), ms(0));
    }
    expect(often.forecast(ann, ms(0), 5)).toEqual(once.forecast(ann, ms(0), 5));
    expect(Buffer.compare(often.snapshot(), once.snapshot())).toBe(0);
  });
});
