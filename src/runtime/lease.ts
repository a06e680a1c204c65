/**
 * A claim on a warm component. While it is open the component stays loaded; release it as soon as it is not needed.
 * One that is lost without a release is given back when it is garbage-collected, and told as `lease-leaked`.
 *
 * @example
 * const lease = await foreload.acquire('search');
 * try {
 *   await lease.value.query('warm');
 * } finally {
 *   lease.release();
 * }
 */
export interface Lease<T> extends AsyncDisposable {
  readonly component: string;
  /** What the component's loader gave. */
  readonly value: T;
  /** Where the component was when it was demanded. */
  readonly found: 'warm' | 'loading' | 'cold';
  /** Ms from the demand to the lease. */
  readonly waitedMs: number;
  /** Aborted, with the reason, if the component ends while the lease is open. */
  readonly signal: AbortSignal;
  /** Gives the claim back. Calling it again does nothing. May be passed on by itself. */
  readonly release: () => void;
}

/** How long, and for whom, a demand waits. */
export interface AcquireOptions {
  /** Gives the demand up when it fires. */
  readonly signal?: AbortSignal;
  /** Gives the demand up, as `demand-timeout`, after so many ms; 0: unless it can be had at once. Default: none, it waits for as long as the load may take. */
  readonly timeoutMs?: number;
}
