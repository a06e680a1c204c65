import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mcpStdio } from 'foreload/loaders/mcp';
import { installed } from '../installed.js';
import { Queue } from '../queue.js';
import { textOf } from '../tool-text.js';

/** The server writes it when it first learns something. */
const graph = join(tmpdir(), `foreload-memory-${process.pid}.jsonl`);

const server = mcpStdio({
  command: process.execPath,
  args: [installed('@modelcontextprotocol/server-memory/dist/index.js')],
  env: { MEMORY_FILE_PATH: graph },
});

/** The server reads, changes and writes its file without a lock, so that two calls at once would lose a fact. */
const queue = new Queue();

export const mcpMemory = {
  id: 'mcp-memory',
  kind: 'mcp',
  what: 'MCP server that remembers facts as a graph',
  loader: {
    ...server,
    async unload(connection) {
      await server.unload(connection);
      await rm(graph, { force: true });
    },
  },
  size: '41MB',
  loadMs: 420,
  use: (connection, n) => queue.add(() => remember(connection, n)),
};

async function remember({ callTool }, n) {
  const entity = { name: `step${n}`, entityType: 'step', observations: [`number ${n}`] };
  await callTool('create_entities', { entities: [entity] });
  const text = textOf(await callTool('open_nodes', { names: [`step${n}`] }));
  assert.ok(text.includes(`number ${n}`), `found ${text}`);
  return `remembers step${n}`;
}
