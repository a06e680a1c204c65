/** Tells how tight memory is. Read about once a second; cheap. */
export interface Probe {
  readonly name: string;
  /** Undefined: can't be told right now. */
  read(): MemoryReading | undefined;
}

/** What can still be had of what may be had at most. */
export interface MemoryReading {
  readonly availableBytes: number;
  readonly limitBytes: number;
}
