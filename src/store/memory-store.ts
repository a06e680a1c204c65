import { ms } from '../model/ids.ts';
import type { HistoryEntry } from '../model/history.ts';
import type { Store, StoreSession } from './store.ts';

/** Entries that a store in memory holds, at most: the latest. */
const most = 100_000;

/** A store in memory: it lives as long as the object that is returned, over any number of Foreloads. For tests. */
export function memoryStore({ text = false }: { readonly text?: boolean } = {}): Store & {
  readonly entries: readonly HistoryEntry[];
} {
  const entries: HistoryEntry[] = [];
  let snapshot: Uint8Array | null = null;
  let learned = 0;
  return {
    name: 'memory',
    text,
    entries,
    open(): StoreSession {
      const from = learned;
      const kept = snapshot;
      return {
        damage: [],
        snapshot: kept,
        unlearned: () => entries.slice(from),
        append(entry) {
          entries.push({ ...entry, at: ms(entry.at) });
          if (entries.length <= most) return;
          entries.shift();
          learned = Math.max(0, learned - 1);
        },
        save(given) {
          snapshot = given;
          learned = entries.length;
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      };
    },
  };
}
