import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type PostgresOptions, postgresPool } from '../../src/loaders/postgres.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { PostgresServer, postgresPrograms } from './postgres-server.ts';

const bin = postgresPrograms();
if (!bin) process.stderr.write('SKIPPED: the tests of postgresPool need PostgreSQL (Debian: postgresql)\n');

describe.skipIf(!bin)('with a real server', () => {
  let server: PostgresServer;
  let deaf: AddressInfo;
  beforeAll(async () => {
    server = new PostgresServer(bin!);
    const listening = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    listening.unref();
    deaf = listening.address() as AddressInfo;
  });
  afterAll(() => server?.remove());

  const pool = (options: PostgresOptions = {}) => postgresPool({ ...server.address, max: 3, graceMs: 200, ...options });

  async function sum(value: Pool): Promise<number> {
    return (await value.query<{ sum: number }>('SELECT 2 + 3 AS sum')).rows[0].sum;
  }

  /** Connections that the server has, but for the one that asks. */
  async function connections(): Promise<number> {
    const { default: pg } = await import('pg');
    const client = new pg.Client(server.address);
    await client.connect();
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    await client.end();
    return rows[0].count;
  }

  loaderContract<Pool>('postgresPool', async () => {
    await server.start();
    return {
      loader: pool(),
      works: async (value) => expect(await sum(value)).toBe(5),
      leftovers: { exempt: 'connections are counted by the server, in a test of their own' },
      stopsWorking: async (value) => {
        expect((await rejection(value.query('SELECT 1'))).message).toMatch(/after calling end/);
      },
      hanging: postgresPool({ host: '127.0.0.1', port: deaf.port, user: 'test', graceMs: 200 }),
      failing: {
        loader: pool({ database: 'nowhere' }),
        message:
          /^the pool of subject did not become ready: found database "nowhere" does not exist; check the address/,
      },
      end: { by: () => server.stop(), message: /^(terminating connection|Connection terminated|read ECONNRESET)/ },
    };
  });

  test('opens as many connections as are to be warm, and gives all of them back', async () => {
    await server.start();
    await vi.waitFor(async () => expect(await connections()).toBe(0));
    const loader = pool({ warm: 3 });
    const value = await loader.load(contextFor('subject'));
    expect(await connections()).toBe(3);
    await loader.unload!(value);
    await vi.waitFor(async () => expect(await connections()).toBe(0));
  });

  test('closes a connection that its user keeps, once the grace is over', async () => {
    await server.start();
    const loader = pool({ graceMs: 50 });
    const value = await loader.load(contextFor('subject'));
    const kept = await value.connect();
    const query = rejection(kept.query('SELECT pg_sleep(60)'));
    await loader.unload!(value);
    expect((await query).message).toMatch(/Connection terminated/);
  });

  test('lives on when one of its connections is cut', async () => {
    await server.start();
    const loader = pool({ warm: 2 });
    const value = await loaded(loader);
    const ended = vi.fn();
    loader.watch!(value, ended);
    const cut = once(value, 'error');
    await value.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await cut;
    expect(await loader.check!(value)).toBe(true);
    expect(await sum(value)).toBe(5);
    expect(ended).not.toHaveBeenCalled();
  });

  test('fails its check when its own query does', async () => {
    await server.start();
    const admin = await loaded(pool());
    await admin.query('CREATE TABLE ready (yes int)');
    onTestFinished(() => void admin.query('DROP TABLE IF EXISTS ready').catch(() => undefined));
    const loader = pool({ probe: 'SELECT yes FROM ready' });
    const value = await loaded(loader);
    expect(await loader.check!(value)).toBe(true);
    await admin.query('DROP TABLE ready');
    expect(await loader.check!(value)).toBe(false);
  });
});

test('says that nobody listens', async () => {
  const error = await rejection(postgresPool({ host: '127.0.0.1', port: 1 }).load(contextFor('subject')));
  expect(error.message).toMatch(/^the pool of subject did not become ready: found .*ECONNREFUSED/);
});
