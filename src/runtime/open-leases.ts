import { setMaxListeners } from 'node:events';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { ComponentId, LeaseId } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import type { Clock } from '../time/clock.ts';
import type { CommandPulse } from './command-pulse.ts';
import type { Lease } from './lease.ts';

interface Asked {
  readonly component: ComponentId;
  readonly pulse: CommandPulse;
  readonly since: number;
  readonly clock: Clock;
  readonly resolve: (lease: Lease<unknown>) => void;
  readonly reject: (error: unknown) => void;
  readonly release: (lease: LeaseId) => void;
  readonly stopListening: () => void;
}

/** The promises of demands that wait, and the leases that are open. */
export class OpenLeases {
  #last = 0;
  readonly #asked = new Map<LeaseId, Asked>();
  readonly #open = new Map<LeaseId, { readonly ended: AbortController; readonly pulse: CommandPulse }>();

  /** Enters a demand. Its promise is settled by {@link grant} or {@link refuse}, or by the signal. */
  ask(
    component: ComponentId,
    pulse: CommandPulse,
    clock: Clock,
    signal: AbortSignal | undefined,
    release: (lease: LeaseId) => void,
  ): { readonly lease: LeaseId; readonly granted: Promise<Lease<unknown>> } {
    if (signal?.aborted) throw abortedError(component, signal);
    const lease = ++this.#last as LeaseId;
    const { promise, resolve, reject } = deferred<Lease<unknown>>();
    const giveUp = (): void => {
      if (this.#asked.delete(lease)) pulse.refused();
      reject(abortedError(component, signal!));
      release(lease);
    };
    if (signal) {
      // One signal may end any number of demands; Node warns of a leak from the eleventh on.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', giveUp, { once: true });
    }
    const stopListening = (): void => signal?.removeEventListener('abort', giveUp);
    this.#asked.set(lease, { component, pulse, since: clock.now(), clock, resolve, reject, release, stopListening });
    pulse.demanded();
    return { lease, granted: promise };
  }

  grant(lease: LeaseId, value: unknown, found: Found): void {
    const asked = this.#take(lease);
    if (!asked) return;
    const { component, pulse, release } = asked;
    const ended = new AbortController();
    this.#open.set(lease, { ended, pulse });
    const giveBack = (): void => {
      if (!this.#open.delete(lease)) return;
      release(lease);
      pulse.released();
    };
    pulse.granted();
    asked.resolve({
      component,
      value,
      found,
      waitedMs: asked.clock.now() - asked.since,
      signal: ended.signal,
      release: giveBack,
      [Symbol.asyncDispose]: () => Promise.resolve(giveBack()),
    });
  }

  refuse(lease: LeaseId, error: ForeloadError): void {
    const asked = this.#take(lease);
    asked?.pulse.refused();
    asked?.reject(error);
  }

  /** The component of an open lease is gone. */
  revoke(lease: LeaseId, error: ForeloadError): void {
    const open = this.#open.get(lease);
    if (!open) return;
    this.#open.delete(lease);
    open.ended.abort(error);
    open.pulse.released();
  }

  #take(lease: LeaseId): Asked | undefined {
    const asked = this.#asked.get(lease);
    this.#asked.delete(lease);
    asked?.stopListening();
    return asked;
  }
}

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

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
