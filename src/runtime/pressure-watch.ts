import { ms } from '../model/ids.ts';
import type { PressureLevel } from '../model/reason.ts';
import { PressureGauge } from '../probes/pressure-gauge.ts';
import type { Probe } from '../probes/probe.ts';
import type { Clock, Timers } from '../time/clock.ts';

/** Time between two readings, in ms. */
const interval = ms(1000);

/** Reads a probe once a second and tells each change of level; the level at the start is told too, whatever it is. */
export class PressureWatch {
  readonly #probe: Probe;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #tell: (level: PressureLevel) => void;
  readonly #gauge = new PressureGauge();
  #told: PressureLevel | null = null;
  #cancel: () => void = () => undefined;

  constructor(probe: Probe, clock: Clock, timers: Timers, tell: (level: PressureLevel) => void) {
    this.#probe = probe;
    this.#clock = clock;
    this.#timers = timers;
    this.#tell = tell;
    this.#read();
  }

  stop(): void {
    this.#cancel();
  }

  #read(): void {
    const reading = this.#probe.read();
    const level = reading ? this.#gauge.read(reading, this.#clock.now()) : this.#gauge.level;
    if (level !== this.#told) {
      this.#told = level;
      this.#tell(level);
    }
    this.#cancel = this.#timers.start(interval, () => this.#read());
  }
}
