import { answer } from './load-answers.ts';
import type { VirtualDriver } from './virtual-driver.ts';

/** Lets everything that is under way end well and gives back every lease, then verifies what must be true at rest. */
export function settle(driver: VirtualDriver): void {
  const { engine, model, time } = driver;
  if (!model.world.closing) {
    driver.tell({ kind: 'pressure', level: 'low' });
    driver.tell({ kind: 'interference', share: 1 });
  }
  driver.goOn();
  for (let moved = true; moved; ) {
    moved = false;
    const { retryAt } = engine;
    if (retryAt !== null && retryAt > time.now()) {
      moved = true;
      time.advanceTo(retryAt);
    }
    for (; driver.loading().length > 0; moved = true) answer(driver, { kind: 'loaded', nth: 0 });
    for (; driver.unloading().length > 0; moved = true) answer(driver, { kind: 'unloaded', nth: 0 });
    for (let [lease] = model.leases.leases('open'); lease !== undefined; [lease] = model.leases.leases('open')) {
      driver.tell({ kind: 'release', lease });
      moved = true;
    }
  }
  driver.settled();
}
