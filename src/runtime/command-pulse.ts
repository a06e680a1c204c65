import type { CommandId, ComponentId, UserId } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import type { Timers } from '../time/clock.ts';
import { ms } from '../model/ids.ts';

/** A command that has demanded nothing new for this long, in ms, is taken to have demanded all it will for now. */
const settleMs = 20;

/**
 * Tells when a command has been served for now, so that the engine looks ahead: when its last lease is released, or
 * when all it demanded has been granted and nothing more came for a moment. That it demands again what it has demanded
 * before, and finds it warm, foretells nothing new.
 */
export class CommandPulse {
  readonly id: CommandId;
  readonly user: UserId;
  readonly #timers: Timers;
  readonly #served: () => void;
  readonly #components = new Set<ComponentId>();
  /** The one demanded last: most are demanded several times in a row. */
  #latest: ComponentId | null = null;
  #waiting = 0;
  #open = 0;
  #quiet = true;
  #cancel: (() => void) | null = null;

  constructor(id: CommandId, user: UserId, timers: Timers, served: () => void) {
    this.id = id;
    this.user = user;
    this.#timers = timers;
    this.#served = served;
  }

  /** Returns whether it has demanded this before. */
  demanded(component: ComponentId): boolean {
    this.#waiting++;
    this.#stopTimer();
    if (component === this.#latest) return true;
    this.#latest = component;
    if (this.#components.has(component)) return true;
    this.#components.add(component);
    this.#quiet = false;
    return false;
  }

  granted(found: Found): void {
    this.#waiting--;
    this.#open++;
    if (found !== 'warm') this.#quiet = false;
    this.#settleSoon();
  }

  refused(): void {
    this.#waiting--;
    this.#quiet = false;
    this.#settleSoon();
  }

  released(): void {
    this.#open--;
    if (this.#open === 0 && this.#waiting === 0) this.end();
  }

  /** Nothing more will be demanded. */
  end(): void {
    this.#stopTimer();
    if (this.#quiet) return;
    this.#quiet = true;
    this.#served();
  }

  /** A later command took its place, or everything closes. */
  drop(): void {
    this.#stopTimer();
    this.#quiet = true;
  }

  #stopTimer(): void {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = null;
  }

  #settleSoon(): void {
    this.#stopTimer();
    if (this.#waiting === 0 && !this.#quiet) this.#cancel = this.#timers.start(ms(settleMs), () => this.end());
  }
}
