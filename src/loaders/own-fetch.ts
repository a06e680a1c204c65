/** A `fetch` with connections of its own. */
export interface OwnFetch {
  readonly fetch: typeof fetch;
  /** Ends its connections, and what still uses them. */
  close(): Promise<void>;
}

interface Dispatcher {
  destroy(): Promise<void>;
}

/** Where Node's `fetch` keeps the connections that all share: an instance of the class that is needed here. */
const shared: unique symbol = Symbol.for('undici.globalDispatcher.1') as never;

/**
 * The shared connections of `fetch` keep 23 KB for good of each port that was ever asked (Node 20, undici 6): too much for
 * programs that get a new port with each load. What is asked through this is forgotten with {@link OwnFetch.close}.
 */
export async function ownFetch(): Promise<OwnFetch> {
  // It is there from the first use of `fetch` on.
  await fetch('data:,');
  const pool = (globalThis as { readonly [shared]?: { readonly constructor: unknown } })[shared];
  if (typeof pool?.constructor !== 'function') return { fetch, close: () => Promise.resolve() };
  const dispatcher = new (pool.constructor as new () => Dispatcher)();
  return {
    // Not in the types of `fetch`, for it is Node's own.
    fetch: (input, init) => fetch(input, { ...init, dispatcher } as RequestInit),
    close: () => dispatcher.destroy(),
  };
}
