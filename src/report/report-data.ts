import type { PolicyFigures } from '../metrics/figures.ts';

/** One policy's row of figures. */
export interface PolicyRow extends PolicyFigures {
  readonly policy: string;
}

/** One component's stay in memory. Times in ms since the start of the run. */
export interface Stay {
  readonly component: string;
  readonly loadFrom: number;
  /** When it became warm; null if the load never ended well. */
  readonly warmFrom: number | null;
  readonly until: number;
  /** What began it. */
  readonly origin: 'demand' | 'speculative' | 'warming' | 'dependency';
  /** How the preload ended; null for a load begun by a demand. */
  readonly outcome: 'timely' | 'late' | 'wasted' | 'failed' | 'cancelled' | null;
}

/** One demand of a component. */
export interface NeedMark {
  readonly component: string;
  readonly at: number;
  readonly found: 'warm' | 'loading' | 'cold';
}

/** What one run of one policy looked like over time (of the device, or the stretch, that is shown). */
export interface RunPicture {
  readonly policy: string;
  /** The budget of the device shown; left out where it is the run's `budgetBytes`. */
  readonly budgetBytes?: number;
  readonly stays: readonly Stay[];
  readonly needs: readonly NeedMark[];
  /** Memory held, and the speculative part of it not yet demanded, whenever either changed. */
  readonly memory: readonly { readonly at: number; readonly resident: number; readonly speculative: number }[];
}

/** Everything that one page shows. */
export interface ReportData {
  readonly title: string;
  /** One sentence for a reader who sees nothing else. */
  readonly summary: string;
  /** What was run: trace, rows, seed, command, machine. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Whether the *Bytes figures count equal slots instead of bytes. */
  readonly slots: boolean;
  readonly budgetBytes: number;
  readonly policies: readonly PolicyRow[];
  /** Warm rate of each policy over a row of budgets; empty when not measured. */
  readonly curve: readonly {
    readonly budget: string;
    readonly budgetBytes: number;
    readonly warmRate: Readonly<Record<string, number | null>>;
  }[];
  /** For each policy: response times in ms at evenly spaced quantiles 0, 0.005, ..., 1 (201 values). */
  readonly responses: readonly { readonly policy: string; readonly quantiles: readonly number[] }[];
  /** What `pictures` shows: "user dev107, 09:00 to 10:30". */
  readonly stretch: string;
  readonly pictures: readonly RunPicture[];
  /** Notes under the figures: definitions, caveats. */
  readonly notes: readonly string[];
}
