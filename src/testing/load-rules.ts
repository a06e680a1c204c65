import type { Effect } from '../model/effect.ts';
import type { Told } from './happening.ts';
import { promise } from './promise.ts';
import { dependenciesOf, type RealComponent } from './real-component.ts';

/** A load begins: when nothing stands against it. */
export function begin(
  { world, budget, ahead, faults, pressure, settings }: Told,
  effect: Extract<Effect, { kind: 'load' }>,
): void {
  const real = world.of(effect.component);
  const name = effect.component;
  promise(!world.closing, `no load of ${name} begins once closed`);
  promise(real.state === 'cold', `${name} loads while cold, not ${real.state}`);
  for (const other of real.dependencies) {
    promise(other.state === 'warm' && !other.broken, `${other.spec.id} is warm before ${name} loads`);
  }
  for (const other of real.conflicts) {
    promise(other.state === 'cold', `${name} is never in memory beside ${other.spec.id} (${other.state})`);
  }
  pressure.begins(real, effect.origin);
  real.state = 'loading';
  if (effect.origin === 'demand') faults.begins(real, world.now);
  else {
    ahead.begins(real);
    budget.beginsAhead(real);
    settings.beginsAhead(real, effect.origin);
  }
  real.ahead = ahead.isAhead(real, effect.origin);
  real.held = real.expected;
  real.load = effect.load;
  real.effect = effect;
  real.broken = false;
  budget.begun(real);
}

/**
 * An unload begins: of what nobody holds, and nothing rests on, for a reason that holds.
 * @param asks a demand waits, or was just made
 */
export function leave(
  { world, leases, pressure, settings }: Told,
  asks: boolean,
  { component, reason }: Extract<Effect, { kind: 'unload' }>,
): void {
  const real = world.of(component);
  promise(real.state === 'warm', `${component} is unloaded while warm, not ${real.state}`);
  promise(leases.openOf(real) === 0, `${component} is not unloaded (${reason}) while leased`);
  for (const other of real.dependants) {
    const gone = other.state === 'cold' || (real.broken && other.broken);
    promise(gone, `${component} is not unloaded (${reason}) before ${other.spec.id} (${other.state})`);
  }
  const byChoice = reason === 'evicted' || reason === 'pressure' || reason === 'idle' || reason === 'conflict';
  promise(!(byChoice && real.spec.priority === 'core'), `${component} is pinned, and not ${reason}`);
  const wanted = dependenciesOf(real).some((next) => next.asked);
  promise(reason !== 'explicit' || wanted, `${component} is unloaded on request only when requested`);
  const gives = !real.spec.keepsMemory || (reason === 'evicted' && asks);
  promise(gives || (reason !== 'evicted' && reason !== 'pressure'), `${component} gives nothing back (${reason})`);
  if (reason === 'idle') settings.idles(real);
  if (reason === 'pressure') pressure.sheds(real);
  real.state = 'unloading';
}

/** In an emergency what nobody uses, and nothing rests on, is not in memory. */
export function emptied({ world, leases, ahead }: Told): void {
  const used = leases.used();
  for (const real of world.all) {
    if (real.state !== 'warm' || used.has(real) || real.spec.priority === 'core' || real.spec.keepsMemory) continue;
    const pinned = real.dependants.some((other: RealComponent) => other.state !== 'cold' || ahead.isReserved(other));
    promise(pinned, `${real.spec.id} leaves in an emergency`);
  }
}
