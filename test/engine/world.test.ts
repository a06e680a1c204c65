import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ForecastTracker } from '../../src/metrics/forecast-tracker.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import { Advised } from '../../src/predict/onnx/advised.ts';
import { policyNamed, policyNames } from '../../src/residency/policies.ts';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import type { VirtualWorldOptions } from '../../src/testing/virtual-world.ts';
import { describeFailure, explore } from '../../src/testing/explore.ts';
import { randomBudget, randomComponents, randomFaults } from '../../src/testing/world-schedule.ts';
import { ms } from '../../src/model/ids.ts';
import { Rhythm } from '../../src/predict/rhythm.ts';
import { type Rng, seededRng } from '../../src/time/clock.ts';

const runs = 200;
const length = 150;

/** A world with all that an engine is made of, each part now and then left out. */
function world(rng: Rng): VirtualWorldOptions {
  const components = randomComponents(rng);
  const budget = randomBudget(rng, components);
  return {
    components,
    budget,
    policy: policyNamed(policyNames[Math.floor(rng.next() * policyNames.length)]),
    predictor: rng.next() < 0.5 ? new Advised(new Markov2()) : null,
    infer: rng.next() < 0.7,
    waste: rng.next() < 0.3 ? new WasteTarget(0.5, 0.3) : null,
    ...(rng.next() < 0.5 ? { tracker: new ForecastTracker() } : {}),
    speculation: rng.next() < 0.9 ? 'load' : 'observe',
    speculativeShare: 0.3 + 0.7 * rng.next(),
    ...(rng.next() < 0.6
      ? {
          rhythm: usual(
            components.map(({ id }) => id),
            rng,
          ),
        }
      : {}),
    warmingShare: rng.next() < 0.5 ? 1 : rng.next(),
    ...(rng.next() < 0.3 ? { keepPrice: 1000 * rng.next() ** 4 } : {}),
    ...(rng.next() < 0.7 ? { faults: randomFaults(rng, seededRng(1)) } : {}),
    yields: rng.next() < 0.5,
    ...(rng.next() < 0.3 ? { sizing: { min: budget, max: 3 * budget, price: 1000 * rng.next() ** 4 } } : {}),
  };
}

/** Some components that are demanded every hour, some that are not. */
function usual(ids: VirtualWorldOptions['components'][number]['id'][], rng: Rng): Rhythm {
  const rhythm = new Rhythm(ids);
  const habits = ids.map(() => rng.next() < 0.7);
  for (let hour = 0; hour < 100; hour++) {
    habits.forEach((habit, component) => habit && rhythm.demand(component, ms(hour * 3_600_000)));
  }
  return rhythm;
}

test(`${runs} random worlds keep every promise`, () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const failure = explore(seed, length, world);
      expect(failure && describeFailure(failure)).toBeNull();
    }),
    { numRuns: runs, seed: 1, endOnFailure: true },
  );
});
