import { setMaxListeners } from 'node:events';
import { ByLease } from '../engine/by-lease.ts';
import type { Waiting } from '../engine/status.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { type ComponentId, type LeaseId, type Millis, ms } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { Found } from '../model/reason.ts';
import type { Clock, Timers } from '../time/clock.ts';
import type { CommandPulse } from './command-pulse.ts';
import type { AcquireOptions, Lease } from './lease.ts';
import { LeaseLeaks } from './lease-leaks.ts';
import { type Held, newHeld, OpenLease } from './open-lease.ts';

/** What leases work with, and whom they tell. */
export interface LeaseParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether the place of every lease is written down, not only that of some. */
  readonly traceAll: boolean;
  readonly engine: LeaseEngine;
  readonly post: (notice: Notice) => void;
}

/** Who grants leases, and wants them back. */
export interface LeaseEngine {
  /** `again`: its command has made the same demand before. */
  demand(lease: LeaseId, component: ComponentId, pulse: CommandPulse, again: boolean): void;
  release(lease: LeaseId): void;
  /** What a demand waits for. */
  waiting(lease: LeaseId): Waiting | null;
}

/** The demands that wait, and the leases that are open. */
export class OpenLeases {
  readonly #parts: LeaseParts;
  readonly #engine: LeaseEngine;
  readonly #leaks: LeaseLeaks;
  #last = 0;
  /** Those that wait, and those that are open. */
  readonly #known = new ByLease<Held>();

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#engine = parts.engine;
    this.#leaks = new LeaseLeaks({
      timers: parts.timers,
      traceAll: parts.traceAll,
      known: () => this.#known.values(),
      found: (held) => this.#leaked(held),
    });
  }

  /** Enters a demand and tells the engine of it, which settles it by {@link grant} or {@link refuse}, at once or later. */
  ask(component: ComponentId, pulse: CommandPulse, options: AcquireOptions): Promise<Lease<unknown>> {
    const { signal, timeoutMs } = options;
    if (signal?.aborted) return Promise.reject(abortedError(component, signal));
    const lease = ++this.#last as LeaseId;
    const asked = newHeld(lease, component, pulse, this.#leaks.trace(component));
    this.#known.add(asked);
    this.#engine.demand(lease, component, pulse, pulse.demanded(component));
    if (asked.found) {
      // Made and resolved in one place: V8 then need not look up whether a lease is itself a promise.
      const open = new OpenLease(asked, asked.found, this);
      const lent = Promise.resolve(open);
      this.#leaks.opened(asked, open);
      return lent;
    }
    if (asked.refused) return Promise.reject(asked.refused);
    asked.since = this.#parts.clock.now();
    if (signal || timeoutMs !== undefined) this.#limit(asked, signal, timeoutMs);
    return new Promise((resolve, reject) => {
      asked.settle = () => (asked.found ? resolve(this.#lend(asked, asked.found)) : reject(asked.refused!));
    });
  }

  /** @param now when the engine said so */
  grant(lease: LeaseId, value: unknown, found: Found, now: Millis): void {
    const held = this.#asked(lease);
    if (!held) return;
    held.value = value;
    held.found = found;
    if (held.settle) held.waitedMs = now - held.since;
    held.since = now;
    held.open = true;
    held.pulse.granted(found);
    if (held.settle) settle(held);
  }

  refuse(lease: LeaseId, error: ForeloadError): void {
    const held = this.#asked(lease);
    if (!held) return;
    this.#known.delete(lease);
    held.pulse.refused();
    held.refused = error;
    if (held.settle) settle(held);
  }

  /** The component of an open lease is gone. */
  revoke(lease: LeaseId, error: ForeloadError): void {
    const held = this.#known.get(lease);
    if (!held?.open) return;
    this.#close(held);
    held.reason = error;
    held.ended?.abort(error);
    held.pulse.released();
  }

  /** Nothing is looked for any more. */
  stop(): void {
    this.#leaks.stop();
  }

  #lend(held: Held, found: Found): OpenLease {
    const lease = new OpenLease(held, found, this);
    this.#leaks.opened(held, lease);
    return lease;
  }

  /** Its holder is done. */
  giveBack(held: Held): void {
    if (!held.open) return;
    this.#close(held);
    this.#engine.release(held.lease);
    held.pulse.released();
  }

  #close(held: Held): void {
    held.open = false;
    this.#known.delete(held.lease);
    this.#leaks.closed(held);
  }

  #leaked(held: Held): void {
    if (!held.open) return;
    const { clock, post } = this.#parts;
    const at = clock.now();
    const acquiredAt = placeOf(held.trace);
    this.giveBack(held);
    post({ kind: 'lease-leaked', at, component: held.component, heldMs: ms(at - held.since), acquiredAt });
  }

  /** A demand that does not wait for ever. */
  #limit(asked: Held, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
    const { lease, component } = asked;
    const giveUp = (error: ForeloadError): void => {
      this.refuse(lease, error);
      this.#engine.release(lease);
    };
    const onAbort = (): void => giveUp(abortedError(component, signal!));
    if (signal) {
      // One signal may end any number of demands; Node warns of a leak from the eleventh on.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', onAbort, { once: true });
    }
    const onTime = (): void => giveUp(timeoutError(component, timeoutMs!, this.#engine.waiting(lease)));
    const cancel = timeoutMs === undefined ? null : this.#parts.timers.start(ms(timeoutMs), onTime, true);
    asked.stopWaiting = () => {
      signal?.removeEventListener('abort', onAbort);
      cancel?.();
    };
  }

  /** The demand that is settled now; undefined: it is known no more, or was settled before. */
  #asked(lease: LeaseId): Held | undefined {
    const held = this.#known.get(lease);
    return held?.open ? undefined : held;
  }
}

/** Tells whoever waits for a demand what came of it. */
function settle(held: Held): void {
  held.stopWaiting?.();
  held.settle?.();
  held.settle = held.stopWaiting = null;
}

/** The lines of a stack, but for the title that says it is an error, and our own. */
function placeOf(trace: Held['trace']): string | null {
  const lines = trace?.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return (
    lines
      ?.slice(ownFrames)
      .map((line) => line.trim())
      .join('\n') ?? null
  );
}

/** From `acquire` down to where the stack is written down: `trace`, `ask`, `#acquire`, `acquire`. */
const ownFrames = 4;

function abortedError(component: ComponentId, signal: AbortSignal): ForeloadError {
  const what = `the demand of "${component}" was given up before it was warm`;
  const cause: unknown = signal.reason;
  return new ForeloadError('aborted', {
    what,
    found: reasonOf(cause),
    remedy: 'demand it again if it is still needed',
    cause,
  });
}

function timeoutError(component: ComponentId, timeoutMs: number, waiting: Waiting | null): ForeloadError {
  const before = waiting && waiting.before > 0 ? `, behind ${waiting.before} earlier demands of it` : '';
  const held =
    waiting?.state === 'warm' && waiting.concurrency !== null
      ? `all its ${waiting.concurrency} leases in use`
      : `it ${waiting?.state ?? 'cold'}`;
  return new ForeloadError('demand-timeout', {
    what: `the demand of "${component}" was not met within ${timeoutMs} ms`,
    found: `${held}${before}`,
    remedy: 'wait longer, or see what holds it up: foreload.status() tells',
  });
}
