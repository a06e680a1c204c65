import assert from 'node:assert/strict';
import { mcpStdio } from 'foreload/loaders/mcp';
import { installed, workspace } from '../installed.js';
import { textOf } from '../tool-text.js';

const files = [
  { path: 'config/service.yaml', holds: 'replicas' },
  { path: 'tools/report.py', holds: 'by_month' },
  { path: 'src/cart.ts', holds: 'total' },
];

export const mcpFilesystem = {
  id: 'mcp-filesystem',
  kind: 'mcp',
  what: 'MCP server that reads files of the workspace',
  loader: mcpStdio({
    command: process.execPath,
    args: [installed('@modelcontextprotocol/server-filesystem/dist/index.js'), workspace],
    cwd: workspace,
  }),
  size: '41MB',
  loadMs: 410,
  async use({ callTool }, n) {
    const { path, holds } = files[n % files.length];
    const text = textOf(await callTool('read_text_file', { path: `${workspace}/${path}` }));
    assert.ok(text.includes(holds), `found ${text}`);
    return `${path}: ${text.length} characters`;
  },
};
