import { bytes } from '../model/ids.ts';
import { loadOf, nth, type VirtualDriver } from './virtual-driver.ts';
import type { WorldAction } from './world-action.ts';

type Answered = 'loaded' | 'load-failed' | 'hung' | 'unloaded' | 'crashed' | 'repeated';

/** What becomes of loads and unloads that run, and of what is warm. */
export function answer(driver: VirtualDriver, action: Extract<WorldAction, { kind: Answered }>): void {
  const error = (): Error => new Error('the schedule says so');
  switch (action.kind) {
    case 'loaded': {
      const load = nth(driver.loading(), action.nth);
      if (!load) return;
      const { expected } = driver.model.world.of(load.component);
      const { size } = action;
      const measured = size === undefined ? {} : { bytes: bytes(Math.max(1, Math.round(expected * size))) };
      return driver.answer({ ...loadOf(load), kind: 'loaded', ...measured });
    }
    case 'load-failed': {
      const load = nth(driver.loading(), action.nth);
      return load && driver.answer({ ...loadOf(load), kind: 'load-failed', error: error() });
    }
    case 'hung': {
      const found = action.unload ? nth(driver.unloading(), action.nth) : nth(driver.loading(), action.nth)?.load;
      return found === undefined ? undefined : driver.hang(found);
    }
    case 'unloaded': {
      const component = nth(driver.unloading(), action.nth);
      return component && driver.answer({ kind: 'unloaded', component, ...(action.failed ? { error: error() } : {}) });
    }
    case 'crashed': {
      const warm = nth(driver.model.world.warm(), action.nth);
      return warm && driver.answer({ ...warm, kind: 'crashed', error: error() });
    }
    case 'repeated':
      return driver.repeat(action.nth);
  }
}
