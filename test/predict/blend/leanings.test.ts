import { describe, expect, test } from 'vitest';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { Markov2 } from '../../../src/predict/markov2.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ahead, best, bob, ann, command, hits } from './life.ts';

/** What comes next depends on the last alone; what came before it is noise. */
function firstOrder(seed: number): () => string {
  const rng = seededRng(seed);
  let last = 0;
  return () => {
    last = rng.next() < 0.5 ? (last * 5 + 3) % 12 : Math.floor(rng.next() * 12);
    return `c${last}`;
  };
}

/** What comes next depends on the last two together; the last alone tells nothing. */
function secondOrder(): () => string {
  const turns = [0, 1, 0, 2, 1, 2, 3, 0, 3, 1, 3, 2];
  let at = 0;
  return () => `c${turns[at++ % turns.length]}`;
}

describe('leaning', () => {
  test.each([1, 2])('does no worse than order 2 where longer pasts mislead (seed %i)', (seed) => {
    const blend = hits(new Blend(), firstOrder(seed), 2500, 1000);
    const markov2 = hits(new Markov2(), firstOrder(seed), 2500, 1000);
    expect(blend).toBeGreaterThan(markov2 - 30);
  });

  test('finds what only a longer past tells', () => {
    expect(hits(new Blend(), secondOrder(), 600, 300)).toBeGreaterThan(285);
  });

  test('is right for two users of opposite nature at once', () => {
    const blend = new Blend();
    const [noisy, orderly] = [firstOrder(3), secondOrder()];
    let [right, rightOrderly] = [0, 0];
    for (let done = 0; done < 1500; done++) {
      for (const [user, source] of [
        [ann, noisy],
        [bob, orderly],
      ] as const) {
        const next = source();
        if (done >= 1000 && best(blend, 1, user) === next) {
          if (user === ann) right++;
          else rightOrderly++;
        }
        command(blend, next, { user });
      }
    }
    expect(rightOrderly).toBeGreaterThan(470);
    // The source itself allows about 54 %.
    expect(right).toBeGreaterThan(210);
  });

  test('moves the forecasts of a user who gave many commands', () => {
    const still = { weights: 0.08, gains: 0.003, leanings: 0 };
    const [leaning, upright] = [new Blend(), new Blend({ pace: still })];
    for (const blend of [leaning, upright]) {
      const [noisy, orderly] = [firstOrder(3), secondOrder()];
      for (let done = 0; done < 300; done++)
        command(blend, done < 20 ? orderly() : noisy(), { user: done < 20 ? bob : ann });
    }
    expect(ahead(leaning, 1, ann)).not.toEqual(ahead(upright, 1, ann));
  });
});
