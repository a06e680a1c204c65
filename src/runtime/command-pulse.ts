import type { CommandId, UserId } from '../model/ids.ts';
import type { Timers } from '../time/clock.ts';
import { ms } from '../model/ids.ts';

/** A command that has demanded nothing new for this long, in ms, is taken to have demanded all it will for now. */
const settleMs = 20;

/**
 * Tells when a command has been served for now, so that the engine looks ahead: when its last lease is released, or
 * when all it demanded has been granted and nothing more came for a moment.
 */
export class CommandPulse {
  readonly id: CommandId;
  readonly user: UserId;
  readonly #timers: Timers;
  readonly #served: () => void;
  #waiting = 0;
  #open = 0;
  #quiet = true;
  #cancel: () => void = () => undefined;

  constructor(id: CommandId, user: UserId, timers: Timers, served: () => void) {
    this.id = id;
    this.user = user;
    this.#timers = timers;
    this.#served = served;
  }

  demanded(): void {
    this.#waiting++;
    this.#quiet = false;
    this.#cancel();
  }

  granted(): void {
    this.#waiting--;
    this.#open++;
    this.#settleSoon();
  }

  refused(): void {
    this.#waiting--;
    this.#settleSoon();
  }

  released(): void {
    this.#open--;
    if (this.#open === 0 && this.#waiting === 0) this.end();
  }

  /** Nothing more will be demanded. */
  end(): void {
    this.#cancel();
    if (this.#quiet) return;
    this.#quiet = true;
    this.#served();
  }

  /** A later command took its place, or everything closes. */
  drop(): void {
    this.#cancel();
    this.#quiet = true;
  }

  #settleSoon(): void {
    this.#cancel();
    if (this.#waiting === 0 && !this.#quiet) this.#cancel = this.#timers.start(ms(settleMs), () => this.end());
  }
}
