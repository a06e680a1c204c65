import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { orAborted, refuseIfAborted } from './abort.ts';
import { groupLoader } from './group-loader.ts';
import { loadError } from './load-error.ts';
import type { LoadContext, Loader } from './loader.ts';
import { answersPing, connectClient, type McpConnection, newClient } from './mcp-client.ts';
import { importOptional } from './optional.ts';
import { type OwnFetch, ownFetch } from './own-fetch.ts';
import { withPort } from './ports.ts';
import { signalGroup } from './process-tree.ts';
import type { ProgramOptions } from './program.ts';
import { acceptsConnections } from './readiness.ts';

export type { McpConnection } from './mcp-client.ts';

/** Where an MCP server listens, and how to start it if that is to be done here. */
export interface McpHttpOptions {
  /** Its endpoint. For a program with `port`, `{port}` stands for the port that it was given. */
  readonly url: string | URL;
  /** Headers of every request, such as `Authorization`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The program that serves it: started by each load, stopped by each unload. Default: it runs already. */
  readonly program?: ProgramOptions;
  /** How long it may take to end the session, and the program, before they are given up. Default: 2000. */
  readonly graceMs?: number;
}

interface Session {
  readonly own: OwnFetch;
  readonly transport: StreamableHTTPClientTransport;
  /** Why the server is gone; null: it is not. */
  failed: Error | null;
  tell: (error: Error) => void;
}

/**
 * Loads a session with an MCP server over streamable HTTP, with the optional package @modelcontextprotocol/sdk. The stream on
 * which the server speaks first, if it offers one, keeps the host alive until the component is unloaded.
 * @example mcpHttp({ url: 'https://mcp.example.com/mcp', headers: { Authorization: `Bearer ${token}` } })
 * @example mcpHttp({ url: 'http://127.0.0.1:{port}/mcp', program: { command: 'my-server', args: ['{port}'], port: true } })
 */
export function mcpHttp(options: McpHttpOptions): Loader<McpConnection> {
  // An address that is none is told at once.
  void new URL(withPort(String(options.url), 1));
  return options.program ? started(options, options.program) : remote(options);
}

/** A server of somebody else's: all that is loaded is a session. */
function remote(options: McpHttpOptions): Loader<McpConnection> {
  const sessions = new WeakMap<McpConnection, Session>();
  const graceMs = options.graceMs ?? 2000;

  async function load(context: LoadContext): Promise<McpConnection> {
    refuseIfAborted(context.signal, context.id);
    try {
      const opened = await open(options, undefined, context.signal, context.id);
      sessions.set(opened.connection, opened.session);
      return opened.connection;
    } catch (error) {
      throw loadError(
        error,
        `the MCP server of ${context.id} did not answer`,
        `check that ${String(options.url)} runs`,
      );
    }
  }

  return {
    kind: 'mcp',
    apart: true,
    load,
    unload: (connection) => close(connection.client, sessions.get(connection)!, graceMs),
    check: (connection) => answersPing(connection),
    watch: (connection, ended) => {
      const session = sessions.get(connection)!;
      if (session.failed) ended(session.failed);
      else session.tell = ended;
      return () => {
        session.tell = () => undefined;
      };
    },
  };
}

/** A server of our own: a process group that is asked over HTTP. */
function started(options: McpHttpOptions, program: ProgramOptions): Loader<McpConnection> {
  const sessions = new WeakMap<McpConnection, Session>();
  const graceMs = options.graceMs ?? 2000;
  return groupLoader<McpConnection>({
    kind: 'mcp',
    program: () => program,
    ready: async ({ port }, { id, signal }) => {
      const { hostname, port: listed, protocol } = new URL(withPort(String(options.url), port));
      // Asked only once it listens: each attempt of the SDK leaves something on the signal.
      const host = hostname.replace(/^\[|\]$/g, '');
      await acceptsConnections(Number(listed || (protocol === 'https:' ? 443 : 80)), host, signal);
      const opened = await open(options, port, signal, id);
      sessions.set(opened.connection, opened.session);
      return opened.connection;
    },
    stop: async (connection, { pid }) => {
      await close(connection.client, sessions.get(connection)!, graceMs / 2);
      signalGroup(pid, 'SIGTERM');
    },
    check: (connection) => answersPing(connection),
    graceMs,
  });
}

async function open(
  { url, headers, graceMs = 2000 }: McpHttpOptions,
  port: number | undefined,
  signal: AbortSignal,
  id: string,
): Promise<{ connection: McpConnection; session: Session }> {
  const client = await newClient('mcpHttp');
  const { StreamableHTTPClientTransport } = await importOptional(
    '@modelcontextprotocol/sdk',
    'the loader mcpHttp',
    () => import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
  );
  const own = await ownFetch();
  const requestInit = headers ? { headers: { ...headers } } : {};
  const transport = new StreamableHTTPClientTransport(new URL(withPort(String(url), port)), {
    requestInit,
    fetch: own.fetch,
  });
  const session: Session = { transport, own, failed: null, tell: () => undefined };
  try {
    const connecting = connectClient(client, transport, signal);
    const connection = await orAborted(connecting, signal, id);
    follow(connection, session);
    return { connection, session };
  } catch (error) {
    // What is told is why it could not be loaded, whatever else fails now.
    await close(client, session, graceMs).catch(() => undefined);
    throw error;
  }
}

/** One request that fails proves nothing. If the server then does not answer a ping either, it is gone. */
function follow(connection: McpConnection, session: Session): void {
  const { client } = connection;
  let asking = false;
  const onerror = (error: Error): void => {
    if (asking || session.failed) return;
    asking = true;
    void answersPing(connection).then((fine) => {
      asking = false;
      if (fine || session.failed) return;
      session.failed = error;
      session.tell(error);
    });
  };
  Object.assign(client, { onerror });
}

/** Tells the server that the session is over, and does not wait for ever for its answer. */
async function close(client: Client, session: Session, graceMs: number): Promise<void> {
  session.tell = () => undefined;
  Object.assign(client, { onerror: () => undefined });
  const grace = new AbortController();
  const late = delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined);
  try {
    // A server that is gone, or knows no sessions, has nothing to end.
    await Promise.race([session.transport.terminateSession().catch(() => undefined), late]);
  } finally {
    grace.abort();
    await client.close();
    await session.own.close();
  }
}
