import { describe, expect, test } from 'vitest';
import { Duel, DuelScore } from '../../src/residency/duel.ts';

/** The orders differ on 1 and 2, and then one of the two is demanded; so many times. */
function rounds(duel: Duel, times: number, leaves: 'right' | 'wrong', cost = 1): void {
  for (let n = 0; n < times; n++) {
    duel.differ(1, 2);
    duel.demanded(leaves === 'right' ? 2 : 1, cost);
  }
}

describe('a duel of two eviction orders', () => {
  test('follows the first until the second has been right by more than chance', () => {
    const duel = new Duel(new DuelScore());
    expect(duel.second).toBe(false);
    // What the first had leave was demanded before what the second would have had leave.
    rounds(duel, 3, 'wrong');
    expect(duel.second).toBe(true);
    rounds(duel, 2, 'wrong');
    expect(duel.second).toBe(true);
    rounds(duel, 8, 'wrong');
    expect(duel.second).toBe(false);
  });

  test('what costs more counts for more', () => {
    const duel = new Duel(new DuelScore());
    rounds(duel, 5, 'right', 1);
    rounds(duel, 2, 'wrong', 100);
    expect(duel.second).toBe(true);
  });

  test('each difference is decided once, by whichever comes first', () => {
    const score = new DuelScore();
    const duel = new Duel(score);
    duel.differ(1, 2);
    duel.demanded(2, 1);
    for (let n = 0; n < 20; n++) duel.demanded(1, 1);
    expect(score.second).toBe(false);
  });

  test('memories that share a score keep their own differences', () => {
    const score = new DuelScore();
    const [one, other] = [new Duel(score), new Duel(score)];
    for (let n = 0; n < 20; n++) {
      one.differ(1, 2);
      other.demanded(1, 1);
    }
    expect(score.second).toBe(false);
    for (let n = 0; n < 20; n++) one.demanded(1, 1);
    expect(other.second).toBe(true);
  });

  test('forgets the oldest of many open differences', () => {
    const duel = new Duel(new DuelScore());
    for (let n = 0; n < 300; n++) duel.differ(n, 1000 + n);
    for (let n = 0; n < 44; n++) duel.demanded(n, 1);
    expect(duel.second).toBe(false);
    for (let n = 44; n < 300; n++) duel.demanded(n, 1);
    expect(duel.second).toBe(true);
  });
});
