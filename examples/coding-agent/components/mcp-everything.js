import assert from 'node:assert/strict';
import { mcpStdio } from 'foreload/loaders/mcp';
import { installed } from '../installed.js';
import { textOf } from '../tool-text.js';

export const mcpEverything = {
  id: 'mcp-everything',
  kind: 'mcp',
  what: 'MCP reference server: tools of every sort',
  loader: mcpStdio({
    command: process.execPath,
    args: [installed('@modelcontextprotocol/server-everything/dist/index.js')],
  }),
  size: '38MB',
  loadMs: 480,
  async use({ callTool }, n) {
    const text = textOf(await callTool('get-sum', { a: n, b: 1 }));
    assert.match(text, new RegExp(`\\b${n + 1}\\b`));
    return text;
  },
};
