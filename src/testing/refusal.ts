import type { EngineEvent } from '../model/event.ts';
import type { BudgetModel } from './budget-model.ts';
import type { FaultModel } from './fault-model.ts';
import type { LeaseModel } from './lease-model.ts';
import { dependenciesOf, type RealComponent } from './real-component.ts';
import type { RealWorld } from './real-world.ts';

interface Parts {
  readonly world: RealWorld;
  readonly leases: LeaseModel;
  readonly budget: BudgetModel;
  readonly faults: FaultModel;
}

/**
 * Whether a demand may be refused for this reason, now.
 * @param origin of the load that failed; null: none did
 */
export function mayRefuse(
  { world, leases, budget, faults }: Parts,
  real: RealComponent,
  code: string,
  event: EngineEvent,
  origin: string | null,
): boolean {
  const closure = dependenciesOf(real);
  switch (code) {
    case 'closed':
      return world.closing;
    case 'over-budget':
      return !budget.holds(closure);
    case 'dependency-conflict': {
      const kept = world.core();
      return closure.some((member) => [...member.conflicts].some((other) => kept.has(other)));
    }
    case 'conflict-timeout':
      // Something else is in memory, or somebody waits for something else.
      return (
        world.all.some((other) => other.state !== 'cold' && !closure.includes(other)) ||
        leases.waitsForOther(real.spec.id)
      );
    case 'circuit-open':
      return faults.isOpen([real], world.now);
    default: {
      if (code === 'dependency-failed' && faults.isOpen(closure, world.now)) return true;
      const ended = event.kind === 'crashed' || (event.kind === 'load-failed' && origin === 'demand');
      if (!ended || !closure.some((member) => member.spec.id === event.component)) return false;
      return event.kind === 'crashed' || faults.isFinal(world.of(event.component));
    }
  }
}
