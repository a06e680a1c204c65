import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { groupLoader } from './group-loader.ts';
import type { LoadContext, Loader } from './loader.ts';
import { importOptional } from './optional.ts';
import type { ProcessGroup } from './process-group.ts';
import { signalGroup } from './process-tree.ts';
import type { ProgramOptions } from './program.ts';

/** How to start an MCP server that speaks over its standard input and output. */
export interface McpOptions extends Pick<ProgramOptions, 'command' | 'args' | 'cwd'> {
  /** Environment variables, added to the few harmless ones that the MCP SDK passes on (PATH, HOME and such). */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take to leave once its input is closed; SIGTERM follows at half of it, SIGKILL at the end. Default: 2000. */
  readonly graceMs?: number;
}

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

/**
 * Loads an MCP server over stdio, with the optional package @modelcontextprotocol/sdk.
 * @example mcpStdio({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] })
 */
export function mcpStdio(options: McpOptions): Loader<McpConnection> {
  const graceMs = options.graceMs ?? 2000;
  return groupLoader<McpConnection>({
    kind: 'mcp',
    program: async () => {
      const { getDefaultEnvironment } = await importSdk();
      return { ...options, env: { ...getDefaultEnvironment(), ...options.env }, stdio: 'pipe' };
    },
    ready: connect,
    stop: (connection, group) => disconnect(connection, group, graceMs),
    check: answersPing,
    graceMs,
  });
}

async function connect({ child, ended }: ProcessGroup, { signal }: LoadContext): Promise<McpConnection> {
  const { Client, StdioServerTransport } = await importSdk();
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const client = new Client({ name: 'foreload', version });
  // The SDK's client transport starts the process itself, but not in a group, so what the server starts would survive it.
  // Its server transport is the same protocol over any two streams: here, the server's output and input.
  const transport = new StdioServerTransport(child.stdout!, child.stdin!);
  void ended.then(() => client.close());
  await client.connect(transport, { signal, timeout: untilAborted });
  const tools = await listTools(client, signal);
  return {
    client,
    tools,
    callTool: (name, args, options) =>
      client.callTool({ name, ...(args && { arguments: { ...args } }) }, undefined, options),
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

/** As the MCP specification has it: close the server's input, wait, then SIGTERM. */
async function disconnect({ client }: McpConnection, group: ProcessGroup, graceMs: number): Promise<void> {
  await client.close();
  // The transport stopped reading, and a server with something left to say must not wait for that.
  group.child.stdout?.resume();
  group.child.stdin?.end();
  const timer = new AbortController();
  await Promise.race([group.ended, delay(graceMs / 2, undefined, { signal: timer.signal })]);
  timer.abort();
  // If it has left: for what it started.
  signalGroup(group.pid, 'SIGTERM');
}

async function answersPing({ client }: McpConnection): Promise<boolean> {
  try {
    await client.ping();
    return true;
  } catch {
    return false;
  }
}

function importSdk() {
  return importOptional('@modelcontextprotocol/sdk', 'the loader mcpStdio', async () => ({
    ...(await import('@modelcontextprotocol/sdk/client/index.js')),
    ...(await import('@modelcontextprotocol/sdk/client/stdio.js')),
    ...(await import('@modelcontextprotocol/sdk/server/stdio.js')),
  }));
}
