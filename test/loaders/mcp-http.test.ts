import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type McpConnection, mcpHttp } from '../../src/loaders/mcp-http.ts';
import { collected } from '../collected.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixture, fixturePath, owner, running } from './fixtures.ts';

interface Served {
  readonly url: string;
  readonly sessions: Map<string, { readonly headers: Record<string, string> }>;
  readonly close: () => Promise<void>;
}

const { serve } = (await import(fixture('mcp-http-server.mjs').href)) as {
  readonly serve: (port: number) => Promise<Served>;
};

const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(): Promise<Served> {
  const one = await serve(0);
  open.push(one);
  return one;
}

/** An address that takes requests and never answers. */
async function deaf(): Promise<string> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

/** A server that opens a session, and then fails to list its tools. `ended`: the sessions that it was told are over. */
async function failing(end: 'answered' | 'unanswered'): Promise<{ url: string; ended: unknown[] }> {
  const ended: unknown[] = [];
  const server = createServer((request, response) => {
    const session = request.headers['mcp-session-id'];
    if (request.method === 'DELETE') {
      ended.push(session);
      if (end === 'answered') response.end();
      return;
    }
    if (request.method === 'GET') return void response.writeHead(405).end();
    request.setEncoding('utf8');
    let text = '';
    request.on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { id, method } = JSON.parse(text) as { id?: number; method: string };
      if (id === undefined) return response.writeHead(202).end();
      const answer =
        method === 'initialize'
          ? {
              result: {
                protocolVersion: '2025-03-26',
                capabilities: { tools: {} },
                serverInfo: { name: 'x', version: '1' },
              },
            }
          : { error: { code: -32_603, message: 'no tools today' } };
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'the one' });
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, ended };
}

async function textOf(result: ReturnType<McpConnection['callTool']>): Promise<unknown> {
  const { content } = await result;
  return (content as { text: string }[])[0]?.text;
}

const works = async ({ callTool }: McpConnection) => expect(await textOf(callTool('add', { a: 2, b: 3 }))).toBe('5');
const stopsWorking = async ({ callTool }: McpConnection) => {
  expect((await rejection(callTool('add', { a: 2, b: 3 }))).message).toMatch(/Not connected/);
};

loaderContract<McpConnection>('mcpHttp, of a server that runs', async () => {
  const { url, sessions, close } = await served();
  return {
    loader: mcpHttp({ url, graceMs: 300 }),
    works,
    leftovers: () => sessions.size,
    stopsWorking,
    hanging: { exempt: 'a load that hangs opens no session: see the test below' },
    failing: {
      loader: mcpHttp({ url: 'http://127.0.0.1:1/mcp' }),
      message: /^the MCP server of subject did not answer: found .*; check that http:\/\/127.0.0.1:1\/mcp runs$/,
    },
    end: { by: close, message: /./ },
  };
});

const program = (args: string[]) => ({ command: process.execPath, args, port: true });
const serving = program([fixturePath('mcp-http-server.mjs'), '{port}', owner]);

loaderContract<McpConnection>('mcpHttp, of a program', () => {
  const url = 'http://127.0.0.1:{port}/mcp';
  return {
    loader: mcpHttp({ url, program: serving }),
    works,
    leftovers: () => running().length,
    stopsWorking,
    hanging: mcpHttp({ url, program: program([fixturePath('child.mjs'), 'hangs', owner]) }),
    failing: {
      loader: mcpHttp({ url, program: program([fixturePath('child.mjs'), 'exits', owner]) }),
      message: /^the program of subject ended by itself: found exit code 3, stderr: reading config/,
    },
    end: {
      by: ({ callTool }) => rejection(callTool('die')),
      message: /^the program of subject ended by itself: found exit code 9; /,
    },
  };
});

describe('mcpHttp', () => {
  test('sends its headers', async () => {
    const { url, sessions } = await served();
    await loaded(mcpHttp({ url, headers: { authorization: 'Bearer secret' } }));
    expect([...sessions.values()][0].headers['authorization']).toBe('Bearer secret');
  });

  test.each(['a server', 'a program'])('keeps nothing of a connection to %s once it is unloaded', async (what) => {
    const loader =
      what === 'a program'
        ? mcpHttp({ url: 'http://127.0.0.1:{port}/mcp', program: serving })
        : mcpHttp({ url: (await served()).url });
    const used = async () => {
      const connection = await loader.load(contextFor('subject'));
      await works(connection);
      await loader.unload!(connection);
      return new WeakRef(connection.client);
    };
    expect(await collected(await used())).toBe(true);
  });

  test('stops waiting for a server that does not answer', async () => {
    const abort = new AbortController();
    const load = rejection(mcpHttp({ url: await deaf() }).load(contextFor('subject', abort.signal)));
    setImmediate(() => abort.abort());
    expect((await load).message).toMatch(/^loading subject was aborted/);
  });

  test('ends the session of a load that fails, before it is told to have failed', async () => {
    const { url, ended } = await failing('answered');
    const error = await rejection(mcpHttp({ url }).load(contextFor('subject')));
    expect(error.message).toMatch(/found .*no tools today/);
    expect(ended).toEqual(['the one']);
  });

  test('a server that does not answer the end of a session hides no error, nor is it waited for', async () => {
    const { url } = await failing('unanswered');
    const error = await rejection(mcpHttp({ url, graceMs: 1 }).load(contextFor('subject')));
    expect(error.message).toMatch(/found .*no tools today/);
  });

  test('refuses an address that is none at once', () => {
    expect(() => mcpHttp({ url: 'not an address' })).toThrow(/Invalid URL/);
  });

  test('is not ended by one request that fails', async () => {
    const { url } = await served();
    const loader = mcpHttp({ url });
    const connection = await loaded(loader);
    const ended = vi.fn();
    loader.watch!(connection, ended);
    connection.client.onerror?.(new Error('a hiccup'));
    expect(await loader.check!(connection)).toBe(true);
    expect(ended).not.toHaveBeenCalled();
    await works(connection);
  });
});
