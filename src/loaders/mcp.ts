import { setTimeout as delay } from 'node:timers/promises';
import { groupLoader } from './group-loader.ts';
import type { LoadContext, Loader } from './loader.ts';
import { answersPing, connectClient, type McpConnection, newClient } from './mcp-client.ts';
import { importOptional } from './optional.ts';
import type { ProcessGroup } from './process-group.ts';
import { signalGroup } from './process-tree.ts';
import type { ProgramOptions } from './program.ts';

export type { McpConnection } from './mcp-client.ts';

/** How to start an MCP server that speaks over its standard input and output. */
export interface McpOptions extends Pick<ProgramOptions, 'command' | 'args' | 'cwd' | 'confine'> {
  /** Environment variables, added to the few harmless ones that the MCP SDK passes on (PATH, HOME and such). */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take to leave once its input is closed; SIGTERM follows at half of it, SIGKILL at the end. Default: 2000. */
  readonly graceMs?: number;
}

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
  const { StdioServerTransport } = await importSdk();
  const client = await newClient('mcpStdio');
  // The SDK's client transport starts the process itself, but not in a group, so what the server starts would survive it.
  // Its server transport is the same protocol over any two streams: here, the server's output and input.
  const transport = new StdioServerTransport(child.stdout!, child.stdin!);
  void ended.then(() => client.close());
  return connectClient(client, transport, signal);
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

function importSdk() {
  return importOptional('@modelcontextprotocol/sdk', 'the loader mcpStdio', async () => ({
    ...(await import('@modelcontextprotocol/sdk/client/stdio.js')),
    ...(await import('@modelcontextprotocol/sdk/server/stdio.js')),
  }));
}
