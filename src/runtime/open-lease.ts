import type { ForeloadError } from '../model/errors.ts';
import type { ComponentId, LeaseId, Millis } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import type { CommandPulse } from './command-pulse.ts';
import type { Lease } from './lease.ts';

/**
 * What is known of a demand, and then of its lease. But for its first second it does not refer to the {@link OpenLease}
 * itself, so that a forgotten one can be collected.
 */
export interface Held {
  readonly lease: LeaseId;
  readonly component: ComponentId;
  readonly pulse: CommandPulse;
  /** When it began to wait, if it did; once it was granted, when that was. */
  since: Millis;
  /** Where it was acquired, if that was written down: an object whose `stack` is made into text when it is read. */
  readonly trace: { readonly stack?: string } | null;
  /** Whether it has been granted, and neither given back nor revoked. */
  open: boolean;
  /** What was granted, and where that was found; null: it has not been granted. */
  value: unknown;
  found: Found | null;
  waitedMs: number;
  /** Why it was not. */
  refused: ForeloadError | null;
  /** Tells whoever waits for either. Null: nobody, or nobody yet. */
  settle: (() => void) | null;
  stopWaiting: (() => void) | null;
  /** Made when somebody asks for the signal: most never do. */
  ended: AbortController | null;
  /** The lease itself, while it is too young to be watched. */
  young: OpenLease | null;
  /** Why its component is gone; null: it is not. */
  reason: ForeloadError | null;
}

/** A demand that was just made. */
export function newHeld(lease: LeaseId, component: ComponentId, pulse: CommandPulse, trace: Held['trace']): Held {
  return {
    lease,
    component,
    pulse,
    since: 0 as Millis,
    trace,
    open: false,
    value: undefined,
    found: null,
    waitedMs: 0,
    refused: null,
    settle: null,
    stopWaiting: null,
    ended: null,
    young: null,
    reason: null,
  };
}

/** A lease in its holder's hands. */
export class OpenLease implements Lease<unknown> {
  readonly value: unknown;
  readonly found: Found;
  readonly waitedMs: number;
  // A function of its own, so that it may be passed on: `onClose(lease.release)`. It keeps the lease from being collected.
  readonly release: () => void;
  readonly #held: Held;

  constructor(held: Held, found: Found, leases: { giveBack(held: Held): void }) {
    this.#held = held;
    this.value = held.value;
    this.found = found;
    this.waitedMs = held.waitedMs;
    this.release = () => leases.giveBack(this.#held);
  }

  get component(): ComponentId {
    return this.#held.component;
  }

  get signal(): AbortSignal {
    const held = this.#held;
    if (!held.ended) {
      held.ended = new AbortController();
      if (held.reason) held.ended.abort(held.reason);
    }
    return held.ended.signal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
