import type { EngineEvent } from '../model/event.ts';
import type { AheadModel } from './ahead-model.ts';
import type { BudgetModel } from './budget-model.ts';
import type { FaultModel } from './fault-model.ts';
import type { LeaseModel } from './lease-model.ts';
import type { PressureModel } from './pressure-model.ts';
import { dependantsOf, type RealComponent, vanish } from './real-component.ts';
import type { RealWorld } from './real-world.ts';
import type { SettingsModel } from './settings-model.ts';

/** Those whom events tell something. */
export interface Told {
  readonly world: RealWorld;
  readonly leases: LeaseModel;
  readonly budget: BudgetModel;
  readonly ahead: AheadModel;
  readonly faults: FaultModel;
  readonly pressure: PressureModel;
  readonly settings: SettingsModel;
}

/** What an event means, before the engine is told. Returns what failed just now while a demand's load, if anything did. */
export function happen(parts: Told, event: EngineEvent): RealComponent | null {
  const { world, leases, budget, ahead, faults, pressure, settings } = parts;
  switch (event.kind) {
    case 'demand':
      leases.demand(event.lease, world.of(event.component));
      ahead.demanded(world.of(event.component));
      return null;
    case 'release':
      leases.release(event.lease);
      ahead.renewWanted(leases.waited());
      return null;
    case 'loaded': {
      const real = world.of(event.component);
      if (real.state !== 'loading' || real.load !== event.load) return null;
      real.state = 'warm';
      real.hurried = false;
      faults.loaded(real, world.now);
      budget.measured(real, event.bytes ?? real.held);
      return null;
    }
    case 'load-failed':
      return loadFailed(parts, event);
    case 'unloaded': {
      const real = world.of(event.component);
      if (real.state !== 'unloading') return null;
      if (event.error || real.spec.keepsMemory) budget.lost(real);
      vanish(real);
      return null;
    }
    case 'crashed':
      crashed(parts, event);
      return null;
    case 'unload':
      world.of(event.component).asked = true;
      return null;
    case 'budget':
      budget.changed(event.bytes);
      return null;
    case 'settings':
      settings.told(event.settings);
      if (event.settings.budget !== undefined) budget.changed(event.settings.budget);
      return null;
    case 'close':
      world.closing = true;
      return null;
    case 'pressure': {
      const coming = world.in('unloading').reduce((sum, { held }) => sum + held, 0);
      pressure.told(event, coming);
      return null;
    }
    case 'command':
    case 'text':
    case 'partial':
    case 'served':
    case 'hint':
    case 'preload':
    case 'forecast':
    case 'inferred':
    case 'interference':
    case 'warm':
    case 'wake':
      return null;
    case 'reclaimed':
      budget.reclaims();
      return null;
  }
}

function loadFailed(
  { world, faults }: Told,
  event: Extract<EngineEvent, { kind: 'load-failed' }>,
): RealComponent | null {
  const real = world.of(event.component);
  if (real.state !== 'loading' || real.load !== event.load) return null;
  const failed = real.effect?.origin === 'demand' && !real.broken && !world.closing;
  if (failed) faults.failed(real, world.now);
  vanish(real);
  return failed ? real : null;
}

function crashed({ world, faults }: Told, event: Extract<EngineEvent, { kind: 'crashed' }>): void {
  const real = world.of(event.component);
  if (real.state !== 'warm' || real.load !== event.load) return;
  faults.crashed(real, world.now);
  vanish(real);
  for (const dependant of dependantsOf(real)) {
    if (dependant !== real && dependant.state !== 'cold') dependant.broken = true;
  }
}
