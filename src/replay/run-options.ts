import type { Notice } from '../model/notice.ts';
import type { ForecastModel } from '../predict/onnx/forecast-model.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { WasteTarget } from '../residency/waste-target.ts';

export interface RunOptions {
  readonly makePredictor: () => Predictor;
  /** A trained model that advises the predictor. Its answers come at the very time they are asked for. */
  readonly model?: ForecastModel;
  /** Target for the share of wasted preloads, 0..1; or a target to go on teaching. */
  readonly waste: number | WasteTarget;
  /** Called now and then with the share of rows done; awaited, so that a caller may pause or throw. */
  readonly onProgress?: (done: number) => void | Promise<void>;
  /** Notices of one device. */
  readonly watch?: { readonly device: number; readonly notice: (notice: Notice) => void };
  /** Only where all users share one device. */
  readonly restart?: Restart;
  /** Takes a snapshot after each row, of all that was learned, for a {@link Restart}. Only where all users share one device. */
  readonly snapshots?: {
    readonly rows: ReadonlySet<number>;
    readonly taken: (row: number, snapshot: Uint8Array) => void;
  };
  /** Verify every invariant after each row. Slow; for tests. */
  readonly check?: boolean;
}

/** A run that begins in the middle of a trace, as after a restart: nothing is in memory. */
export interface Restart {
  /** The first row that is served. */
  readonly row: number;
  /** How many are. */
  readonly rows: number;
  /** What was learned before; null: nothing. */
  readonly snapshot: Uint8Array | null;
  /** Ms that pass from the start to the first row. */
  readonly lead: number;
  /** Whether what is usual at that time is loaded at the start. */
  readonly warming: boolean;
}
