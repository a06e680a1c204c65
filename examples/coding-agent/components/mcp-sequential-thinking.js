import assert from 'node:assert/strict';
import { mcpStdio } from 'foreload/loaders/mcp';
import { installed } from '../installed.js';
import { textOf } from '../tool-text.js';

export const mcpSequentialThinking = {
  id: 'mcp-sequential-thinking',
  kind: 'mcp',
  what: 'MCP server that keeps the steps of a plan',
  loader: mcpStdio({
    command: process.execPath,
    args: [installed('@modelcontextprotocol/server-sequential-thinking/dist/index.js')],
    env: { DISABLE_THOUGHT_LOGGING: 'true' },
  }),
  size: '41MB',
  loadMs: 350,
  async use({ callTool }, n) {
    const step = { thought: `step ${n}`, thoughtNumber: n + 1, totalThoughts: n + 2, nextThoughtNeeded: true };
    const plan = JSON.parse(textOf(await callTool('sequentialthinking', step)));
    assert.equal(plan.thoughtNumber, n + 1);
    return `thought ${plan.thoughtNumber} of ${plan.totalThoughts}`;
  },
};
