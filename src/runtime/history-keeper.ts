import type { HistoryEntry } from '../model/history.ts';
import type { Bytes, ComponentId, Millis, UserId } from '../model/ids.ts';
import { ms } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { Store, StoreSession } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

/** Ms after which a store that failed is tried again. */
const retryAfterMs = 5000;
/** Commands after which what was learned is saved, so that a start after a crash has no more than these to learn again. */
const saveEvery = 10_000;

/** Where history is kept, and whether it is. */
export interface StoreStatus {
  readonly name: string;
  /** `off`: it could not be opened; `failing`: it can't be written right now. */
  readonly state: 'open' | 'failing' | 'off';
  /** Entries that it did not take. */
  readonly lost: number;
}

/** What a keeper works with, and whom it tells. */
export interface KeeperParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly post: (notice: Notice) => void;
}

/** Writes down what happens, and what was learned. A store that fails is told of once and disturbs nothing. */
export class HistoryKeeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #post: (notice: Notice) => void;
  readonly #session: StoreSession | null;
  /** Measured sizes of loads that are about to be told. */
  readonly #measured = new Map<ComponentId, Bytes>();
  #failedAt: number | null = null;
  /** Lost since it failed, and ever. */
  #missed = 0;
  #lost = 0;
  #unsaved = 0;
  /** One at a time: two would write one file. */
  #saving: Promise<void> | null = null;

  constructor({ store, clock, post }: KeeperParts) {
    this.#store = store;
    this.#clock = clock;
    this.#post = post;
    this.#session = this.#open();
  }

  /** Whether what happens is written down. */
  get writes(): boolean {
    return this.#session !== null;
  }

  /** What the last one saved. */
  get snapshot(): Uint8Array | null {
    return this.#session?.snapshot ?? null;
  }

  /**
   * Has what is not in the snapshot learned.
   * @param refused the snapshot, if it could not be used
   */
  begin(learn: (entries: Iterable<HistoryEntry>) => number, refused: Error | null): void {
    if (!this.#session) return;
    const recalled = learn(this.#session.unlearned());
    const refusal = refused ? [{ where: this.#store.name, what: `its snapshot is not used: ${refused.message}` }] : [];
    const damage = [...this.#session.damage, ...refusal];
    this.#unsaved = recalled;
    this.#post({ kind: 'store-opened', at: this.#clock.now(), recalled, damage });
  }

  get status(): StoreStatus {
    const state = this.#session === null ? 'off' : this.#failedAt === null ? 'open' : 'failing';
    return { name: this.#store.name, state, lost: this.#lost };
  }

  command(user: UserId, text: string, tags: readonly string[], snapshot: () => Uint8Array): void {
    // Before it is appended: the snapshot does not know of it yet.
    const due = this.#unsaved >= saveEvery && this.#saving === null && this.#failedAt === null;
    if (this.#session && due) void this.#save(snapshot());
    this.#append({
      kind: 'command',
      at: this.#now(),
      user,
      ...(this.#store.text && text !== '' ? { text } : {}),
      ...(tags.length > 0 ? { tags } : {}),
    });
    this.#unsaved++;
  }

  /** The measured size of a load whose end is told next. */
  measured(component: ComponentId, bytes: Bytes): void {
    if (this.#session) this.#measured.set(component, bytes);
  }

  notice(notice: Notice): void {
    if (!this.#session) return;
    if (notice.kind === 'demanded') {
      const { user, component } = notice;
      this.#append({ kind: 'demand', at: this.#now(), user, component });
    } else if (notice.kind === 'load-ended') {
      const { component, tookMs } = notice;
      const bytes = this.#measured.get(component);
      this.#measured.delete(component);
      const measured = bytes === undefined ? {} : { bytes };
      this.#append({ kind: 'load', at: this.#now(), component, ...measured, tookMs: Math.round(tookMs) });
    }
  }

  /** Saves what was learned, and lets the store go. */
  async close(snapshot: () => Uint8Array): Promise<void> {
    if (!this.#session) return;
    await this.#saving;
    if (this.#unsaved > 0) await this.#save(snapshot());
    await this.#session.close().catch((error: unknown) => this.#fail(error));
  }

  #open(): StoreSession | null {
    try {
      return this.#store.open(this.#now());
    } catch (error) {
      this.#post({ kind: 'store-failed', at: this.#clock.now(), error: error as Error });
      return null;
    }
  }

  #append(entry: HistoryEntry): void {
    if (!this.#session) return;
    if (this.#failedAt !== null && entry.at - this.#failedAt < retryAfterMs) return this.#lose();
    try {
      this.#session.append(entry);
    } catch (error) {
      this.#lose();
      return this.#fail(error);
    }
    this.#unsaved = Math.max(1, this.#unsaved);
    if (this.#failedAt === null) return;
    this.#failedAt = null;
    this.#post({ kind: 'store-restored', at: this.#clock.now(), lost: this.#missed });
    this.#missed = 0;
  }

  #lose(): void {
    this.#missed++;
    this.#lost++;
  }

  #fail(error: unknown, at: number = this.#now()): void {
    const told = this.#failedAt !== null;
    this.#failedAt = at;
    if (!told) this.#post({ kind: 'store-failed', at: this.#clock.now(), error: error as Error });
  }

  #save(snapshot: Uint8Array): Promise<void> {
    this.#unsaved = 0;
    const session = this.#session!;
    // The marks are taken when it is called, as the snapshot is.
    const saving = session
      .save(snapshot)
      .catch((error: unknown) => {
        // There may be no room for a snapshot, and yet for an entry.
        this.#fail(error, this.#now() - retryAfterMs);
        this.#unsaved = saveEvery / 2;
      })
      .then(() => {
        if (this.#saving === saving) this.#saving = null;
      });
    this.#saving = saving;
    return saving;
  }

  /** Whole ms: the form of a trace. */
  #now(): Millis {
    return ms(Math.round(this.#clock.now()));
  }
}
