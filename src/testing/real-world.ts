import type { ComponentSpec } from '../model/component.ts';
import type { Effect } from '../model/effect.ts';
import type { ComponentId, LoadId } from '../model/ids.ts';
import { dependenciesOf, type RealComponent, realComponents } from './real-component.ts';

/** What all parts of a {@link WorldModel} go by: the components as they really are, and the time. */
export class RealWorld {
  readonly all: readonly RealComponent[];
  now = 0;
  closing = false;
  readonly #byId: ReadonlyMap<ComponentId, RealComponent>;

  constructor(specs: readonly ComponentSpec[]) {
    this.#byId = realComponents(specs);
    this.all = [...this.#byId.values()];
  }

  of(id: ComponentId): RealComponent {
    return this.#byId.get(id)!;
  }

  in(state: RealComponent['state']): RealComponent[] {
    return this.all.filter((real) => real.state === state);
  }

  loading(): Extract<Effect, { kind: 'load' }>[] {
    return this.in('loading').map(({ effect }) => effect!);
  }

  unloading(): ComponentId[] {
    return this.in('unloading').map(({ spec }) => spec.id);
  }

  warm(): { component: ComponentId; load: LoadId }[] {
    return this.in('warm').map(({ spec, load }) => ({ component: spec.id, load: load! }));
  }

  /** Bytes of everything in memory, or on its way there or out. */
  get held(): number {
    let sum = 0;
    for (const { held } of this.all) sum += held;
    return sum;
  }

  /** All that pinned components keep in memory: they and what they rest on. */
  core(): Set<RealComponent> {
    const pinned = this.all.filter(({ spec, held }) => spec.priority === 'core' && held > 0);
    return new Set(pinned.flatMap((real) => dependenciesOf(real)));
  }
}
