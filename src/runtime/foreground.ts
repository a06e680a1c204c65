import { type LeaseId, ms } from '../model/ids.ts';
import { tell } from '../model/tell.ts';
import type { Clock, Timers } from '../time/clock.ts';

/** How long a demand counts as being served once it has been granted, in ms: after that its holder keeps it for later. */
const servedMs = ms(100);

/** Ms that loads may stand still in a row. A ms of it comes back with each that they go on. */
const mostMs = 2000;

/** Ms for which it pays to have them stand still. */
const leastMs = 20;

/** A load that can stand still at any point. */
interface Aside {
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ms for which a demand is served before this one stands still. */
  readonly afterMs: number;
  still: boolean;
  stopTimer: () => void;
}

/**
 * Has loads that nobody waits for stand still while demands are served: from the asking until the release, or until shortly
 * after the grant. A low priority is not enough: memory and its bandwidth know none. They stand still two seconds at
 * a time, and half of the time, at most. While there are no such loads, demands cost nothing here.
 */
export class Foreground {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #asides = new Set<Aside>();
  /** Demands that are served, and what stops the timer of one that was granted. */
  readonly #serving = new Map<LeaseId, () => void>();
  #still = false;
  #credit = mostMs;
  /** When it was last decided whether they stand still. */
  #since: number;
  /** The least of their `afterMs` when it was. */
  #patience = 0;
  #stopTimer: () => void = nothing;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
    this.#since = clock.now();
  }

  /**
   * A load that can stand still has begun; it does so for demands that are served for longer than `afterMs`. The returned
   * function has it go on, for good.
   */
  standAside(pause: () => void, resume: () => void, afterMs = 0): () => void {
    const aside: Aside = { pause, resume, afterMs, still: false, stopTimer: nothing };
    this.#asides.add(aside);
    if (this.#still) this.#pause(aside);
    return () => {
      if (!this.#asides.delete(aside)) return;
      resumed(aside);
      if (this.#asides.size > 0) return;
      for (const stop of this.#serving.values()) stop();
      this.#serving.clear();
      this.#goOn();
    };
  }

  /** A demand is made. */
  asked(lease: LeaseId): void {
    if (this.#asides.size === 0) return;
    this.#serving.set(lease, nothing);
    this.#standStill();
  }

  /** Its component is warm. */
  granted(lease: LeaseId): void {
    if (this.#serving.has(lease))
      this.#serving.set(
        lease,
        this.#timers.start(servedMs, () => this.ended(lease)),
      );
  }

  /** It was released, or refused. */
  ended(lease: LeaseId): void {
    const stop = this.#serving.get(lease);
    if (!stop) return;
    stop();
    this.#serving.delete(lease);
    if (this.#serving.size === 0) this.#goOn();
  }

  #standStill(): void {
    if (this.#still) return;
    const now = this.#clock.now();
    this.#credit = Math.min(mostMs, this.#credit + now - this.#since);
    this.#since = now;
    if (this.#credit < leastMs) return;
    this.#still = true;
    this.#patience = Math.min(...Array.from(this.#asides, ({ afterMs }) => afterMs));
    this.#stopTimer = this.#timers.start(ms(this.#patience + this.#credit), () => this.#goOn());
    for (const aside of this.#asides) this.#pause(aside);
  }

  #pause(aside: Aside): void {
    const pause = (): void => {
      aside.still = true;
      tell(aside.pause);
    };
    if (aside.afterMs > 0) aside.stopTimer = this.#timers.start(ms(aside.afterMs), pause);
    else pause();
  }

  #goOn(): void {
    if (!this.#still) return;
    const now = this.#clock.now();
    this.#still = false;
    this.#stopTimer();
    this.#credit -= Math.max(0, now - this.#since - this.#patience);
    this.#since = now;
    for (const aside of this.#asides) resumed(aside);
  }
}

function resumed(aside: Aside): void {
  aside.stopTimer();
  if (!aside.still) return;
  aside.still = false;
  tell(aside.resume);
}

function nothing(): void {
  // Nothing to stop.
}
