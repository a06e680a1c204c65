import { setMaxListeners } from 'node:events';
import type { Waiting } from '../engine/status.ts';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { type ComponentId, type LeaseId, type Millis, ms } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import type { Found } from '../model/reason.ts';
import type { Clock, Timers } from '../time/clock.ts';
import type { CommandPulse } from './command-pulse.ts';
import type { AcquireOptions, Lease } from './lease.ts';
import { LeaseLeaks } from './lease-leaks.ts';
import { type Held, OpenLease } from './open-lease.ts';

/** What leases work with, and whom they tell. */
export interface LeaseParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether the place of every lease is written down, not only that of some. */
  readonly traceAll: boolean;
  readonly release: (lease: LeaseId) => void;
  /** What a demand waits for. */
  readonly waiting: (lease: LeaseId) => Waiting | null;
  readonly post: (notice: Notice) => void;
}

/** A demand on its way to a lease. */
interface Asked {
  readonly lease: LeaseId;
  readonly component: ComponentId;
  readonly pulse: CommandPulse;
  readonly since: Millis;
  readonly trace: Held['trace'];
  /** Its outcome, once there is one. */
  granted: Lease<unknown> | null;
  refused: ForeloadError | null;
  /** Whoever waits for that. Null: nobody yet. */
  settle: ((asked: Asked) => void) | null;
  stopWaiting: (() => void) | null;
}

/** The demands that wait, and the leases that are open. */
export class OpenLeases {
  readonly #parts: LeaseParts;
  readonly #leaks: LeaseLeaks;
  #last = 0;
  /** The demand that is being told of; in the map are those that wait. */
  #telling: Asked | null = null;
  readonly #asked = new Map<LeaseId, Asked>();
  readonly #open = new Map<LeaseId, Held>();

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#leaks = new LeaseLeaks(parts.timers, parts.traceAll, (held) => this.#leaked(held));
  }

  /**
   * Enters a demand; `tell` tells the engine of it, which settles it by {@link grant} or {@link refuse}, at once or later.
   */
  ask(
    component: ComponentId,
    pulse: CommandPulse,
    options: AcquireOptions,
    tell: (lease: LeaseId, again: boolean) => void,
  ): Promise<Lease<unknown>> {
    const { signal, timeoutMs } = options;
    if (signal?.aborted) return Promise.reject(abortedError(component, signal));
    const lease = ++this.#last as LeaseId;
    const asked: Asked = {
      lease,
      component,
      pulse,
      since: this.#parts.clock.now(),
      trace: this.#leaks.trace(component),
      granted: null,
      refused: null,
      settle: null,
      stopWaiting: null,
    };
    this.#wait();
    this.#telling = asked;
    tell(lease, pulse.demanded(component));
    if (asked.granted) return Promise.resolve(asked.granted);
    if (asked.refused) return Promise.reject(asked.refused);
    this.#wait();
    if (signal || timeoutMs !== undefined) this.#limit(asked, signal, timeoutMs);
    return new Promise((resolve, reject) => {
      asked.settle = ({ granted, refused }) => (granted ? resolve(granted) : reject(refused!));
    });
  }

  grant(lease: LeaseId, value: unknown, found: Found): void {
    const asked = this.#take(lease);
    if (!asked) return;
    const { component, pulse, since, trace } = asked;
    const now = asked.settle ? this.#parts.clock.now() : since;
    const held: Held = {
      lease,
      component,
      pulse,
      since: now,
      trace,
      ended: null,
      young: null,
      older: null,
      newer: null,
      reason: null,
    };
    const open = new OpenLease(held, value, found, now - since, this.#giveBack);
    this.#open.set(lease, held);
    this.#leaks.opened(held, open);
    pulse.granted(found);
    asked.granted = open;
    asked.settle?.(asked);
  }

  refuse(lease: LeaseId, error: ForeloadError): void {
    const asked = this.#take(lease);
    if (!asked) return;
    asked.pulse.refused();
    asked.refused = error;
    asked.settle?.(asked);
  }

  /** The component of an open lease is gone. */
  revoke(lease: LeaseId, error: ForeloadError): void {
    const held = this.#open.get(lease);
    if (!held) return;
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
    if (!this.#open.has(held.lease)) return;
    this.#close(held);
    this.#parts.release(held.lease);
    held.pulse.released();
  };

  #close(held: Held): void {
    this.#open.delete(held.lease);
    this.#leaks.closed(held);
  }

  #leaked(held: Held): void {
    if (!this.#open.has(held.lease)) return;
    const { clock, post } = this.#parts;
    const at = clock.now();
    const acquiredAt = placeOf(held.trace);
    this.#giveBack(held);
    post({ kind: 'lease-leaked', at, component: held.component, heldMs: ms(at - held.since), acquiredAt });
  }

  /** A demand that does not wait for ever. */
  #limit(asked: Asked, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
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
    if (this.#telling) this.#asked.set(this.#telling.lease, this.#telling);
    this.#telling = null;
  }

  #take(lease: LeaseId): Asked | undefined {
    const told = this.#telling;
    if (told?.lease === lease) {
      this.#telling = null;
      return told;
    }
    const asked = this.#asked.get(lease);
    this.#asked.delete(lease);
    asked?.stopWaiting?.();
    return asked;
  }
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
