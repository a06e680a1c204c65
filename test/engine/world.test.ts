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
import type { ComponentSpec } from '../../src/model/component.ts';
import { ms } from '../../src/model/ids.ts';
import { Rhythm } from '../../src/predict/rhythm.ts';
import { type Rng, seededRng } from '../../src/time/clock.ts';

const runs = 200;
const length = 150;

/** A world with all that an engine is made of, each part now and then left out. */
function world(rng: Rng): VirtualWorldOptions {
  const groups = rng.next() < 0.3 ? { device: 1 + Math.floor(2 * rng.next()) } : {};
  const components = grouped(randomComponents(rng), groups.device ?? 0, rng);
  const budget = randomBudget(rng, components);
  return {
    components,
    groups,
    ...(rng.next() < 0.3 ? { conflictTimeoutMs: ms(3000 * rng.next()) } : {}),
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

/** Some of them in a group, of which none needs more than may be in memory at once; none is pinned then. */
function grouped(components: readonly ComponentSpec[], atMost: number, rng: Rng): readonly ComponentSpec[] {
  if (atMost === 0) return components;
  const needed = new Map<string, Set<string>>();
  return components.map((spec) => {
    const below = new Set(spec.dependsOn.flatMap((id) => [...needed.get(id)!]));
    const joins = rng.next() < 0.5 && below.size < atMost;
    // What rests on too many of the group needs none of them after all.
    const dependsOn = below.size > atMost ? [] : spec.dependsOn;
    needed.set(spec.id, new Set([...(dependsOn.length > 0 ? below : []), ...(joins ? [spec.id] : [])]));
    return {
      ...spec,
      dependsOn,
      priority: spec.priority === 'core' ? 'high' : spec.priority,
      ...(joins ? { group: 'device' } : {}),
    };
  });
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
