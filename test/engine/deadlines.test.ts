import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deadlines } from '../../src/engine/deadlines.ts';
import { ms } from '../../src/model/ids.ts';

describe('deadlines', () => {
  test('come due in the order of the components, each once', () => {
    const deadlines = new Deadlines();
    for (const [component, at] of [
      [3, 10],
      [1, 20],
      [2, 10],
      [4, 30],
    ] as const) {
      deadlines.set(component, ms(at));
    }
    expect(deadlines.earliest).toEqual({ component: 2, at: 10 });
    expect(deadlines.due(ms(9))).toEqual([]);
    expect(deadlines.due(ms(20))).toEqual([1, 2, 3]);
    expect(deadlines.due(ms(20))).toEqual([]);
    expect(deadlines.earliest).toEqual({ component: 4, at: 30 });
  });

  test('are what a plain map would hold, whatever is set and deleted', () => {
    const at = fc.integer({ min: 0, max: 50 });
    const change = fc.record({ component: fc.integer({ min: 0, max: 12 }), at: fc.option(at) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const deadlines = new Deadlines();
        const plain = new Map<number, number>();
        for (const { component, at } of changes) {
          if (at === null) {
            deadlines.delete(component);
            plain.delete(component);
          } else {
            deadlines.set(component, ms(at));
            plain.set(component, at);
          }
          expect(deadlines.size).toBe(plain.size);
          expect(deadlines.get(component)).toBe(plain.get(component));
          expect(deadlines.earliest?.at ?? Infinity).toBe(Math.min(...plain.values()));
        }
        const due = [...plain].filter(([, at]) => at <= 25).map(([component]) => component);
        expect(deadlines.due(ms(25))).toEqual(due.toSorted((a, b) => a - b));
        expect(deadlines.size).toBe(plain.size - due.length);
      }),
    );
  });
});
