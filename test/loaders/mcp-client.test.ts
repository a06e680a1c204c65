import { getEventListeners } from 'node:events';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { connectClient, newClient } from '../../src/loaders/mcp-client.ts';

/** A connection, and the methods of all that it sends. */
async function connected(signal: AbortSignal) {
  const server = new Server({ name: 'here', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [] }));
  server.setRequestHandler(CallToolRequestSchema, () => ({ content: [] }));
  const [here, there] = InMemoryTransport.createLinkedPair();
  await server.connect(there);
  const sent: unknown[] = [];
  const send = here.send.bind(here);
  here.send = (message, options) => {
    sent.push('method' in message ? message.method : null);
    return send(message, options);
  };
  const connection = await connectClient(await newClient('mcpStdio'), here, signal);
  onTestFinished(() => connection.client.close());
  return { connection, sent };
}

const beginning = ['initialize', 'notifications/initialized', 'tools/list'];

test('a load leaves nothing on its signal, and cancels nothing once it is over', async () => {
  const load = new AbortController();
  const { sent } = await connected(load.signal);
  expect(getEventListeners(load.signal, 'abort')).toEqual([]);
  load.abort();
  expect(sent).toEqual(beginning);
});

test('nor does a call', async () => {
  const { connection, sent } = await connected(new AbortController().signal);
  const caller = new AbortController();
  await connection.callTool('any', {}, { signal: caller.signal });
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  caller.abort();
  expect(sent).toEqual([...beginning, 'tools/call']);
});
