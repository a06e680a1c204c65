import { Ledger } from '../metrics/ledger.ts';
import type { Preload } from '../metrics/preload.ts';
import type { Outcome } from '../model/reason.ts';

/** A ledger that remembers every preload: each must have had one outcome in the end, and `close` allows no second. */
export class WatchedLedger extends Ledger {
  readonly #open = new Set<Preload>();

  override open(...preload: Parameters<Ledger['open']>): Preload {
    const opened = super.open(...preload);
    this.#open.add(opened);
    return opened;
  }

  override close(preload: Preload, outcome: Outcome): void {
    super.close(preload, outcome);
    this.#open.delete(preload);
  }

  settled(): void {
    const open = this.#open.size;
    if (open > 0) throw new Error(`promise broken: each preload has an outcome in the end (${open} have none)`);
  }
}
