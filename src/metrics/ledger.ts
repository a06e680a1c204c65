import type { Millis } from '../model/ids.ts';
import type { Found, Lane, Origin, Outcome, TurnedAway } from '../model/reason.ts';
import type { Preload } from './preload.ts';

/** What the ledger has counted so far. METRICS.md says what each figure means. */
export interface LedgerCounts {
  readonly needs: number;
  readonly warm: number;
  readonly loading: number;
  readonly cold: number;
  readonly preloads: Readonly<Record<Outcome | 'open', number>>;
  readonly turnedAway: Readonly<Partial<Record<TurnedAway, number>>>;
}

/** The one book in which every need and every preload is written, from which every ratio is derived. */
export class Ledger {
  /** Off while a replay is in its unscored stretch. */
  scoring = true;
  readonly #found: Record<Found, number> = { warm: 0, loading: 0, cold: 0 };
  readonly #preloads: Record<Outcome | 'open', number> = {
    open: 0,
    timely: 0,
    late: 0,
    wasted: 0,
    failed: 0,
    cancelled: 0,
  };
  readonly #turnedAway: Partial<Record<TurnedAway, number>> = {};

  need(found: Found): void {
    if (this.scoring) this.#found[found]++;
  }

  open(component: number, origin: Origin, lane: Lane, probability: number, now: Millis): Preload {
    const scored = this.scoring;
    if (scored) this.#preloads.open++;
    return { component, origin, lane, probability, queuedAt: now, scored, startedAt: null, outcome: 'open' };
  }

  /** Gives a preload its one outcome. */
  close(preload: Preload, outcome: Outcome): void {
    if (preload.outcome !== 'open') throw new Error(`invariant: preload closed twice (${preload.outcome}, ${outcome})`);
    preload.outcome = outcome;
    if (!preload.scored) return;
    this.#preloads.open--;
    this.#preloads[outcome]++;
  }

  turnedAway(reason: TurnedAway): void {
    if (this.scoring) this.#turnedAway[reason] = (this.#turnedAway[reason] ?? 0) + 1;
  }

  counts(): LedgerCounts {
    const { warm, loading, cold } = this.#found;
    return {
      needs: warm + loading + cold,
      warm,
      loading,
      cold,
      preloads: { ...this.#preloads },
      turnedAway: { ...this.#turnedAway },
    };
  }
}
