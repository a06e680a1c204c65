import { describe, expect, test } from 'vitest';
import type { Millis } from '../../src/model/ids.ts';
import { Duel, DuelScore } from '../../src/residency/duel.ts';
import { lru } from '../../src/residency/lru.ts';
import { Shadow } from '../../src/residency/shadow.ts';

const now = 0 as Millis;
const shadow = (latestFirst = false, budget = 2): Shadow => {
  const made = new Shadow(lru(), latestFirst ? (order) => [...order].toReversed() : undefined);
  made.budget(budget);
  return made;
};
/** The least recently used leaves first, against the most recently used; both with room for two of size 1. */
function begun(score = new DuelScore()): Duel {
  const duel = new Duel(score);
  duel.begin(shadow(), shadow(true));
  return duel;
}
const demand = (duel: Duel, components: readonly number[], cost = 1): void => {
  for (const component of components) duel.demanded(component, 1, cost, now);
};
/** Only the second order holds a part of a loop that is too large. */
const loop = [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3];
/** Only the first holds what comes back soon. */
const drift = Array.from({ length: 30 }, (_, n) => [10 + n, 11 + n, 10 + n]).flat();

describe('a duel of two eviction orders', () => {
  test('says nothing before it has begun', () => {
    const duel = new Duel(new DuelScore());
    demand(duel, loop);
    duel.budget(1);
    duel.measured(1, 1, 1);
    expect([duel.begun, duel.second]).toEqual([false, false]);
  });

  test('follows the first until the second has lost less by more than chance, and again once that lead is gone', () => {
    const duel = begun();
    demand(duel, loop.slice(0, 6));
    expect(duel.second).toBe(false);
    demand(duel, [...loop, ...loop]);
    expect(duel.second).toBe(true);
    demand(duel, drift.slice(0, 6));
    expect(duel.second).toBe(true);
    demand(duel, drift);
    expect(duel.second).toBe(false);
  });

  test('what costs more counts for more', () => {
    const [costly, cheap] = [begun(), begun()];
    for (const duel of [costly, cheap]) {
      demand(duel, [...loop, ...loop, ...loop]);
      expect(duel.second).toBe(true);
    }
    demand(cheap, [10, 11, 10], 0.001);
    demand(costly, [10, 11, 10], 1000);
    expect([cheap.second, costly.second]).toEqual([true, false]);
  });

  test('what both miss, or neither, counts for none', () => {
    const duel = new Duel(new DuelScore());
    duel.begin(shadow(), shadow());
    demand(duel, [...loop, ...drift]);
    expect(duel.second).toBe(false);
  });

  test('memories that share a score keep their own shadows', () => {
    const score = new DuelScore();
    const [one, other] = [begun(score), begun(score)];
    demand(one, [...loop, ...loop]);
    expect(other.second).toBe(true);
  });

  test('what fits into the budget as it becomes, or as sizes are measured, is no longer missed', () => {
    const changes: readonly ((duel: Duel) => void)[] = [
      (duel) => duel.budget(3),
      (duel) => [1, 2, 3].forEach((component) => duel.measured(component, 0.5, 1)),
    ];
    for (const change of changes) {
      const duel = begun();
      demand(duel, loop.slice(0, 3));
      change(duel);
      for (let n = 0; n < 9; n++)
        for (const component of [1, 2, 3]) duel.demanded(component, change === changes[0] ? 1 : 0.5, 1, now);
      expect(duel.second).toBe(false);
    }
  });
});
