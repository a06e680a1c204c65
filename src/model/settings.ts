import type { Bytes } from './ids.ts';
import type { Lane } from './reason.ts';

/** What may be changed while an engine runs. What is absent stays as it is. */
export interface Settings {
  readonly budget?: Bytes;
  /** Share of preloads that may be wasted, 0..1. */
  readonly waste?: number;
  readonly lanes?: Readonly<Record<Lane, { readonly capacity: number; readonly workers: number }>> & {
    readonly atOnce?: number;
  };
  /** Confidence that leads to each lane. */
  readonly routing?: Readonly<Record<Lane, number>>;
  /** What one byte held for an hour is worth, in ms of waiting. Null: idle components are kept. */
  readonly keepPrice?: number | null;
  readonly speculation?: 'load' | 'observe';
}
