import { createRequire } from 'node:module';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { following } from './abort.ts';
import { importOptional } from './optional.ts';

/** An MCP server that has answered `initialize` and `tools/list`. */
export interface McpConnection {
  /** The SDK's client, for all that MCP offers besides tools. */
  readonly client: Client;
  /** The tools that it listed when it was loaded. */
  readonly tools: readonly Tool[];
  /** Calls a tool. A tool that fails says so in the result (`isError`); a broken connection rejects. */
  readonly callTool: (
    name: string,
    args?: Readonly<Record<string, unknown>>,
    options?: { readonly signal?: AbortSignal },
  ) => ReturnType<Client['callTool']>;
}

/** The SDK gives up after a minute, but how long a load may take is decided by whoever gave the signal. */
const untilAborted = 2 ** 31 - 1;

export async function newClient(loader: string): Promise<Client> {
  const { Client } = await importOptional(
    '@modelcontextprotocol/sdk',
    `the loader ${loader}`,
    () => import('@modelcontextprotocol/sdk/client/index.js'),
  );
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return new Client({ name: 'foreload', version });
}

/** Shakes hands and lists the tools. */
export async function connectClient(client: Client, transport: Transport, signal: AbortSignal): Promise<McpConnection> {
  // The SDK never removes what it puts on a signal, and sends a cancellation for what is long done when it fires.
  const tools = await following(signal, async (own) => {
    await client.connect(transport, { signal: own.signal, timeout: untilAborted });
    return listTools(client, own.signal);
  });
  return {
    client,
    tools,
    callTool: (name, args, options) => {
      const call = { name, ...(args && { arguments: { ...args } }) };
      if (!options?.signal) return client.callTool(call, undefined, options);
      return following(options.signal, ({ signal }) => client.callTool(call, undefined, { ...options, signal }));
    },
  };
}

async function listTools(client: Client, signal: AbortSignal): Promise<Tool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: Tool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, { signal, timeout: untilAborted });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

export async function answersPing({ client }: McpConnection): Promise<boolean> {
  try {
    await client.ping();
    return true;
  } catch {
    return false;
  }
}
