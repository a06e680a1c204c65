import type { Millis } from '../model/ids.ts';
import type { Lane, Origin, Outcome } from '../model/reason.ts';

/** One preload, from being queued to its single outcome. */
export interface Preload {
  readonly component: number;
  /** These three are renewed while it waits in a lane, by each forecast that confirms it. */
  origin: Origin;
  lane: Lane;
  probability: number;
  readonly queuedAt: Millis;
  /** Whether it counts: preloads begun in an unscored stretch do not. */
  readonly scored: boolean;
  /** When its load began; null while it waits. */
  startedAt: Millis | null;
  outcome: Outcome | 'open';
}
