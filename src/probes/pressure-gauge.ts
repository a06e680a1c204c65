import type { Millis } from '../model/ids.ts';
import { type PressureLevel, pressureLevels } from '../model/reason.ts';
import type { MemoryReading } from './probe.ts';

/** When each level begins and how reluctantly it is left. */
export interface GaugeOptions {
  /** Shares of memory available below which `medium`, `high`, `critical` and `emergency` begin. Default .25 .15 .08 .04. */
  readonly begins: readonly [medium: number, high: number, critical: number, emergency: number];
  /** How much more than that must be available before a level is left. Default 0.03. */
  readonly hysteresis: number;
  /**
   * Shares of the time that somebody, or everybody, waits for memory from which `high` and `critical` begin; left below
   * half of them. Default 0.1 and 0.1: reading files through a full cache gives up to 0.04, a working set that no longer
   * fits 0.2 to 0.3.
   */
  readonly stalls: readonly [high: number, critical: number];
  /** Ms that a lower level must have been called for before it is gone down to, one level at a time. Default 5000. */
  readonly dwellMs: number;
  /**
   * Each time that pressure is back within so many ms after a level was left, the dwell time doubles, up to this. Default
   * 60,000.
   */
  readonly longestDwellMs: number;
}

export const defaultGauge: GaugeOptions = {
  begins: [0.25, 0.15, 0.08, 0.04],
  hysteresis: 0.03,
  stalls: [0.1, 0.1],
  dwellMs: 5000,
  longestDwellMs: 60_000,
};

const high = pressureLevels.indexOf('high');
const critical = pressureLevels.indexOf('critical');

/**
 * Turns readings into levels: up at once, down one level at a time and only after a quiet while, so that memory which
 * swings around a border does not make components come and go. Memory that swings slower than the dwell time lengthens
 * it: however it swings, a minute sees twelve changes at most, and ten minutes forty.
 */
export class PressureGauge {
  readonly #options: GaugeOptions;
  #level: PressureLevel = 'low';
  #calmSince: Millis | null = null;
  #dwellMs: number;
  /** When a level was last left. */
  #leftAt: Millis | null = null;

  constructor(options: GaugeOptions = defaultGauge) {
    this.#options = options;
    this.#dwellMs = options.dwellMs;
  }

  get level(): PressureLevel {
    return this.#level;
  }

  /** The level after a reading taken at `now`. */
  read(reading: MemoryReading, now: Millis): PressureLevel {
    const present = pressureLevels.indexOf(this.#level);
    const called = this.#rankOf(reading);
    if (called >= present) {
      if (called > present) this.#rise(now);
      this.#calmSince = null;
      this.#level = pressureLevels[called]!;
    } else if (!this.#mayLeave(reading, present)) this.#calmSince = null;
    else if (this.#calmSince === null) this.#calmSince = now;
    else if (now - this.#calmSince >= this.#dwellMs) {
      this.#level = pressureLevels[present - 1]!;
      this.#calmSince = now;
      this.#leftAt = now;
    }
    return this.#level;
  }

  /**
   * Bytes that must be given back before the present level may be left. While everybody waits for memory of which
   * enough seems to be there, nobody knows how many: then as many as the hysteresis, at each telling.
   */
  excessOf(reading: MemoryReading): number {
    const present = pressureLevels.indexOf(this.#level);
    if (present === 0) return 0;
    const { begins, hysteresis } = this.#options;
    const { availableBytes, limitBytes } = reading;
    const missing = (begins[present - 1]! + hysteresis) * limitBytes - availableBytes;
    const unknown = this.#otherRank(reading, 1) >= present ? hysteresis * limitBytes : 0;
    return Math.ceil(Math.max(0, missing, unknown));
  }

  /** Bytes that may still be taken before a level begins, with the hysteresis to spare; below 0: none. */
  roomUntil(level: 'high' | 'critical', { availableBytes, limitBytes }: MemoryReading): number {
    const begin = this.#options.begins[pressureLevels.indexOf(level) - 1]!;
    return Math.floor(availableBytes - (begin + this.#options.hysteresis) * limitBytes);
  }

  /** Pressure is up again: soon after it seemed over, the quiet was too short to be trusted; after a long quiet, forget. */
  #rise(now: Millis): void {
    const { dwellMs, longestDwellMs } = this.#options;
    if (this.#leftAt === null) return;
    const quiet = now - this.#leftAt;
    if (quiet < longestDwellMs) this.#dwellMs = Math.min(longestDwellMs, this.#dwellMs * 2);
    else if (quiet > 2 * longestDwellMs) this.#dwellMs = dwellMs;
  }

  #rankOf(reading: MemoryReading): number {
    const available = reading.availableBytes / reading.limitBytes;
    const byShare = this.#options.begins.filter((begin) => available < begin).length;
    return Math.max(byShare, this.#otherRank(reading, 1));
  }

  #mayLeave(reading: MemoryReading, present: number): boolean {
    const enough = this.#options.begins[present - 1]! + this.#options.hysteresis;
    return reading.availableBytes / reading.limitBytes >= enough && this.#otherRank(reading, 0.5) < present;
  }

  /** What waiting for memory and the platform itself call for; `strictness` scales how much waiting is tolerated. */
  #otherRank({ stall, atLeast }: MemoryReading, strictness: number): number {
    const [some, full] = this.#options.stalls;
    const told = atLeast ? pressureLevels.indexOf(atLeast) : 0;
    if (stall && stall.full >= full * strictness) return Math.max(critical, told);
    return stall && stall.some >= some * strictness ? Math.max(high, told) : told;
  }
}
