import type { UserId } from '../model/ids.ts';

/** A preload that observe-only mode would have begun. */
export interface Foreseen {
  readonly user: UserId;
  /** Commands of that user left until it counts as wasted. */
  commandsLeft: number;
}

/** The preloads that observe-only mode would have begun, by component, and whose commands decide what becomes of them. */
export class ForeseenPreloads {
  readonly #of = new Map<number, Foreseen>();
  readonly #components = new Map<UserId, Set<number>>();

  /** It takes the place of the component's one before. */
  set(component: number, foreseen: Foreseen): void {
    this.delete(component);
    this.#of.set(component, foreseen);
    const components = this.#components.get(foreseen.user);
    if (components) components.add(component);
    else this.#components.set(foreseen.user, new Set([component]));
  }

  /** Whether there was one. */
  delete(component: number): boolean {
    const foreseen = this.#of.get(component);
    if (!foreseen) return false;
    this.#of.delete(component);
    const components = this.#components.get(foreseen.user)!;
    components.delete(component);
    if (components.size === 0) this.#components.delete(foreseen.user);
    return true;
  }

  /** A user gives a command. Returns how many preloads that user has left unused for too long; they are gone now. */
  command(user: UserId): number {
    let wasted = 0;
    for (const component of this.#components.get(user) ?? []) {
      if (this.#of.get(component)!.commandsLeft-- > 0) continue;
      this.delete(component);
      wasted++;
    }
    return wasted;
  }
}
