import { type LoadId, type Millis, ms } from '../model/ids.ts';
import type { Clock, Timers } from '../time/clock.ts';

/** Ms from one look at the event loop to the next. It is looked at only while something loads ahead, and briefly after. */
const beat = ms(20);

/** Looks that are judged together: about a second. */
const window = 50;

/** Ms without any loading ahead that give one worker back, too: what disturbed may be long over. */
const forgiveMs = 10_000;

/** Loading ahead disturbs when the event loop comes this many ms late, and this many times later than without it. */
const disturbingMs = 20;
const disturbingRatio = 1.5;

/**
 * Watches whether loading ahead makes the foreground slower, by how late timers come on the main thread, where commands
 * are served: the 99th percentile over about a second of loading, against the same just after. If it does, half as many
 * may load at once; each second of loading that disturbs nobody gives one back, and every ten without any.
 */
export class InterferenceWatch {
  readonly #clock: Clock;
  readonly #timers: Timers;
  #all: number;
  readonly #tell: (share: number) => void;
  readonly #loads = new Set<LoadId>();
  #workers: number;
  /** Ms that the looks came late: while something loaded ahead and was not judged yet, and just after. */
  #loading: number[] = [];
  #after: number[] = [];
  /** 99th percentile of lateness while nothing was loading. */
  #idle = 0;
  #due: Millis | null = null;
  /** When the last of the loads ended. */
  #endedAt = Number.POSITIVE_INFINITY;
  #stopped = false;
  #cancel: () => void = () => undefined;

  /** @param workers how many may load ahead at once, at most */
  constructor(workers: number, clock: Clock, timers: Timers, tell: (share: number) => void) {
    this.#all = workers;
    this.#workers = workers;
    this.#clock = clock;
    this.#timers = timers;
    this.#tell = tell;
  }

  /** A load ahead of any demand begins. */
  began(load: LoadId): void {
    if (this.#loads.size === 0) {
      const forgiven = Math.max(0, Math.floor((this.#clock.now() - this.#endedAt) / forgiveMs));
      this.#allow(Math.min(this.#all, this.#workers + forgiven));
      this.#look();
    }
    this.#loads.add(load);
  }

  /** A load ended, whichever it was. */
  ended(load: LoadId): void {
    if (!this.#loads.delete(load) || this.#loads.size > 0) return;
    // A load that kept the event loop busy ends before the timer that was due meanwhile.
    this.#note(this.#loading);
    this.#judge();
    this.#endedAt = this.#clock.now();
    this.#after = [];
    this.#look();
  }

  /** Another limit holds from now on. The share of it that may load stays, in whole workers. */
  limit(workers: number): void {
    const share = this.#workers / this.#all;
    this.#workers = Math.max(1, Math.floor((this.#workers * workers) / this.#all));
    this.#all = workers;
    if (this.#workers / workers !== share) this.#tell(this.#workers / workers);
  }

  /** Looks no more, whatever ends later. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #look(): void {
    this.#cancel();
    if (this.#stopped) return;
    this.#due = ms(this.#clock.now() + beat);
    this.#cancel = this.#timers.start(beat, () => {
      if (this.#loads.size > 0) {
        this.#note(this.#loading);
        if (this.#loading.length >= window) this.#judge();
      } else {
        this.#note(this.#after);
        if (this.#after.length >= window) {
          this.#idle = percentile99(this.#after);
          return;
        }
      }
      this.#look();
    });
  }

  #note(looks: number[]): void {
    if (this.#due !== null) looks.push(Math.max(0, this.#clock.now() - this.#due));
    this.#due = null;
  }

  /** Short loads are judged at once if they disturb; those that do not are put together until there is enough to say so. */
  #judge(): void {
    const late = percentile99(this.#loading);
    const disturbs = late > disturbingMs && late > disturbingRatio * this.#idle;
    if (!disturbs && this.#loading.length < window) return;
    this.#loading = [];
    this.#allow(disturbs ? Math.max(1, this.#workers >> 1) : Math.min(this.#all, this.#workers + 1));
  }

  #allow(workers: number): void {
    if (workers === this.#workers) return;
    this.#workers = workers;
    this.#tell(workers / this.#all);
  }
}

function percentile99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}
