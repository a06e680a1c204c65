import type { Preload } from '../metrics/preload.ts';
import type { ComponentSpec } from '../model/component.ts';
import type { CommandId, LoadId, Millis, UserId } from '../model/ids.ts';
import type { ComponentState, Found, Lane, Origin } from '../model/reason.ts';
import type { ReuseFeatures } from '../residency/reuse-model.ts';
import { OpenClaims, type Placed } from './open-claims.ts';
import type { Trouble } from './trouble.ts';

/** One demand, from the moment it is made until it is released. */
export interface Claim extends Placed {
  readonly slot: Slot;
  readonly user: UserId;
  readonly command: CommandId;
  /** Where the component was when it was demanded. */
  readonly found: Found;
  /** When it was demanded, and when its lease was opened; null: it waits. */
  readonly asked: Millis;
  opened: Millis | null;
}

/** What the engine knows of one component. */
export interface Slot {
  readonly index: number;
  readonly spec: ComponentSpec;
  /** Larger than the whole budget: loaded only on demand, outside the budget, and unloaded at once (replay only). */
  readonly outside: boolean;
  /** `queued` here means: its memory is reserved, its dependencies are loading. What waits in a lane is still `cold`. */
  state: Exclude<ComponentState, 'failed'>;
  /** Expected size and load time; measured ones replace the estimates. */
  bytes: number;
  loadMs: number;
  /** The longest chain of work, in ms, that waited for its load when that was decided, its own included. */
  chain: number;
  /** Charged against the budget: reserved before the load, resident after. Zero if and only if cold, or outside. */
  held: number;
  load: LoadId | null;
  /** Who began the load that runs or ran last. */
  origin: Origin | 'demand';
  /** The lane whose worker this load holds. */
  worker: Lane | null;
  startedAt: Millis;
  readonly open: OpenClaims<Claim>;
  readonly waiting: Claim[];
  /** Direct dependants that are not cold: while any is, this stays warm. */
  pins: number;
  /** The preload that has not yet met its demand, and what was known when it was last asked for. */
  preload: Preload | null;
  asked: ReuseFeatures | null;
  /** Failed loads since the last good one, and when the latest failed. */
  failures: number;
  failedAt: Millis;
  /** What demands have to know of failures; null: nothing. */
  trouble: Trouble | null;
  /** Bytes that unloads which failed may have left in memory, and how many did. */
  lost: number;
  losses: number;
  /** Its demands so far, and the number of the latest among all demands; 0: none. */
  uses: number;
  lastUse: number;
  /** Its place in the policy's order when that was last asked for, 0 (leaves first) to 1; null: cold, or never among the first. */
  rank: number | null;
  warmSince: Millis;
  idleSince: Millis;
  /** Until when it is worth its memory while idle, if a price is asked for that. */
  keepUntil: Millis;
  /** Someone asked for it to be unloaded when its leases end. */
  leaving: boolean;
  /** What it rests on broke while it loads: what its load brings is unloaded at once. */
  orphaned: boolean;
}

/** Whether it is in memory, or on its way there, only to go. */
export const isGoing = (slot: Slot): boolean => slot.state === 'unloading' || slot.orphaned;

export function newSlot(index: number, spec: ComponentSpec, outside: boolean): Slot {
  return {
    index,
    spec,
    outside,
    state: 'cold',
    bytes: spec.bytes,
    loadMs: spec.loadMs,
    chain: 0,
    held: 0,
    load: null,
    origin: 'demand',
    worker: null,
    startedAt: 0 as Millis,
    open: new OpenClaims(),
    waiting: [],
    pins: 0,
    preload: null,
    asked: null,
    failures: 0,
    failedAt: 0 as Millis,
    trouble: null,
    lost: 0,
    losses: 0,
    uses: 0,
    lastUse: 0,
    rank: null,
    warmSince: 0 as Millis,
    idleSince: 0 as Millis,
    keepUntil: Number.POSITIVE_INFINITY as Millis,
    leaving: false,
    orphaned: false,
  };
}

/** What it costs to have a component back. Instant loads cost 1 ms, so that they compare too. */
export const costOf = (slot: Slot): number => slot.loadMs + 1;

/** What a demand of it finds, now. */
export function foundIn(slot: Slot): Found {
  if (slot.state === 'warm') return 'warm';
  return (slot.state === 'loading' && !slot.orphaned) || slot.state === 'queued' ? 'loading' : 'cold';
}
