import type { PressureLevel } from '../model/reason.ts';

/** Tells how tight memory is. Read up to four times a second, before decisions: it must be quick and never wait. */
export interface Probe {
  readonly name: string;
  /** Undefined: can't be told right now. @throws if it can't be read: another probe is read instead, and that is told. */
  read(): MemoryReading | undefined;
}

/** What can still be had of what may be had at most. */
export interface MemoryReading {
  readonly availableBytes: number;
  /** Above 0. */
  readonly limitBytes: number;
  readonly stall?: MemoryStall;
  /** What the platform itself says: the level is not lower than this. */
  readonly atLeast?: PressureLevel;
}

/** Shares of the time lately, 0..1, in which somebody (`some`) or everybody with work to do (`full`) waited for memory. */
export interface MemoryStall {
  readonly some: number;
  readonly full: number;
}
