/** A `fetch` with connections of its own. */
export interface OwnFetch {
  readonly fetch: typeof fetch;
  /** Ends its connections, and what still uses them. */
  close(): Promise<void>;
}

interface Dispatcher {
  destroy(): Promise<void>;
}

/** Where Node's `fetch` keeps the connections that all share, an `Agent`: under the second name from undici 8 (Node 26) on, where the first has a wrapper for older callers. */
const shared: readonly symbol[] = ['undici.globalDispatcher.2', 'undici.globalDispatcher.1'].map((name) =>
  Symbol.for(name),
);

/**
 * The shared connections of `fetch` keep 23 KB for good of each port that was ever asked (Node 20, undici 6): too much for
 * programs that get a new port with each load. What is asked through this is forgotten with {@link OwnFetch.close}.
 */
export async function ownFetch(): Promise<OwnFetch> {
  // It is there from the first use of `fetch` on.
  await fetch('data:,');
  const pools = shared.map(
    (name) => (globalThis as Record<symbol, { readonly constructor: { name: string } } | undefined>)[name],
  );
  const pool = pools.find((one) => one?.constructor.name === 'Agent');
  if (pool === undefined) return { fetch, close: () => Promise.resolve() };
  const dispatcher = new (pool.constructor as unknown as new () => Dispatcher)();
  return {
    // Not in the types of `fetch`, for it is Node's own.
    fetch: (input, init) => fetch(input, { ...init, dispatcher } as RequestInit),
    close: () => dispatcher.destroy(),
  };
}
