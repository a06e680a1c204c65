import type { HistoryEntry } from '../model/history.ts';
import type { Millis } from '../model/ids.ts';

/** Something that was found damaged in a store, and what was done about it. */
export interface Damage {
  readonly where: string;
  readonly what: string;
}

/** What may be asked of a store before it is opened. */
export interface StoreLimits {
  /** Days that history is kept. Default 90. */
  readonly days?: number;
  /** Bytes of history that are kept, or text such as `'64MB'`. Default `'256MB'`. */
  readonly size?: number | string;
}

/** A place where history and what was learned survive a restart. One Foreload opens it, and closes it again. */
export interface Store {
  /** What messages call it: its path. */
  readonly name: string;
  /** Whether texts of commands are kept as they are. */
  readonly text: boolean;
  /**
   * Opens it. What is damaged is passed over and told in {@link StoreSession.damage}.
   * @param now the time, by which what is too old is removed
   * @throws ForeloadError `invalid-store` if it is foreign or of a later version, `store-failed` if it can't be read
   */
  open(now: Millis): StoreSession;
}

/** An open store. */
export interface StoreSession {
  readonly damage: readonly Damage[];
  /** What {@link save} was given last. Null: nothing, or nothing that could be read. */
  readonly snapshot: Uint8Array | null;
  /** What was appended and is not in the snapshot yet, by any process, in order of time. */
  unlearned(): Iterable<HistoryEntry>;
  /**
   * Appends one entry. Once it returns, the entry survives the end of this process, however that comes; and a loss of
   * power after a second.
   * @throws ForeloadError `store-failed`; the entry is not kept then, what was before it is
   */
  append(entry: HistoryEntry): void;
  /**
   * Takes the place of the snapshot, whole or not at all. It has learned all that was appended when this was called.
   * @throws ForeloadError `store-failed`; the one before it stays then
   */
  save(snapshot: Uint8Array): Promise<void>;
  /** Everything appended is on the disk once it resolves. Safe to call twice. */
  close(): Promise<void>;
}

/** Of the folder. */
export const storeFormat: string = 'foreload-store';
/** Of the folder and of the lines in it. */
export const storeVersion: number = 1;
