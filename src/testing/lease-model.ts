import type { ComponentStatus } from '../engine/status.ts';
import type { Effect } from '../model/effect.ts';
import type { ComponentId, LeaseId } from '../model/ids.ts';
import { promise } from './promise.ts';
import { dependenciesOf, type RealComponent } from './real-component.ts';

interface Holder {
  readonly lease: LeaseId;
  readonly real: RealComponent;
  open: boolean;
}

/** Who waits for a component and who holds one, in order of their demands; and whose turn it is. */
export class LeaseModel {
  readonly #holders = new Map<LeaseId, Holder>();

  demand(lease: LeaseId, real: RealComponent): void {
    this.#holders.set(lease, { lease, real, open: false });
  }

  release(lease: LeaseId): void {
    this.#holders.delete(lease);
  }

  grant({ lease }: Extract<Effect, { kind: 'grant' }>): void {
    const holder = this.#holders.get(lease);
    promise(holder !== undefined && !holder.open, `lease ${lease} is granted once, while it waits`);
    const { real } = holder!;
    const { id } = real.spec;
    promise(real.state === 'warm' && !real.broken, `${id} is granted warm, not ${real.state}`);
    const earlier = this.of(real).find((other) => !other.open && other.lease < lease);
    promise(!earlier || mayPass(real), `lease ${lease} of ${id} comes after lease ${earlier?.lease}`);
    holder!.open = true;
    const open = this.openOf(real);
    promise(open <= limitOf(real), `${id} has ${open} leases, of ${limitOf(real)} at once`);
  }

  /** It waits no more. Returns what it waited for. */
  refuse({ lease }: Extract<Effect, { kind: 'refuse' }>): RealComponent {
    const holder = this.#holders.get(lease);
    promise(holder !== undefined && !holder.open, `lease ${lease} is refused once, while it waits`);
    this.#holders.delete(lease);
    return holder!.real;
  }

  revoke({ lease, component }: Extract<Effect, { kind: 'revoke' }>, closing: boolean): void {
    const holder = this.#holders.get(lease);
    promise(holder?.open === true, `lease ${lease} is revoked once, while it is open`);
    const broke = holder!.real.broken || holder!.real.state === 'cold' || closing;
    promise(broke, `${component} is revoked only when it broke`);
    this.#holders.delete(lease);
  }

  /** What is told of one component after an event. */
  after(real: RealComponent, told: ComponentStatus): void {
    const { id } = real.spec;
    const open = this.openOf(real);
    const waiting = this.of(real).length - open;
    const works = real.state === 'warm' && !real.broken;
    promise(told.leases === open, `${id} is told to have ${told.leases} leases, has ${open}`);
    promise(told.waiting === waiting, `${told.waiting} are told to wait for ${id}, of ${waiting}`);
    promise(open === 0 || works, `${id} (${real.state}) is leased while it works`);
    const turn = works && waiting > 0 && open < limitOf(real);
    promise(!turn || mayPass(real), `${id} has ${open} leases of ${limitOf(real)}, and ${waiting} wait for their turn`);
  }

  settled(): void {
    for (const { real } of this.#holders.values()) {
      promise(false, `the demand of ${real.spec.id} is answered in the end`);
    }
  }

  /** Those that wait or are open, in order of their demands. */
  leases(state: 'waiting' | 'open'): LeaseId[] {
    return [...this.#holders.values()].filter(({ open }) => open === (state === 'open')).map(({ lease }) => lease);
  }

  /** What is waited for, once for each who does. */
  waited(): RealComponent[] {
    return [...this.#holders.values()].filter(({ open }) => !open).map(({ real }) => real);
  }

  /** What is waited for or held. */
  used(): Set<RealComponent> {
    return new Set(Array.from(this.#holders.values(), ({ real }) => real));
  }

  of(real: RealComponent): Holder[] {
    return [...this.#holders.values()].filter((holder) => holder.real === real);
  }

  openOf(real: RealComponent): number {
    let count = 0;
    for (const holder of this.#holders.values()) if (holder.real === real && holder.open) count++;
    return count;
  }

  /** Whether somebody waits for anything but these. */
  waitsForOther(than: ComponentId): boolean {
    return this.waited().some(({ spec }) => spec.id !== than);
  }
}

const limitOf = ({ spec }: RealComponent): number => spec.concurrency ?? Number.POSITIVE_INFINITY;

/** Whoever holds what others wait to see go is let through before them: all would wait for each other. */
const mayPass = (real: RealComponent): boolean =>
  dependenciesOf(real).some(({ conflicts, spec }) => conflicts.size > 0 || spec.group !== undefined);
