import type { EngineEvent } from '../model/event.ts';
import { type Bytes, bytes, ms } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import { type PressureLevel, pressureLevels } from '../model/reason.ts';
import { availableMemory } from '../probes/available-memory.ts';
import { PressureGauge } from '../probes/pressure-gauge.ts';
import type { MemoryReading, Probe } from '../probes/probe.ts';
import { systemMemory } from '../probes/system-memory.ts';
import { withFallback } from '../probes/with-fallback.ts';
import type { Clock, Timers } from '../time/clock.ts';

/** Ms between two readings: at ease, and once memory is short, when it may run out within a second. */
const atEase = ms(1000);
const short = ms(250);

/** Ms between two tellings of how many bytes are to be given back: unloads need a moment to show in a reading. */
const tellEvery = 1000;

/** Told a level, and in bytes what has to be given back or may be taken, where that is known. */
export type TellPressure = (told: Omit<Extract<EngineEvent, { kind: 'pressure' }>, 'kind'>) => void;

/**
 * Reads a probe and tells each change of level, and every second of what matters: at tight levels how much has to be given
 * back, at others how much may be taken, if that is less than the budget. The level at the start is told too, whatever it
 * is. What the application knows itself counts as well: the worse of the two is told.
 */
export class PressureWatch {
  readonly #probe: Probe;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #budget: () => number;
  readonly #tell: TellPressure;
  readonly #gauge = new PressureGauge();
  #own: PressureLevel = 'low';
  /** Null: it can't be told right now. */
  #reading: MemoryReading | null = null;
  #told: PressureLevel | null = null;
  /** Whether the latest telling held numbers that are to be renewed. */
  #renew = false;
  #toldAt = 0;
  #cancel: () => void = () => undefined;

  /** @param budget what components may use: more room than that is no news */
  constructor(probe: Probe, clock: Clock, timers: Timers, budget: () => number, tell: TellPressure) {
    this.#probe = probe;
    this.#clock = clock;
    this.#timers = timers;
    this.#budget = budget;
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
    this.#reading = this.#probe.read() ?? null;
    if (this.#reading) this.#gauge.read(this.#reading, this.#clock.now());
    this.#compare();
    this.#cancel = this.#timers.start(this.#gauge.level === 'low' ? atEase : short, () => this.#read());
  }

  #compare(): void {
    const { level: read } = this.#gauge;
    const level = rankOf(this.#own) > rankOf(read) ? this.#own : read;
    const tight = rankOf(level) >= rankOf('high');
    const excess = this.#reading && tight && level === read ? this.#gauge.excessOf(this.#reading) : null;
    const rooms = this.#rooms();
    const news = (excess ?? 0) > 0 || rooms !== null;
    const now = this.#clock.now();
    if (level === this.#told && !((news || this.#renew) && now - this.#toldAt >= tellEvery)) return;
    this.#told = level;
    this.#renew = news;
    this.#toldAt = now;
    this.#tell({ level, ...(excess === null ? {} : { excessBytes: bytes(excess) }), ...rooms });
  }

  /** Null: there is more room than components may use anyway. */
  #rooms(): { readonly roomBytes: Bytes; readonly demandBytes: Bytes } | null {
    if (!this.#reading) return null;
    const room = this.#gauge.roomUntil('high', this.#reading);
    if (room >= this.#budget()) return null;
    return { roomBytes: bytes(room), demandBytes: bytes(this.#gauge.roomUntil('critical', this.#reading)) };
  }
}

/**
 * Begins to watch memory pressure; false: nobody does, and null is returned.
 * @param told `budget`: what components may use; `post`: told of probes that fail; `tell`: told of pressure, at once the first time
 */
export function watchPressure(
  configured: Probe | false | undefined,
  clock: Clock,
  timers: Timers,
  told: { readonly budget: () => number; readonly post: (notice: Notice) => void; readonly tell: TellPressure },
): PressureWatch | null {
  if (configured === false) return null;
  return new PressureWatch(probeOf(configured, clock, told.post), clock, timers, told.budget, told.tell);
}

/** What is read: the configured probe; where it fails the system's; at last what Node itself knows. */
function probeOf(configured: Probe | undefined, clock: Clock, post: (notice: Notice) => void): Probe {
  return withFallback([...(configured ? [configured] : []), systemMemory(), availableMemory()], {
    failed: (probe, error, instead) => post({ kind: 'probe-failed', at: clock.now(), probe, instead, error }),
    restored: (probe) => post({ kind: 'probe-restored', at: clock.now(), probe }),
  });
}

const rankOf = (level: PressureLevel): number => pressureLevels.indexOf(level);
