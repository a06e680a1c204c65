import type { Bytes, ComponentId, Millis } from './ids.ts';

/** How dear a component is to its owner. `core` is pinned: never evicted, not even in an emergency. */
export type Priority = 'core' | 'high' | 'normal' | 'low';
export const priorities: readonly Priority[] = ['core', 'high', 'normal', 'low'];

/** What the engine knows of a component: everything but how to load it. */
export interface ComponentSpec {
  readonly id: ComponentId;
  /** Expected size; replaced by the measured one after the first load. */
  readonly bytes: Bytes;
  /** Expected load time, dependencies excluded. */
  readonly loadMs: Millis;
  readonly dependsOn: readonly ComponentId[];
  /** Declared on either side; the graph makes it symmetric. */
  readonly conflictsWith: readonly ComponentId[];
  /** Of those with the same group only some may be in memory at once; absent: it is of none. */
  readonly group?: string;
  readonly priority: Priority;
  /** Unloaded when idle for this long; absent: kept until its memory is needed. */
  readonly idleMs?: Millis;
  /**
   * Until it has been idle for this long, no preload displaces it, and a demand only if nothing else makes room; absent: 0.
   */
  readonly minIdleMs?: Millis;
  /** Leases that may be open at once; further demands wait for their turn. Absent: any number. */
  readonly concurrency?: number;
  /** What it held stays in the process after it was unloaded, until its next load takes it over. */
  readonly keepsMemory?: boolean;
  /** While idle it is checked every so often; absent: never. */
  readonly checkMs?: Millis;
  /** What it is for, in words: a component never used before is found by them. */
  readonly description?: string;
  /** Words that speak for it, besides its name and description. */
  readonly keywords?: readonly string[];
}
