import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientConfig, Pool, PoolClient, PoolConfig } from 'pg';
import { orAborted, refuseIfAborted } from './abort.ts';
import { loadError } from './load-error.ts';
import type { LoadContext, Loader } from './loader.ts';
import { importOptional } from './optional.ts';

/** Which database, and how many connections. */
export interface PostgresOptions extends PoolConfig {
  /** Connections that are open when the component counts as ready. Default: 1. */
  readonly warm?: number;
  /** A query that must succeed before it is ready, and at each check. Default: `SELECT 1`. */
  readonly probe?: string;
  /** How long connections in use may take to come back before they are closed under their users. Default: 2000. */
  readonly graceMs?: number;
}

/** What is known of a pool besides itself. */
interface Known {
  /** All connections, those that are being opened included. */
  readonly clients: Set<Client>;
  failed: Error | null;
  readonly tell: Set<(error: Error) => void>;
}

/**
 * Loads a pool of connections to PostgreSQL, with the optional package pg. Idle connections do not keep the host alive.
 * What it holds is mostly the server's memory, so give the component an expected size.
 * @example postgresPool({ connectionString: 'postgres://localhost/shop', max: 4, warm: 2 })
 */
export function postgresPool(options: PostgresOptions): Loader<Pool> {
  const { warm = 1, probe = 'SELECT 1', graceMs = 2000, ...config } = options;
  const known = new WeakMap<Pool, Known>();

  async function load({ id, signal }: LoadContext): Promise<Pool> {
    refuseIfAborted(signal, id);
    const pg = await importOptional('pg', 'the loader postgresPool', () => import('pg'));
    refuseIfAborted(signal, id);
    const its: Known = { clients: new Set(), failed: null, tell: new Set() };
    const { Client: Plain, Pool: Pools } = pg.default;
    // The pool tells of connections once they are open; one that never opens must be closed as well.
    const Followed = class extends Plain {
      constructor(given?: ClientConfig) {
        super(given);
        its.clients.add(this);
        this.once('end', () => its.clients.delete(this));
        // One that breaks in somebody's hands rejects their queries: no reason to end the host as well.
        this.on('error', () => undefined);
      }
    };
    const pool = new Pools({ allowExitOnIdle: true, ...config, Client: Followed });
    known.set(pool, its);
    follow(pool, its, () => answers(pool, probe));
    try {
      await orAborted(connectAll(pool, warm, probe), signal, id);
      return pool;
    } catch (error) {
      await end(pool, its, 0);
      throw loadError(error, `the pool of ${id} did not become ready`, 'check the address and that the server runs');
    }
  }

  return {
    kind: 'pool',
    apart: true,
    load,
    unload: (pool) => end(pool, known.get(pool)!, graceMs),
    check: (pool) => answers(pool, probe),
    watch: (pool, ended) => {
      const its = known.get(pool)!;
      if (its.failed) ended(its.failed);
      else its.tell.add(ended);
      return () => void its.tell.delete(ended);
    },
  };
}

/** Opens connections at once, not one after the other, and asks each. */
async function connectAll(pool: Pool, warm: number, probe: string): Promise<void> {
  const opened = await Promise.allSettled(Array.from({ length: Math.max(1, warm) }, () => pool.connect()));
  const clients = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    const failed = opened.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    await Promise.all(clients.map((client: PoolClient) => client.query(probe)));
  } finally {
    for (const client of clients) client.release();
  }
}

/** One connection that breaks is replaced by the pool itself. If the server answers no more, the pool counts as ended. */
function follow(pool: Pool, its: Known, works: () => Promise<boolean>): void {
  pool.on('error', (error) => {
    void works().then((fine) => {
      if (fine || its.failed || pool.ending) return;
      its.failed = error;
      for (const tell of its.tell) tell(error);
      its.tell.clear();
    });
  });
}

async function answers(pool: Pool, probe: string): Promise<boolean> {
  if (pool.ending) return false;
  try {
    await pool.query(probe);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the connections in use, but not for ever. */
async function end(pool: Pool, { clients, tell }: Known, graceMs: number): Promise<void> {
  tell.clear();
  const ended = pool.ended ? Promise.resolve() : pool.end();
  const grace = new AbortController();
  const late = delay(graceMs, 'late', { signal: grace.signal }).catch(() => 'ended');
  const all = async (): Promise<string> => {
    await ended;
    while (clients.size > 0) await delay(5, undefined, { signal: grace.signal });
    return 'ended';
  };
  try {
    if ((await Promise.race([all(), late])) === 'ended') return;
    for (const client of clients) client.connection.stream.destroy();
    clients.clear();
  } finally {
    grace.abort();
  }
}
