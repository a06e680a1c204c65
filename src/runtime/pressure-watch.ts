import { type Bytes, bytes, ms } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import { type PressureLevel, pressureLevels } from '../model/reason.ts';
import { availableMemory } from '../probes/available-memory.ts';
import { PressureGauge } from '../probes/pressure-gauge.ts';
import type { Probe } from '../probes/probe.ts';
import { systemMemory } from '../probes/system-memory.ts';
import { withFallback } from '../probes/with-fallback.ts';
import type { Clock, Timers } from '../time/clock.ts';

/** Ms between two readings: at ease, and once memory is short, when it may run out within a second. */
const atEase = ms(1000);
const short = ms(250);

/** Ms between two tellings of how many bytes are to be given back: unloads need a moment to show in a reading. */
const tellEvery = 1000;

/** Told a level, and how many bytes have to be given back until the next lower one, where that is known. */
export type TellPressure = (level: PressureLevel, excessBytes?: Bytes) => void;

/**
 * Reads a probe and tells each change of level, and at tight levels what has to be given back. The level at the start is
 * told too, whatever it is. What the application knows itself counts as well: the worse of the two is told.
 */
export class PressureWatch {
  readonly #probe: Probe;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #tell: TellPressure;
  readonly #gauge = new PressureGauge();
  #own: PressureLevel = 'low';
  #excess = 0;
  #told: PressureLevel | null = null;
  #toldExcess = 0;
  #toldAt = 0;
  #cancel: () => void = () => undefined;

  constructor(probe: Probe, clock: Clock, timers: Timers, tell: TellPressure) {
    this.#probe = probe;
    this.#clock = clock;
    this.#timers = timers;
    this.#tell = tell;
    this.#read();
  }

  /** The application tells of pressure that no probe sees; `low` takes it back. */
  own(level: PressureLevel): void {
    this.#own = level;
    this.#compare();
  }

  stop(): void {
    this.#cancel();
  }

  #read(): void {
    const reading = this.#probe.read();
    if (reading) {
      this.#gauge.read(reading, this.#clock.now());
      this.#excess = this.#gauge.excessOf(reading);
    }
    this.#compare();
    this.#cancel = this.#timers.start(this.#gauge.level === 'low' ? atEase : short, () => this.#read());
  }

  #compare(): void {
    const { level: read } = this.#gauge;
    const level = rankOf(this.#own) > rankOf(read) ? this.#own : read;
    const excess = level === read && rankOf(level) >= rankOf('high') ? this.#excess : 0;
    const now = this.#clock.now();
    const again = (excess > 0 || this.#toldExcess > 0) && now - this.#toldAt >= tellEvery;
    if (level === this.#told && !again) return;
    this.#told = level;
    this.#toldExcess = excess;
    this.#toldAt = now;
    if (level === read && rankOf(level) >= rankOf('high')) this.#tell(level, bytes(excess));
    else this.#tell(level);
  }
}

/** What is read: the configured probe; where it fails the system's; at last what Node itself knows. */
export function probeOf(configured: Probe | undefined, clock: Clock, post: (notice: Notice) => void): Probe {
  return withFallback([...(configured ? [configured] : []), systemMemory(), availableMemory()], {
    failed: (probe, error, instead) => post({ kind: 'probe-failed', at: clock.now(), probe, instead, error }),
    restored: (probe) => post({ kind: 'probe-restored', at: clock.now(), probe }),
  });
}

const rankOf = (level: PressureLevel): number => pressureLevels.indexOf(level);
