// A world of everything that an engine is made of, each part now and then left out. `from`: where the compiled library is.
export async function worldsOf(from) {
  const load = (path) => import(new URL(path, from));
  const [
    { ForecastTracker },
    { Markov2 },
    { Advised },
    { policyNamed, policyNames },
    { WasteTarget },
    schedule,
    { Rhythm },
  ] = await Promise.all([
    load('metrics/forecast-tracker.js'),
    load('predict/markov2.js'),
    load('predict/onnx/advised.js'),
    load('residency/policies.js'),
    load('residency/waste-target.js'),
    load('testing/world-schedule.js'),
    load('predict/rhythm.js'),
  ]);
  const { seededRng } = await load('time/clock.js');

  function usual(ids, rng) {
    const rhythm = new Rhythm(ids);
    const habits = ids.map(() => rng.next() < 0.7);
    for (let hour = 0; hour < 30; hour++) {
      habits.forEach((habit, component) => habit && rhythm.demand(component, hour * 3_600_000));
    }
    return rhythm;
  }

  return (rng) => {
    const components = schedule.randomComponents(rng);
    const budget = schedule.randomBudget(rng, components);
    const ids = components.map(({ id }) => id);
    return {
      components,
      budget,
      policy: policyNamed(policyNames[Math.floor(rng.next() * policyNames.length)]),
      predictor: rng.next() < 0.5 ? new Advised(new Markov2()) : null,
      infer: rng.next() < 0.7,
      waste: rng.next() < 0.3 ? new WasteTarget(0.5, 0.3) : null,
      ...(rng.next() < 0.05 ? { tracker: new ForecastTracker() } : {}),
      speculation: rng.next() < 0.9 ? 'load' : 'observe',
      speculativeShare: 0.3 + 0.7 * rng.next(),
      ...(rng.next() < 0.3 ? { rhythm: usual(ids, rng) } : {}),
      warmingShare: rng.next() < 0.5 ? 1 : rng.next(),
      ...(rng.next() < 0.3 ? { keepPrice: 1000 * rng.next() ** 4 } : {}),
      ...(rng.next() < 0.2 ? { sizing: { min: budget, max: 3 * budget, price: 1000 * rng.next() ** 4 } } : {}),
      ...(rng.next() < 0.8 ? { faults: schedule.randomFaults(rng, seededRng(Math.floor(rng.next() * 1e9))) } : {}),
      yields: rng.next() < 0.5,
    };
  };
}
