import { ForeloadError, reasonOf } from '../model/errors.ts';

/** What a load rejects with once its signal has fired: the signal's own reason if it is one of ours, else `aborted`. */
export function abortError(signal: AbortSignal, what: string): ForeloadError {
  const reason: unknown = signal.reason;
  if (reason instanceof ForeloadError) return reason;
  return new ForeloadError('aborted', {
    what: `loading ${what} was aborted`,
    found: reasonOf(reason),
    remedy: 'demand it again if it is still wanted',
    cause: reason,
  });
}

/** Throws if nobody wants this load any more: called before anything is started. */
export function refuseIfAborted(signal: AbortSignal, what: string): void {
  if (signal.aborted) throw abortError(signal, what);
}

/**
 * Waits for `work`, but rejects as soon as the signal fires.
 * The work itself goes on: whoever started it must stop it, or give back what it still brings.
 */
export function orAborted<T>(work: PromiseLike<T> | T, signal: AbortSignal, what: string): Promise<T> {
  let stopListening = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(abortError(signal, what));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  return Promise.race([work, aborted]).finally(stopListening);
}

/**
 * Does some work with a signal of its own, which fires when the given one does; once the work has settled it no longer follows,
 * and nothing is left on the given signal. Not by `AbortSignal.any`: Node keeps what that gives, with whatever listens to it,
 * for good, unless each listener is removed (https://github.com/nodejs/node/issues/64476), and libraries don't.
 */
export async function following<T>(signal: AbortSignal, work: (own: AbortController) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const follow = () => own.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  try {
    return await work(own);
  } finally {
    signal.removeEventListener('abort', follow);
  }
}

/** As {@link following}; its own signal fires at the latest when the work has settled: nothing that it started waits any longer. */
export function untilSettled<T>(signal: AbortSignal, work: (own: AbortController) => Promise<T>): Promise<T> {
  return following(signal, async (own) => {
    try {
      return await work(own);
    } finally {
      own.abort();
    }
  });
}
