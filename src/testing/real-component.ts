import type { ComponentSpec } from '../model/component.ts';
import type { Effect } from '../model/effect.ts';
import type { ComponentId, LoadId } from '../model/ids.ts';

/** A component as the world sees it: only what loaders and holders would notice. */
export interface RealComponent {
  readonly spec: ComponentSpec;
  readonly dependencies: RealComponent[];
  readonly dependants: RealComponent[];
  readonly conflicts: Set<RealComponent>;
  state: 'cold' | 'loading' | 'warm' | 'unloading';
  /** What the next load is expected to take. */
  expected: number;
  held: number;
  /** What it held before, if that stays after an unload: its next load finds it. */
  left: number;
  load: LoadId | null;
  effect: Extract<Effect, { kind: 'load' }> | null;
  /** Something it rests on crashed: it must go, and nobody may be given it. */
  broken: boolean;
  /** Someone asked for it to be unloaded. */
  asked: boolean;
  /** The load that runs was begun ahead of demands, and one has joined since. */
  hurried: boolean;
  /** Loaded ahead, and neither it nor anything that rests on it has been demanded since. */
  ahead: boolean;
  /** It, or something that rests on it, was demanded, and that demand waits or began its load. */
  wanted: boolean;
}

/** All components of a world, cold, with what they rest on and exclude. */
export function realComponents(specs: readonly ComponentSpec[]): Map<ComponentId, RealComponent> {
  const all = new Map(specs.map((spec) => [spec.id, coldComponent(spec)]));
  for (const real of all.values()) {
    for (const id of new Set(real.spec.dependsOn)) {
      const dependency = all.get(id)!;
      real.dependencies.push(dependency);
      dependency.dependants.push(real);
    }
    for (const id of real.spec.conflictsWith) {
      const other = all.get(id)!;
      real.conflicts.add(other);
      other.conflicts.add(real);
    }
  }
  return all;
}

function coldComponent(spec: ComponentSpec): RealComponent {
  return {
    spec,
    dependencies: [],
    dependants: [],
    conflicts: new Set(),
    state: 'cold',
    expected: spec.bytes,
    held: 0,
    left: 0,
    load: null,
    effect: null,
    broken: false,
    asked: false,
    hurried: false,
    ahead: false,
    wanted: false,
  };
}

/** Nothing of it is left. */
export function vanish(real: RealComponent): void {
  real.state = 'cold';
  real.held = 0;
  real.load = null;
  real.effect = null;
  real.broken = false;
  real.asked = false;
  real.hurried = false;
  real.ahead = false;
  real.wanted = false;
}

/** A component and all that can be reached from it. */
export function reach(
  from: RealComponent,
  along: (real: RealComponent) => readonly RealComponent[],
): readonly RealComponent[] {
  const found = new Set([from]);
  for (const real of found) for (const next of along(real)) found.add(next);
  return [...found];
}

export const dependenciesOf = (real: RealComponent): readonly RealComponent[] =>
  reach(real, (next) => next.dependencies);
export const dependantsOf = (real: RealComponent): readonly RealComponent[] => reach(real, (next) => next.dependants);
