import { describe, expect, test } from 'vitest';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ahead, command } from './life.ts';

const states = 12;
const measured = 2500;

/** A Markov source whose states have each a few followers, some nearly sure and some not. */
function source(seed: number): () => string {
  const rng = seededRng(seed);
  const followers = Array.from({ length: states }, (_, state) => ({
    likely: Math.floor(rng.next() * states),
    share: 0.3 + 0.65 * (state / states),
  }));
  let state = 0;
  return () => {
    const { likely, share } = followers[state];
    state = rng.next() < share ? likely : Math.floor(rng.next() * states);
    return `c${state}`;
  };
}

describe('probabilities', () => {
  test('say how often what is expected comes', () => {
    const blend = new Blend();
    const next = source(3);
    for (let done = 0; done < 1500; done++) command(blend, next());
    // Cases of the first place by how sure it was.
    const bins = Array.from({ length: 4 }, () => ({ cases: 0, said: 0, came: 0 }));
    for (let done = 0; done < measured; done++) {
      const [first] = ahead(blend, 1);
      const component = next();
      const bin = bins[Math.min(3, Math.floor(first.probability * 4))];
      bin.cases++;
      bin.said += first.probability;
      if (first.component === component) bin.came++;
      command(blend, component);
    }
    const sum = (of: 'said' | 'came'): number => bins.reduce((sum, bin) => sum + bin[of], 0);
    expect(Math.abs(sum('said') - sum('came')) / measured).toBeLessThan(0.03);
    for (const { cases, said, came } of bins) if (cases > 200) expect(Math.abs(said - came) / cases).toBeLessThan(0.08);
    expect(bins.filter(({ cases }) => cases > 200).length).toBeGreaterThan(1);
  });

  test('add up to about one where commands demand one thing each', () => {
    const blend = new Blend();
    const next = source(4);
    for (let done = 0; done < 800; done++) command(blend, next());
    for (let done = 0; done < 100; done++) {
      for (const step of [1, 2, 3] as const) {
        const sum = ahead(blend, step, undefined, states).reduce((sum, { probability }) => sum + probability, 0);
        expect(sum).toBeLessThan(1.1);
        expect(sum).toBeGreaterThan(0.75);
      }
      command(blend, next());
    }
  });
});
