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
  /** Tells the engine of a demand. `again`: its command has made the same before. */
  readonly demand: (lease: LeaseId, component: ComponentId, pulse: CommandPulse, again: boolean) => void;
  readonly release: (lease: LeaseId) => void;
  /** What a demand waits for. */
  readonly waiting: (lease: LeaseId) => Waiting | null;
  readonly post: (notice: Notice) => void;
}

/** The demands that wait, and the leases that are open. */
export class OpenLeases {
  readonly #parts: LeaseParts;
  readonly #leaks: LeaseLeaks;
  #last = 0;
  /** The demand that is being told of; not among {@link #known} yet, for most are granted at once. */
  #telling: Held | null = null;
  /** Those that wait, and those that are open. */
  readonly #known = new ByLease<Held>();

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#leaks = new LeaseLeaks(parts.timers, parts.traceAll, (held) => this.#leaked(held));
  }

  /** Enters a demand and tells the engine of it, which settles it by {@link grant} or {@link refuse}, at once or later. */
  ask(component: ComponentId, pulse: CommandPulse, options: AcquireOptions): Promise<Lease<unknown>> {
    const { signal, timeoutMs } = options;
    if (signal?.aborted) return Promise.reject(abortedError(component, signal));
    const lease = ++this.#last as LeaseId;
    const asked = newHeld(lease, component, pulse, this.#leaks.trace(component));
    this.#wait();
    this.#telling = asked;
    this.#parts.demand(lease, component, pulse, pulse.demanded(component));
    const { granted } = asked;
    if (granted) {
      asked.granted = null;
      return Promise.resolve(granted);
    }
    if (asked.refused) return Promise.reject(asked.refused);
    this.#wait();
    asked.since = this.#parts.clock.now();
    if (signal || timeoutMs !== undefined) this.#limit(asked, signal, timeoutMs);
    return new Promise((resolve, reject) => {
      asked.settle = ({ granted: open, refused }) => (open ? resolve(open) : reject(refused!));
    });
  }

  /** @param now when the engine said so */
  grant(lease: LeaseId, value: unknown, found: Found, now: Millis): void {
    const held = this.#asked(lease);
    if (!held) return;
    const open = new OpenLease(held, value, found, held.settle ? now - held.since : 0, this.#giveBack);
    held.since = now;
    held.open = true;
    held.granted = open;
    if (!this.#known.has(lease)) this.#known.add(held);
    this.#leaks.opened(held, open);
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

  readonly #giveBack = (held: Held): void => {
    if (!held.open) return;
    this.#close(held);
    this.#parts.release(held.lease);
    held.pulse.released();
  };

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
    this.#giveBack(held);
    post({ kind: 'lease-leaked', at, component: held.component, heldMs: ms(at - held.since), acquiredAt });
  }

  /** A demand that does not wait for ever. */
  #limit(asked: Held, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
    const { lease, component } = asked;
    const giveUp = (error: ForeloadError): void => {
      this.refuse(lease, error);
      this.#parts.release(lease);
    };
    const onAbort = (): void => giveUp(abortedError(component, signal!));
    if (signal) {
      // One signal may end any number of demands; Node warns of a leak from the eleventh on.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', onAbort, { once: true });
    }
    const onTime = (): void => giveUp(timeoutError(component, timeoutMs!, this.#parts.waiting(lease)));
    const cancel = timeoutMs === undefined ? null : this.#parts.timers.start(ms(timeoutMs), onTime, true);
    asked.stopWaiting = () => {
      signal?.removeEventListener('abort', onAbort);
      cancel?.();
    };
  }

  /** The demand that is being told of was not settled at once. */
  #wait(): void {
    if (this.#telling) this.#known.add(this.#telling);
    this.#telling = null;
  }

  /** The demand that is settled now; undefined: it is known no more, or was settled before. */
  #asked(lease: LeaseId): Held | undefined {
    const told = this.#telling;
    if (told?.lease === lease) {
      this.#telling = null;
      return told;
    }
    const held = this.#known.get(lease);
    return held?.open ? undefined : held;
  }
}

/** Tells whoever waits for a demand what came of it. */
function settle(held: Held): void {
  held.stopWaiting?.();
  held.settle?.(held);
  held.granted = held.settle = held.stopWaiting = null;
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
