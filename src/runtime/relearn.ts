import { Engine } from '../engine/engine.ts';
import { predictorsIn } from '../engine/snapshot.ts';
import { Ledger } from '../metrics/ledger.ts';
import { ForeloadError } from '../model/errors.ts';
import type { HistoryEntry } from '../model/history.ts';
import { bytes, type ComponentId, ms } from '../model/ids.ts';
import { Blend } from '../predict/blend/blend.ts';
import { Rhythm } from '../predict/rhythm.ts';
import { policyNamed } from '../residency/policies.ts';

/**
 * A snapshot that knows no more than this history tells, for a Foreload with the default predictor.
 * @param read gives the history from its beginning, as often as it is called
 * @param before the snapshot whose place it takes. If another predictor made it, null is returned: only the next start
 *   knows that one, and learns all of the history by itself.
 */
export function relearn(read: () => Iterable<HistoryEntry>, before: Uint8Array | null): Uint8Array | null {
  const predictor = new Blend();
  if (before && !predictorsOf(before).includes(predictor.name)) return null;
  const ids = new Set<ComponentId>();
  for (const entry of read()) if (entry.kind !== 'command') ids.add(entry.component);
  const engine = new Engine({
    components: [...ids].map((id) => ({
      id,
      bytes: bytes(1),
      loadMs: ms(0),
      dependsOn: [],
      conflictsWith: [],
      priority: 'normal',
    })),
    budget: Number.MAX_SAFE_INTEGER,
    policy: policyNamed('lru'),
    predictor,
    waste: null,
    ledger: new Ledger(),
    rhythm: new Rhythm([...ids]),
  });
  engine.recall(read());
  return engine.snapshot();
}

function predictorsOf(snapshot: Uint8Array): string[] {
  try {
    return predictorsIn(snapshot);
  } catch (error) {
    if (error instanceof ForeloadError && error.code === 'invalid-snapshot') return [];
    throw error;
  }
}
