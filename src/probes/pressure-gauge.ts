import type { Millis } from '../model/ids.ts';
import { type PressureLevel, pressureLevels } from '../model/reason.ts';
import type { MemoryReading } from './probe.ts';

/** When each level begins and how reluctantly it is left. */
export interface GaugeOptions {
  /** Shares of memory available below which `medium`, `high`, `critical` and `emergency` begin. Default .25 .15 .08 .04. */
  readonly begins: readonly [medium: number, high: number, critical: number, emergency: number];
  /** How much more than that must be available before a level is left. Default 0.03. */
  readonly hysteresis: number;
  /** Ms that a lower level must have been called for before it is gone down to, one level at a time. Default 5000. */
  readonly dwellMs: number;
}

export const defaultGauge: GaugeOptions = { begins: [0.25, 0.15, 0.08, 0.04], hysteresis: 0.03, dwellMs: 5000 };

/**
 * Turns readings into levels: up at once, down one level at a time and only after a quiet while, so that memory which
 * swings around a border does not make components come and go.
 */
export class PressureGauge {
  readonly #options: GaugeOptions;
  #level: PressureLevel = 'low';
  #calmSince: Millis | null = null;

  constructor(options: GaugeOptions = defaultGauge) {
    this.#options = options;
  }

  get level(): PressureLevel {
    return this.#level;
  }

  /** The level after a reading taken at `now`. */
  read({ availableBytes, limitBytes }: MemoryReading, now: Millis): PressureLevel {
    const available = limitBytes > 0 ? availableBytes / limitBytes : 1;
    const present = pressureLevels.indexOf(this.#level);
    const called = this.#rankOf(available);
    if (called >= present) {
      this.#calmSince = null;
      this.#level = pressureLevels[called]!;
      return this.#level;
    }
    const leaves = available >= this.#options.begins[present - 1]! + this.#options.hysteresis;
    if (!leaves) this.#calmSince = null;
    else if (this.#calmSince === null) this.#calmSince = now;
    else if (now - this.#calmSince >= this.#options.dwellMs) {
      this.#level = pressureLevels[present - 1]!;
      this.#calmSince = now;
    }
    return this.#level;
  }

  #rankOf(available: number): number {
    return this.#options.begins.filter((begin) => available < begin).length;
  }
}
